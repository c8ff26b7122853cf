import ArgumentParser
import Diagnosis
import Distribution
import Glibc
import Lab
import Naming
import Reporting

struct LabCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "Run your own client in the embedded lab, count on the pods' side, and judge it.",
    discussion: """
      The command after -- finds the lab in its environment: LBCHECK_TARGET_DNS, LBCHECK_VIP, \
      LBCHECK_TARGET_KUBERNETES with KUBECONFIG, KUBERNETES_SERVICE_HOST, \
      KUBERNETES_SERVICE_PORT and the folder LBCHECK_SERVICEACCOUNT. Without a command the lab stays in the foreground, takes \
      commands on standard input, and ends with it or with Ctrl-C.

      Examples:
        lbcheck lab -- python3 client.py
        lbcheck lab --assert balanced -o junit=lab.xml -- npm test
        lbcheck lab --upstream localhost:50051 -- ./client
        lbcheck lab --pods 3
      """)

  @Option(help: ArgumentHelp("How many pods.", valueName: "n"))
  var pods = 5

  @Option(
    help: ArgumentHelp(
      "Your own server, which every pod passes its connections on to (HTTP/2 without TLS).",
      valueName: "host:port"),
    transform: UpstreamArgument.init)
  var upstream: UpstreamArgument?

  @Option(help: ArgumentHelp("The port of every pod (default: one that is free).", valueName: "n"))
  var port: UInt16?

  @Option(help: ArgumentHelp("For every random choice, to repeat a run.", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("At most so many endpoints in an EndpointSlice.", valueName: "n"))
  var sliceSize = 100

  @Option(
    name: .customLong("grant"),
    help: ArgumentHelp(
      "What the restricted identity may do: VERB:[GROUP/]RESOURCE. Repeatable.", valueName: "grant"),
    transform: { text in
      guard let grant = Grant(text) else {
        throw ValidationError("'\(printable(text))' is not VERB:RESOURCE or VERB:GROUP/RESOURCE")
      }
      return grant
    })
  var grants: [Grant] = []

  @Option(
    help: ArgumentHelp(
      "How long the command may take to end after a signal, before it is killed (default: 10s).",
      valueName: "duration"),
    transform: Duration.init(argument:))
  var killAfter: Duration?

  @OptionGroup(title: "Pods and time") var life: LabLifeOptions

  @OptionGroup var asserted: AssertionOptions
  @OptionGroup var judgement: JudgementOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("Your client and its arguments, after --.", valueName: "command"))
  var command: [String] = []

  func validate() throws {
    guard (1...1000).contains(pods) else { throw ValidationError("--pods must be from 1 to 1000") }
    guard sliceSize > 0 else { throw ValidationError("--slice-size must be above 0") }
    if command.first == "" || (command.isEmpty && CommandLine.arguments.last == "--") {
      throw ValidationError("no command after --: is a variable not set?")
    }
    if killAfter != nil, command.isEmpty {
      throw ValidationError("--kill-after is for a command after --")
    }
    if let assertion = asserted.assert.first(where: \.isAboutLatency) {
      throw ValidationError(
        "'\(printable(assertion.text))': pods do not see how long their client waited")
    }
  }

  func run() async throws {
    raiseFileLimit()
    let terminal = output.terminal
    let signals = Signals()
    let seed = drawnSeed(seed)
    let session: LabSession
    do {
      session = try await LabSession.start(try await options(seed: seed))
    } catch let problem as Problem {
      throw fail(problem, terminal)
    } catch let error as FileError {
      throw failedOutput(error, terminal)
    }
    let schedule = life.begin(on: session.cluster, terminal)
    let plan = plan(session, seed: seed)
    let code: ExitCode
    do {
      code =
        command.isEmpty
        ? try await LabForeground(session: session, plan: plan, output: output).run(signals)
        : try await wrap(session, plan, signals, terminal)
    } catch {
      schedule.cancel()
      await session.stop()
      throw error
    }
    // First, for the end of the lab is no failure of a later step.
    schedule.cancel()
    await session.stop()
    throw code == .success && schedule.hasFailed ? ExitCode(ExitStatus.notMeasured) : code
  }

  private func options(seed: UInt64) async throws -> LabOptions {
    var options = EmbeddedLab.options(seed: seed)
    options.pods = pods
    options.port = port ?? 0
    options.kubernetes = KubernetesOptions()
    options.kubernetes?.sliceSize = sliceSize
    options.kubernetes?.grants = grants
    life.apply(to: &options)
    if let upstream {
      options.upstream = try await upstream.find()
      options.threads = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }
    return options
  }

  private func plan(_ session: LabSession, seed: UInt64) -> ObservedPlan {
    var plan = ObservedPlan(
      version: Lbcheck.version, target: session.targets.headless,
      nameServer: "\(session.cluster.dnsServer)", ttl: Int(LabOptions().ttl), seed: seed)
    plan.assertions = asserted.assert
    plan.tolerance = judgement.tolerance
    plan.confidence = judgement.confidence
    return plan
  }

  /// Runs the command in the lab, and reports.
  private func wrap(
    _ session: LabSession, _ plan: ObservedPlan, _ signals: Signals, _ terminal: Terminal
  ) async throws -> ExitCode {
    if !output.quiet {
      terminal.error(
        "lbcheck: \(printable(command[0])) runs in the embedded lab (\(pods) pods on loopback)\n")
    }
    let program = ChildProgram(
      command: command,
      environment: Dictionary(
        uniqueKeysWithValues: session.environment.map { ($0.name, $0.value) }),
      grace: killAfter ?? .seconds(10))
    let log = output.stepLog(terminal)
    for (name, value) in session.environment { log?("\(name)=\(value)") }
    let received = FirstSignal()
    let end = await program.run(signals) { signal in
      log?("signal \(signal) goes on to the command")
      received.note(signal)
    }
    if let words = end.failureToStart {
      terminal.error("lbcheck: cannot run \(printable(command[0])): \(words)\n")
      return ExitCode(end == .missing ? ExitStatus.commandMissing : ExitStatus.commandNotRun)
    }
    try await session.cluster.settle()
    var run = try await session.observed()
    run.failure = end.words
    run.isInterrupted = received.number != nil
    return try output.emit(report(on: run, plan), terminal) { assertions in
      ExitStatus.code(for: assertions, program: end.code, signal: received.number)
    }
  }
}

