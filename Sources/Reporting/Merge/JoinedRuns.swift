internal import Distribution

/// What several runs have counted, added up.
struct JoinedRuns {
  private(set) var pods = MergedPods()
  /// By connection; pods are indices into `pods`.
  private(set) var tallies: [ConnectionTally] = []
  /// The first of them, as the report lists them, but for the names of their pods.
  private(set) var listed: [Report.Connection] = []
  private(set) var opened = 0
  private(set) var resolution: Report.Resolution?
  private var known: Set<String> = []
  /// Sums of everything else.
  private(set) var totals = SummedRuns()

  /// What the lists of the report that is being read add up to, and the pods by the names that its
  /// connections give them.
  private(set) var inPods = 0
  private(set) var lostInPods = 0
  private(set) var onConnections = 0
  private var podOfLabel: [String: Int] = [:]

  mutating func beginReport() {
    inPods = 0
    lostInPods = 0
    onConnections = 0
    podOfLabel.removeAll(keepingCapacity: true)
  }

  mutating func endReport(_ run: SavedRun) { totals.add(run) }

  mutating func addPods(
    _ scanner: inout JSONScanner, report: Int
  ) throws(JSONScanner.Failure) {
    var keys = JSONKeys<Report.Pod.CodingKeys>()
    try scanner.beginArray()
    while try scanner.nextItem() {
      let row = try scanner.pod(&keys)
      inPods += row.rpcs
      lostInPods += row.lost
      podOfLabel[row.shortName] = pods.add(row, report: report)
    }
  }

  /// After the pods of the same report.
  /// - Returns: our own address of its first connection.
  mutating func addConnections(
    _ scanner: inout JSONScanner
  ) throws(JSONScanner.Failure) -> String? {
    var keys = JSONKeys<Report.Connection.CodingKeys>()
    var local: String?
    try scanner.beginArray()
    while try scanner.nextItem() {
      let start = scanner.position
      let isListed = listed.count < ReportMerge.mostConnections
      var connection = try scanner.connection(&keys, whole: isListed || local == nil)
      let indices = connection.pods.compactMap { podOfLabel[$0] }
      guard indices.count == connection.pods.count else {
        throw JSONScanner.Failure(offset: start, expected: "a connection to pods of this report")
      }
      local = local ?? connection.local
      onConnections += connection.rpcs
      if connection.opened != nil { opened += 1 }
      if isListed {
        connection.id = listed.count
        connection.channel += totals.channels
        connection.pods = []
        listed.append(connection)
      }
      tallies.append(ConnectionTally(pods: indices, rpcs: connection.rpcs))
    }
    return local
  }

  mutating func addResolution(_ scanner: inout JSONScanner) throws(JSONScanner.Failure) {
    let (other, isCurrent) = try scanner.resolution { known.insert($0).inserted }
    guard isCurrent else {
      throw JSONScanner.Failure(offset: scanner.position, expected: "window_changes")
    }
    guard var joined = resolution else {
      resolution = other
      return
    }
    joined.addresses += other.addresses
    joined.changes = max(joined.changes, other.changes)
    joined.windowChanges = max(joined.windowChanges ?? 0, other.windowChanges ?? 0)
    joined.ttl = [joined.ttl, other.ttl].compactMap { $0 }.min()
    if joined.server != other.server { joined.server = nil }
    if joined.resolver != other.resolver {
      joined.resolver = "\(joined.resolver), \(other.resolver)"
    }
    resolution = joined
  }
}
