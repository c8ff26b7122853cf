import ArgumentParser
import Diagnosis
import Naming
import Reporting

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Find out why RPCs are not spread, and how to mend it.",
    discussion: """
      Examines the name, the Service, what stands in the path, and each pod, as a client with the given \
      policy meets them. Changes nothing, and sends fewer than 200 RPCs.
      Exit codes: 0 nothing at or above the threshold; 1 something is; 3 it could not run.

      Examples:
        lbcheck doctor dns:///mygrpc.default.svc.cluster.local:50051
        lbcheck doctor svc/mygrpc:grpc -n default --policy round_robin --failure-threshold warning
      """)

  @OptionGroup var targetOptions: TargetOptions

  @Option(
    help: "The policy of your client: pick_first or round_robin.",
    transform: DoctorCommand.policy)
  var policy = DistributePlan.Policy.pickFirst

  @Option(
    help: "How often your client pings idle connections, where it does.",
    transform: Duration.init(argument:))
  var keepaliveTime: Duration?

  @Option(help: "Exit with 1 from this level on: info, warning or error.")
  var failureThreshold: Report.Finding.Level = .error

  @OptionGroup(title: "RPC") var rpcOptions: RPCOptions
  @OptionGroup(title: "Transport security") var securityOptions: SecurityOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    _ = try targetOptions.parsed(isAsserting: false)
    try output.validate(known: OutputFormat.ofChecks)
  }

  func run() async throws {
    raiseFileLimit()
    let terminal = output.terminal
    if let target = try targetOptions.parsed(isAsserting: false) {
      throw await examine(target, nil, terminal)
    }
    let lab = try await EmbeddedLab.start(
      seed: drawnSeed(), asked: targetOptions.lab, kubernetes: true,
      terminal: output.quiet ? nil : terminal)
    let code = await examine(lab.headless, lab, terminal)
    await lab.stop()
    throw code
  }

  private func examine(
    _ target: Target, _ lab: EmbeddedLab?, _ terminal: Terminal
  ) async -> ExitCode {
    var plan = DoctorPlan(
      target: target, source: lab == nil ? .target : .lab, version: Lbcheck.version,
      policy: policy, request: rpcOptions.request, security: securityOptions.security,
      lookup: targetOptions.lookup(in: lab), membership: lab?.headless,
      keepaliveTime: keepaliveTime, seed: drawnSeed())
    plan.stepLog = output.stepLog(terminal)
    let report = await doctor(plan)
    do {
      try output.emit(terminal) { render(report, as: $0, style: $1) }
    } catch {
      return failedOutput(error, terminal)
    }
    return ExitCode(report.reaches(failureThreshold) ? ExitStatus.failed : ExitStatus.held)
  }

  private static func policy(_ text: String) throws -> DistributePlan.Policy {
    switch text {
    case "pick_first", "pick-first": return .pickFirst
    case "round_robin", "round-robin": return .roundRobin
    default:
      throw ValidationError("unknown policy '\(printable(text))'; known: pick_first, round_robin")
    }
  }
}