extension Assertion {
  fileprivate var isAboutLatency: Bool {
    if case .metric(.p50, _, _) = claim { return true }
    if case .metric(.p90, _, _) = claim { return true }
    if case .metric(.p99, _, _) = claim { return true }
    return false
  }
}

extension OutputOptions {
  /// Writes the report of a lab; its exit code follows from the assertions.
  func emit(
    _ report: Report, _ terminal: Terminal, code: ([Report.Assertion]) -> Int32
  ) throws -> ExitCode {
    do {
      addSummary(terminal) { githubSummary(report) }
      try emit(terminal) { render(report, as: $0, style: $1) }
    } catch {
      return failedOutput(error, terminal)
    }
    return ExitCode(code(report.assertions))
  }
}

extension ChildProgram.End {
  fileprivate var code: Int32 {
    switch self {
    case .exited(let code): code
    case .killed(let signal): 128 + signal
    case .missing: ExitStatus.commandMissing
    case .notRun: ExitStatus.commandNotRun
    }
  }

  /// Why it never ran.
  fileprivate var failureToStart: String? {
    switch self {
    case .exited, .killed: nil
    case .missing: "there is no such program, or it may not be executed"
    case .notRun(let reason): reason
    }
  }

  /// How it failed; nil where it did not.
  fileprivate var words: String? {
    switch self {
    case .exited(0): nil
    case .exited(let code): "it ended with exit status \(code)"
    case .killed(let signal): "it was killed by signal \(signal)"
    case .missing, .notRun: nil
    }
  }
}
