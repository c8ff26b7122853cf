import ArgumentParser
import Diagnosis
import Naming
import Reporting

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the same load under each policy and resolver in turn, beside theory.",
    discussion: """
      pick_first and round_robin over DNS and the Kubernetes API, as far as the target has a name in
      both, and cluster_ip, one after the other.

      Examples:
        lbcheck compare --lab
        lbcheck compare dns:///mygrpc:50051
        lbcheck compare svc/mygrpc:grpc -n default --channels 20 -o html=compare.html
      """)

  @OptionGroup var targetOptions: TargetOptions
  @OptionGroup var load: LoadOptions
  @OptionGroup(title: "Client") var clientOptions: ClientOptions
  @OptionGroup(title: "RPC") var rpcOptions: RPCOptions
  @OptionGroup(title: "Transport security") var securityOptions: SecurityOptions
  @OptionGroup var judgement: JudgementOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    _ = try targetOptions.parsed(isAsserting: false)
    try output.validateCommon()
  }

  func run() async throws {
    raiseFileLimit()
    let terminal = output.terminal
    let seed = drawnSeed(load.seed)
    if let target = try targetOptions.parsed(isAsserting: false) {
      throw try await measure(plan(target, nil, seed, terminal), nil, terminal)
    }
    let lab = try await EmbeddedLab.start(
      seed: seed, asked: targetOptions.lab, kubernetes: true,
      terminal: output.quiet ? nil : terminal)
    let code = try await measure(
      plan(lab.headless, lab, seed, terminal), lab.clusterIP, terminal)
    await lab.stop()
    throw code
  }

  private func measure(
    _ plan: DistributePlan, _ virtualIP: Target?, _ terminal: Terminal
  ) async throws -> ExitCode {
    try await output.measure(terminal) { control in
      let report = try await compare(plan, virtualIP: virtualIP, control: control)
      return ({ render(report, as: $0, style: $1) }, ExitStatus.held)
    }
  }

  private func plan(
    _ target: Target, _ lab: EmbeddedLab?, _ seed: UInt64, _ terminal: Terminal
  ) -> DistributePlan {
    var plan = DistributePlan(
      target: target, source: lab == nil ? .target : .lab, version: Lbcheck.version,
      policy: .pickFirst, request: rpcOptions.request, seed: seed)
    rpcOptions.apply(to: &plan)
    plan.security = securityOptions.security
    load.apply(to: &plan)
    clientOptions.apply(to: &plan)
    judgement.apply(to: &plan)
    plan.lookup = targetOptions.lookup(in: lab)
    plan.stepLog = output.stepLog(terminal)
    return plan
  }
}
