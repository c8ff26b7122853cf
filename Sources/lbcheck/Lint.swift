import ArgumentParser
import Diagnosis
import Reporting

struct Lint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what gRPC clients make of a service config.",
    discussion: """
      Reads the config as grpc-go, C-core (C++, Python, Ruby, PHP) and grpc-java do, side by side.
      Exit codes: 0 nothing at or above the threshold; 1 something is; 3 the file cannot be read.

      Examples:
        lbcheck lint '{"loadBalancingConfig":[{"round_robin":{}}]}'
        lbcheck lint @service-config.json --client go
      """)

  @Argument(
    help: ArgumentHelp(
      "The service config, or @FILE; @- reads standard input.", valueName: "json|@file"))
  var config: String

  @Option(help: ArgumentHelp("Only as this client reads it, repeatable: go, core or java."))
  var client: [LintedClient] = []

  @Option(help: ArgumentHelp("Exit with 1 from this level on: info, warning or error."))
  var failureThreshold: Report.Finding.Level = .error

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    guard !config.allSatisfy(\.isWhitespace) else {
      throw ValidationError("the service config is empty; give JSON, or @FILE")
    }
    try output.validateCommon()
  }

  func run() throws {
    let terminal = output.terminal
    let text: [UInt8]
    do {
      text = try config.hasPrefix("@") ? contents(ofArgument: config) : Array(config.utf8)
    } catch let error as ValidationError {
      terminal.error("lbcheck: \(error.message)\n")
      throw ExitCode(ExitStatus.notMeasured)
    }
    let report = lint(
      text, source: config.hasPrefix("@") ? String(config.dropFirst()) : "the command line",
      clients: client.isEmpty ? LintedClient.allCases : client, version: Lbcheck.version)
    do {
      try output.emit(terminal) { render(report, as: $0, style: $1) }
    } catch {
      throw failedOutput(error, terminal)
    }
    throw ExitCode(report.reaches(failureThreshold) ? ExitStatus.failed : ExitStatus.held)
  }
}

extension LintedClient: ExpressibleByArgument {}
extension Report.Finding.Level: ExpressibleByArgument {}
