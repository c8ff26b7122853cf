import ArgumentParser

@main
struct Lbcheck: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "lbcheck",
    abstract: "Shows how a gRPC client really spreads its RPCs over the pods of a service.",
    discussion: """
      Without a TARGET, resolve, distribute and watch run against an embedded lab on loopback.

      Exit codes: 0 done, every assertion held; 1 an assertion failed; 2 an assertion could not be \
      decided; 3 could not measure; 64 usage; 130 interrupted, 143 terminated.
      """,
    version: version,
    subcommands: [
      Resolve.self, Distribute.self, Compare.self, WatchCommand.self, DoctorCommand.self, RBAC.self,
      Lint.self,
      Manifest.self,
      ReportCommand.self, Merge.self, LabCommand.self, DemoCommand.self,
    ])

  static func main() async {
    reserveStandardDescriptors()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }

  /// As ArgumentParser does it, but nothing that was typed is printed raw, and what nobody expected is
  /// not taken for an assertion that failed.
  private static func end(with error: any Error) -> Never {
    let code = exitCode(for: error)
    if error is ExitCode || code.isSuccess { exit(withError: error) }
    let terminal = Terminal(color: .never)
    guard code == .validationFailure else {
      terminal.error("lbcheck: \(printable("\(error)"))\n")
      exit(withError: ExitCode(ExitStatus.notMeasured))
    }
    terminal.error(UsageMessage(fullMessage(for: error), arguments: CommandLine.arguments).text)
    exit(withError: code)
  }
}
