import ArgumentParser
import FoundationEssentials
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
      let rendered = try Self.rendering(of: Self.contents(file))
      if rendered.summary == nil { try output.validateCommon() }
      try output.emit(terminal, rendered.render)
      if let summary = rendered.summary { output.addSummary(terminal, summary) }
    } catch let error as DecodingError {
      terminal.error("lbcheck: \(printable(file)) is no report of lbcheck: \(Self.words(error))\n")
      throw ExitCode(ExitStatus.notMeasured)
    } catch let error as FileError {
      throw failedOutput(error, terminal)
    } catch let error as UnreadableReport {
      terminal.error("lbcheck: \(printable(file)): \(error)\n")
      throw ExitCode(ExitStatus.notMeasured)
    }
  }

  private struct Head: Decodable {
    var schema: String
  }

  /// `summary` is that of a run, which other reports have none of.
  private typealias Rendering = (
    render: (OutputFormat, Style) -> String, summary: (() -> String)?
  )

  private static func rendering(of data: Data) throws -> Rendering {
    let decoder = JSONDecoder()
    let schema = try decoder.decode(Head.self, from: data).schema
    switch schema {
    case "lbcheck.report/v1":
      let report = try decoder.decode(Report.self, from: data)
      return ({ render(report, as: $0, style: $1) }, { githubSummary(report) })
    case "lbcheck.compare/v1":
      let report = try decoder.decode(CompareReport.self, from: data)
      return ({ render(report, as: $0, style: $1) }, nil)
    case "lbcheck.resolve/v1":
      let report = try decoder.decode(ResolveReport.self, from: data)
      return ({ render(report, as: $0, style: $1) }, nil)
    case "lbcheck.access/v1":
      let report = try decoder.decode(AccessReport.self, from: data)
      return ({ render(report, as: $0, style: $1) }, nil)
    case "lbcheck.doctor/v1":
      let report = try decoder.decode(DoctorReport.self, from: data)
      return ({ render(report, as: $0, style: $1) }, nil)
    case "lbcheck.lint/v1":
      let report = try decoder.decode(LintReport.self, from: data)
      return ({ render(report, as: $0, style: $1) }, nil)
    default:
      throw UnreadableReport("its schema is \(printable(schema)), which this version does not know")
    }
  }

  private static func contents(_ file: String) throws -> Data {
    do {
      return try Data(contentsOf: URL(filePath: file == "-" ? "/dev/stdin" : file))
    } catch {
      throw UnreadableReport("it cannot be read")
    }
  }

  /// Where it went wrong, without the decoder's own words for programmers.
  private static func words(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "\(printable(key.stringValue)) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(printable(context.codingPath.map(\.stringValue).joined(separator: "."))) has another type"
    default: "it is not JSON"
    }
  }
}

private struct UnreadableReport: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
