import ArgumentParser
import FoundationEssentials
import Glibc
import Reporting
import Transport

struct OutputOptions: ParsableArguments {
  /// `FORMAT` or `FORMAT=FILE`.
  struct Request: Sendable {
    var format: OutputFormat
    var file: String?

    init(parsing text: String) throws {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let format = OutputFormat(rawValue: String(parts[0])) else {
        let known = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("unknown output format '\(printable(parts[0]))'; known: \(known)")
      }
      if parts.count == 2, parts[1].isEmpty {
        throw ValidationError(
          "'\(printable(text))' names no file; for example: -o json=report.json")
      }
      self.format = format
      file = parts.count == 2 ? String(parts[1]) : nil
    }
  }

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "How to show the report: table, wide, json, yaml or html; for distribute, merge and lab also csv, junit, github or prometheus, for watch junit or github, for doctor short, junit or github. FORMAT=FILE writes it to a file. Repeatable.",
      valueName: "format"),
    transform: Request.init)
  var requests: [Request] = []

  @Option(help: "Write the report to this file instead of standard output.")
  var outputFile: String?

  @Option(help: "Colours: auto, always or never. NO_COLOR is respected.")
  var color: ColorChoice = .auto

  @Flag(name: .shortAndLong, help: "No progress and no notes on standard error.")
  var quiet = false

  @Flag(
    name: .shortAndLong,
    help: "Say what is done on standard error; twice (-vv): every HTTP/2 frame, as nghttp -v does.")
  var verbose: Int

  var terminal: Terminal { Terminal(color: color) }

  /// Where `-v` says what is done, a line each; nil without it.
  func stepLog(_ terminal: Terminal) -> (@Sendable (String) -> Void)? {
    guard verbose >= 1 else { return nil }
    return { terminal.error("lbcheck: \(Escaping.terminal($0))\n") }
  }

  /// Where frames are told, with -vv.
  func frameLog(_ terminal: Terminal) -> FrameLog? {
    guard verbose >= 2 else { return nil }
    return { connection, line in terminal.error("[\(connection)] \(line)\n") }
  }

  /// Adds to the summary page of a GitHub job, where annotations for one are asked for. A page that
  /// cannot be written is said and changes nothing.
  func addSummary(_ terminal: Terminal, _ text: () -> String) {
    guard requests.contains(where: { $0.format == .github }),
      let file = environment("GITHUB_STEP_SUMMARY"), !file.isEmpty
    else { return }
    do {
      try Self.write(text(), to: file, adding: true)
    } catch {
      terminal.error("lbcheck: \(error)\n")
    }
  }

  /// Refuses formats that not every report has.
  func validateCommon() throws { try validate(known: OutputFormat.common) }

  /// Refuses formats that the command's report does not have.
  func validate(known: [OutputFormat]) throws {
    if let other = requests.first(where: { !known.contains($0.format) }) {
      let known = known.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no -o \(other.format.rawValue) here; known: \(known)")
    }
  }

  func validate() throws {
    let toOutput = requests.count { $0.file == nil }
    if toOutput > 1 {
      throw ValidationError(
        "only one -o may go to standard output; give the others a file, as in -o json=report.json")
    }
    let files = requests.compactMap(\.file) + (outputFile.map { [$0] } ?? [])
    if let twice = files.first(where: { file in files.count { $0 == file } > 1 }) {
      throw ValidationError("'\(printable(twice))' is to be written twice")
    }
  }

  /// Renders the report wherever it was asked for. What cannot be written in one place is written in
  /// the others all the same, and as a table on standard output where nothing else went there: no
  /// measurement is lost. Throws the first failure, a `FileError`.
  func emit(_ terminal: Terminal, _ render: (OutputFormat, Style) -> String) throws {
    var requests = requests
    if !requests.contains(where: { $0.file == nil }) {
      if requests.isEmpty || outputFile != nil { requests.append(try Request(parsing: "table")) }
    }
    var failure: FileError?
    var isPrinted = false
    for request in requests {
      do {
        if let file = request.file ?? outputFile {
          try Self.write(render(request.format, Style()), to: file)
        } else {
          isPrinted = true
          try terminal.output(render(request.format, terminal.outputStyle))
        }
      } catch let error as FileError {
        if let failure { terminal.error("lbcheck: \(failure)\n") }
        failure = error
      }
    }
    guard let failure else { return }
    if !isPrinted { try? terminal.output(render(.table, terminal.outputStyle)) }
    throw failure
  }

  /// Whoever reads the file finds the old report or the new one, never a part: it is written beside it
  /// and renamed, where it is a plain file in a folder that allows that.
  private static func write(_ text: String, to file: String, adding: Bool = false) throws {
    let partial = "\(file).\(getpid()).partial"
    if !adding, isPlainOrNew(file) {
      if (try? writeInPlace(text, to: partial, O_EXCL)) != nil, rename(partial, file) == 0 {
        return
      }
      unlink(partial)
    }
    try writeInPlace(text, to: file, adding ? O_APPEND : O_TRUNC)
  }

  private static func isPlainOrNew(_ file: String) -> Bool {
    let files = FileManager.default
    guard let attributes = try? files.attributesOfItem(atPath: file) else {
      return !files.fileExists(atPath: file)
    }
    return attributes[.type] as? FileAttributeType == .typeRegular
  }

  private static func writeInPlace(_ text: String, to file: String, _ mode: Int32) throws {
    let descriptor = open(file, O_WRONLY | O_CREAT | mode | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw FileError(file: file, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    do {
      try Terminal.write(text, to: descriptor)
    } catch {
      throw FileError(file: file, reason: "\(error)")
    }
  }
}

struct FileError: Error, CustomStringConvertible {
  var file: String
  var reason: String
  var description: String { "cannot write \(printable(file)): \(reason)" }
}

/// Text from the command line as it may stand in an error message.
func printable(_ text: some StringProtocol) -> String { Escaping.terminal(String(text)) }
