import ArgumentParser
import Diagnosis
import Naming
import Reporting

struct Resolve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a name resolves to, as a gRPC client sees it.",
    discussion: """
      Examples:
        lbcheck resolve
        lbcheck resolve dns:///mygrpc.default.svc.cluster.local:50051
        lbcheck resolve dns://10.96.0.10/mygrpc.default.svc.cluster.local:50051 -o json
        lbcheck resolve svc/mygrpc:grpc -n default
      """)

  @OptionGroup var targetOptions: TargetOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    _ = try targetOptions.parsed(isAsserting: false)
    try output.validateCommon()
  }

  func run() async throws {
    let terminal = output.terminal
    if let target = try targetOptions.parsed(isAsserting: false) {
      throw try await show(target, nil, terminal)
    }
    let lab = try await EmbeddedLab.start(
      seed: drawnSeed(), asked: targetOptions.lab,
      kubernetes: true, terminal: output.quiet ? nil : terminal)
    let code = try await show(lab.headless, lab, terminal)
    await lab.stop()
    throw code
  }

  private func show(
    _ target: Target, _ lab: EmbeddedLab?, _ terminal: Terminal
  ) async throws -> ExitCode {
    do {
      let report = try await resolve(
        ResolvePlan(
          target: target, source: lab == nil ? .target : .lab, version: Lbcheck.version,
          lookup: targetOptions.lookup(in: lab), stepLog: output.stepLog(terminal)))
      try output.emit(terminal) { render(report, as: $0, style: $1) }
      return ExitCode(report.addresses.isEmpty ? ExitStatus.notMeasured : ExitStatus.held)
    } catch let problem as Problem {
      return fail(problem, terminal)
    } catch let error as FileError {
      return failedOutput(error, terminal)
    }
  }
}
