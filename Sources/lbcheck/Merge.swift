import ArgumentParser
import Distribution
import Reporting

struct Merge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Join the JSON reports of many clients of one service into one verdict.",
    discussion: """
      The reports are those of distribute, of one target, policy and protocol. A file may hold several, \
      one after the other.

      Examples:
        lbcheck merge client-1.json client-2.json --assert balanced
        kubectl logs -l job-name=lbcheck --tail=-1 | lbcheck merge -
      """)

  @Argument(
    help: ArgumentHelp("Reports that -o json wrote; - reads standard input.", valueName: "file"))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "Must hold of all clients together, or the exit code is 1; as in distribute. Repeatable.",
      valueName: "expr"),
    transform: Assertion.ofDistribution)
  var assert: [Assertion] = []

  @OptionGroup var baselineOptions: BaselineOptions
  @OptionGroup var judgement: JudgementOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let terminal = output.terminal
    let merge = try merged(terminal)
    let baseline = try baselineOptions.baseline(merge.difference(of:))
    let report = merge.report(
      version: Lbcheck.version, tolerance: judgement.tolerance, confidence: judgement.confidence
    ) { evidence in
      assert.map { $0.evaluate(on: evidence) }
        + (baseline.map { $0.run.results(on: evidence, latencyFactor: $0.latencyFactor) } ?? [])
    }
    guard let report else { throw ExitCode(ExitStatus.notMeasured) }
    do {
      output.addSummary(terminal) { githubSummary(report) }
      try output.emit(terminal) { render(report, as: $0, style: $1) }
    } catch let error as FileError {
      throw failedOutput(error, terminal)
    }
    throw ExitCode(ExitStatus.code(for: report.assertions))
  }

  /// One file at a time, so that memory holds one of them.
  private func merged(_ terminal: Terminal) throws -> ReportMerge {
    var merge = ReportMerge()
    do {
      for file in files {
        do {
          try merge.add(InputFile.read(file), file: file)
        } catch let error as UnreadableInput {
          throw MergeError(file, error.description)
        }
      }
      return merge
    } catch {
      terminal.error("lbcheck: \(error)\n")
      throw ExitCode(ExitStatus.notMeasured)
    }
  }
}
