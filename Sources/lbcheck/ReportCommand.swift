import ArgumentParser
import Reporting

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show a saved JSON report again, in any format.",
    discussion: """
      Examples:
        lbcheck report report.json
        lbcheck report report.json -o html=report.html -o junit=report.xml
      """)

  @Argument(
    help: ArgumentHelp("A report that -o json wrote; - reads standard input.", valueName: "file"))
  var file: String

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let terminal = output.terminal
    do {
      let rendered = try Self.rendering(of: InputFile.read(file))
      if rendered.summary == nil { try output.validateCommon() }
      try output.emit(terminal, rendered.render)
      if let summary = rendered.summary { output.addSummary(terminal, summary) }
    } catch let error as FileError {
      throw failedOutput(error, terminal)
    } catch let error as UnreadableInput {
      terminal.error("lbcheck: \(printable(file)): \(printable(error.description))\n")
      throw ExitCode(ExitStatus.notMeasured)
    }
  }

  /// `summary` is that of a run, which other reports have none of.
  private typealias Rendering = (
    render: (OutputFormat, Style) -> String, summary: (() -> String)?
  )

  private static func rendering(of bytes: [UInt8]) throws(UnreadableInput) -> Rendering {
    let schema = try SavedReport.schema(bytes)
    switch schema {
    case "lbcheck.report/v1":
      let report = try SavedReport.run(bytes)
      return ({ render(report, as: $0, style: $1) }, { githubSummary(report) })
    case "lbcheck.compare/v1":
      let report = try SavedReport.decode(CompareReport.self, bytes)
      return ({ render(report, as: $0, style: $1) }, nil)
    case "lbcheck.resolve/v1":
      let report = try SavedReport.decode(ResolveReport.self, bytes)
      return ({ render(report, as: $0, style: $1) }, nil)
    case "lbcheck.access/v1":
      let report = try SavedReport.decode(AccessReport.self, bytes)
      return ({ render(report, as: $0, style: $1) }, nil)
    case "lbcheck.doctor/v1":
      let report = try SavedReport.decode(DoctorReport.self, bytes)
      return ({ render(report, as: $0, style: $1) }, nil)
    case "lbcheck.lint/v1":
      let report = try SavedReport.decode(LintReport.self, bytes)
      return ({ render(report, as: $0, style: $1) }, nil)
    default:
      throw UnreadableInput("its schema is \(schema), which this version does not know")
    }
  }
}
