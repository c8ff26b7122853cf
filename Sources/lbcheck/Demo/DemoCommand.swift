import ArgumentParser
import Naming
import Reporting

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Measure what is said about gRPC load balancing on Kubernetes, in the embedded lab.",
    discussion: """
      Every claim is a scenario with a lab of its own; all of them take less than a minute. Exit codes: \
      0 all hold; 1 one does not; 3 the report could not be written.

      Examples:
        lbcheck demo
        lbcheck demo max-connection-age
        lbcheck demo --list
      """)

  @Argument(help: "Only this claim, explained.", transform: DemoCommand.claim)
  var name: Claim?

  @Flag(help: "Name the claims, and measure nothing.")
  var list = false

  @Option(help: ArgumentHelp("For every random choice, to repeat a run.", valueName: "n"))
  var seed: UInt64?

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    try output.validateCommon()
    if list, name != nil { throw ValidationError("--list names them all; leave the name out") }
    if list, !output.requests.isEmpty || output.outputFile != nil {
      throw ValidationError("--list is text for people; leave -o and --output-file out")
    }
  }

  func run() async throws {
    raiseFileLimit()
    let terminal = output.terminal
    if list {
      for claim in Claim.all { try terminal.output("\(claim.name)  \(claim.sentence)\n") }
      return
    }
    let seed = drawnSeed(seed)
    let start = ContinuousClock.now
    var report = DemoReport(version: Lbcheck.version, seed: seed, duration: 0, claims: [])
    // Each claim is shown as it has been measured, where people look on.
    let isLive = output.requests.isEmpty && output.outputFile == nil
    if isLive, let name {
      try terminal.output("\(name.explanation(style: terminal.outputStyle))\n")
    }
    for claim in name.map({ [$0] }) ?? Claim.all {
      let result = await claim.result(seed: seed)
      report.claims.append(result)
      if isLive { try terminal.output(result.text(style: terminal.outputStyle)) }
    }
    report.duration = (ContinuousClock.now - start) / .seconds(1)
    do {
      if isLive {
        try terminal.output("\n\(report.summary(style: terminal.outputStyle))")
      } else {
        try output.emit(terminal) { render(report, as: $0, style: $1) }
      }
    } catch {
      throw failedOutput(error, terminal)
    }
    throw ExitCode(report.holds ? ExitStatus.held : ExitStatus.failed)
  }

  private static func claim(_ text: String) throws -> Claim {
    guard let claim = Claim.all.first(where: { $0.name == text }) else {
      let known = Claim.all.map(\.name).joined(separator: ", ")
      throw ValidationError("unknown claim '\(printable(text))'; known: \(known)")
    }
    return claim
  }
}
