/// Joins the reports of many clients of one service into one, as if one client had had all their
/// connections. Reports are read one after the other and folded at once: what is kept grows with the
/// number of pods and connections, not with the text.
package struct ReportMerge {
  /// So many connections are listed in the joined report; all of them are judged.
  package static let mostConnections = 10_000

  private static let schema = "lbcheck.report/v1"

  private(set) var first: (run: SavedRun, file: String)?
  private(set) var reports = 0
  private var fileOfRun: [String: String] = [:]
  private(set) var runs = JoinedRuns()

  package init() {}

  /// Adds every report in a file: one, or several one after the other.
  package mutating func add(_ bytes: [UInt8], file: String) throws(MergeError) {
    var scanner = JSONScanner(bytes)
    do {
      repeat { try add(&scanner, file) } while !scanner.isAtEnd()
    } catch let error as MergeError {
      throw error
    } catch let error as JSONScanner.Failure {
      let isCut = error.offset >= bytes.count
      throw MergeError(
        file,
        "is no report of lbcheck: at byte \(error.offset), \(error.expected) was expected"
          + (isCut ? ", and the text ends there" : ""))
    } catch let error as DecodingError {
      throw MergeError(file, "is no report of lbcheck: \(error.words)")
    } catch {
      throw MergeError(file, "\(error)")
    }
  }

  private mutating func add(_ scanner: inout JSONScanner, _ file: String) throws {
    var head: [UInt8] = []
    var laterConnections: Int?
    var hasPods = false
    var local: String?
    runs.beginReport()
    var keys = JSONKeys<Report.CodingKeys>()
    try scanner.beginObject()
    while let key = try scanner.nextMember(&keys) {
      switch key {
      case .pods:
        try runs.addPods(&scanner, report: reports)
        hasPods = true
      // Its connections name them: where another program has sorted the keys, pods come later.
      case .connections where !hasPods: laterConnections = try scanner.skip().lowerBound
      case .connections: local = try runs.addConnections(&scanner)
      case .resolution: try runs.addResolution(&scanner)
      case .schema:
        let schema = try scanner.string()
        guard schema == Self.schema else {
          throw MergeError(
            file,
            "has the schema \(schema.prefix(80)), and only \(Self.schema) is joined: reports of "
              + "lbcheck distribute")
        }
        head += "\(head.isEmpty ? "{" : ",")\"schema\":\"\(schema)\"".utf8
      default:
        let range = try scanner.skip()
        guard SavedRun.CodingKeys(rawValue: key.rawValue) != nil else { continue }
        head += "\(head.isEmpty ? "{" : ",")\"\(key.rawValue)\":".utf8 + scanner.bytes[range]
      }
    }
    if let start = laterConnections {
      var again = JSONScanner(scanner.bytes, at: start)
      local = try runs.addConnections(&again)
    }
    let run = try SavedRun(head + "}".utf8)
    try check(run, file)
    runs.endReport(run)
    let fingerprint = run.fingerprint(local: local)
    if let other = fileOfRun[fingerprint] {
      throw MergeError(
        file,
        "is the same run as in \(other) (started \(run.startedAt)): it would be counted twice")
    }
    fileOfRun[fingerprint] = file
    if first == nil { first = (run, file) }
    reports += 1
  }

  private func check(_ run: SavedRun, _ file: String) throws(MergeError) {
    guard run.merged == nil, run.command != "merge" else {
      throw MergeError(
        file, "is itself the result of a merge: give the reports that it was made of")
    }
    guard run.command == "distribute" else {
      throw MergeError(
        file, "is a report of \(run.command.prefix(80)), and only those of distribute are joined")
    }
    if let problem = run.rpcs.implausibility { throw MergeError(file, problem) }
    guard runs.inPods + run.rpcs.unattributed == run.rpcs.answered,
      runs.onConnections == run.rpcs.answered
    else {
      throw MergeError(
        file,
        "has \(run.rpcs.answered) answers, but its pods add up to "
          + "\(runs.inPods + run.rpcs.unattributed) and its connections to \(runs.onConnections)")
    }
    guard runs.lostInPods <= run.rpcs.lost else {
      throw MergeError(
        file, "has \(run.rpcs.lost) losses, but those at its pods add up to \(runs.lostInPods)")
    }
    guard run.isCurrent else {
      throw MergeError(file, "was written by a version of lbcheck whose reports cannot be joined")
    }
    guard let first, let difference = run.difference(from: first.run) else { return }
    throw MergeError(file, "\(difference) as \(first.file)")
  }
}
