import ArgumentParser
import Diagnosis
import Distribution
import Naming
import Reporting

struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Time how scale-out, scale-in and GOAWAY reach this client, over a long run.",
    discussion: """
      Examples:
        lbcheck watch --lab
        lbcheck watch dns:///mygrpc.default:50051 --policy round_robin
        lbcheck watch svc/mygrpc:50051 -n default --policy round_robin --via dns,kubernetes
        lbcheck watch dns:///mygrpc:50051 --policy round_robin --assert 'blind-spot<=70s' \
      --during 'kubectl rollout restart deploy/mygrpc'
      """)

  @OptionGroup var targetOptions: TargetOptions

  @Option(help: "How the client chooses: pick_first or round_robin.", transform: Distribute.policy)
  var policy = DistributePlan.Policy.pickFirst

  @OptionGroup var options: WatchOptions
  @OptionGroup(title: "Client") var clientOptions: ClientOptions
  @OptionGroup(title: "RPC") var rpcOptions: RPCOptions
  @OptionGroup(title: "Transport security") var securityOptions: SecurityOptions

  @Option(
    help: ArgumentHelp(
      "Must hold, or the exit code is 1: METRIC OP VALUE such as 'blind-spot<=70s', 'lingering<=5s', 'errors==0' or 'max-connection-age<=2m'. Repeatable.",
      valueName: "expr"),
    transform: WatchCommand.assertion)
  var assert: [Assertion] = []

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    guard policy == .pickFirst || policy == .roundRobin else {
      throw ValidationError(
        "watch takes --policy pick_first or round_robin: behind a virtual IP a client has no list of "
          + "pods to watch")
    }
    if rpcOptions.path != nil { throw ValidationError("--path is for HTTP/1.1 requests") }
    if targetOptions.resolver != nil, !options.via.isEmpty {
      throw ValidationError("give either --via or --resolver")
    }
    try output.validate(known: OutputFormat.ofWatches)
    _ = try targetOptions.parsed(isAsserting: !assert.isEmpty)
  }

  func run() async throws {
    raiseFileLimit()
    let terminal = output.terminal
    let seed = drawnSeed(options.seed)
    if let target = try targetOptions.parsed(isAsserting: !assert.isEmpty) {
      throw try await measure(plan(target, nil, seed, terminal), terminal)
    }
    let lab = try await EmbeddedLab.start(
      seed: seed, asked: targetOptions.lab, kubernetes: true,
      terminal: output.quiet ? nil : terminal, adjust: WatchedLab.apply)
    var plan = plan(lab.headless, lab, seed, terminal)
    if plan.resolvers.isEmpty, targetOptions.resolver == nil {
      plan.resolvers = [.dns, .kubernetes]
    }
    if options.during == nil, options.duration == nil { plan.duration = WatchedLab.length }
    if options.timeScale == 1 { plan.run.client = plan.run.client.scaled(by: WatchedLab.timeScale) }
    if !output.quiet { terminal.error("lbcheck: \(WatchedLab.words)\n") }
    let schedule = try WatchedLab.begin(on: lab.cluster)
    let code: ExitCode
    do {
      code = try await measure(plan, terminal)
    } catch {
      schedule.cancel()
      await lab.stop()
      throw error
    }
    schedule.cancel()
    await lab.stop()
    throw code
  }

  private func measure(_ plan: WatchPlan, _ terminal: Terminal) async throws -> ExitCode {
    let display = WatchDisplay(output: output, terminal: terminal)
    return try await output.measure(terminal) { control in
      do {
        let report = try await watch(plan, control: control) { display.start($0, $1) }
        await display.finish()
        return ({ render(report, as: $0, style: $1) }, Self.code(report))
      } catch {
        await display.finish()
        throw error
      }
    }
  }

  /// A command that failed did not do what was to be watched: that is no measurement, though an
  /// assertion that failed has failed all the same.
  private static func code(_ report: WatchReport) -> Int32 {
    let code = ExitStatus.code(for: report.assertions)
    guard let during = report.during, during.succeeded != true, code != ExitStatus.failed else {
      return code
    }
    return ExitStatus.notMeasured
  }

  private func plan(
    _ target: Target, _ lab: EmbeddedLab?, _ seed: UInt64, _ terminal: Terminal
  ) -> WatchPlan {
    var run = DistributePlan(
      target: target, source: lab == nil ? .target : .lab, version: Lbcheck.version,
      policy: policy, rate: options.rate, request: rpcOptions.request, seed: seed)
    rpcOptions.apply(to: &run)
    run.security = securityOptions.security
    run.identity = options.identity
    clientOptions.apply(to: &run)
    run.client = run.client.scaled(by: options.timeScale)
    run.lookup = targetOptions.lookup(in: lab)
    run.assertions = assert
    run.stepLog = output.stepLog(terminal)
    run.frameLog = output.frameLog(terminal)
    return WatchPlan(
      run, resolvers: options.via, duration: options.duration,
      during: options.during.map { command in
        WatchPlan.During(command) { await runShell(command) }
      }, settle: options.settle ?? .seconds(120))
  }

  private static func assertion(_ text: String) throws -> Assertion {
    let assertion = try Assertion(argument: text)
    guard case .metric(let metric, _, _) = assertion.claim, Metric.overTime.contains(metric) else {
      let known = Metric.allCases.filter(Metric.overTime.contains).map(\.rawValue)
      throw ValidationError(
        "'\(printable(text))' is not asserted of a run in which pods come and go; known here: "
          + known.joined(separator: ", "))
    }
    return assertion
  }
}
