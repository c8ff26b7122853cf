internal import Balancing
internal import Distribution
internal import Naming
internal import Reporting
internal import Transport

/// Everything that one event loop counted in the measuring window.
struct Counts: Sendable {
  /// Answers are kept by where they came from and whom they named; who that was is decided later.
  struct Origin: Sendable, Hashable {
    /// The address that the connection was opened to.
    var address: TransportAddress
    /// What the response said of its pod, nil where it said nothing.
    var identity: String?
    /// How `identity` was told, where it is not what the run's `--identity` says.
    var source: String?
    /// What channelz said of its connection.
    var channelz: ChannelzPod?
  }

  struct ChannelzPod: Sendable, Hashable {
    var address: TransportAddress
    var isCertain: Bool
  }

  struct Row: Sendable {
    var origin: Origin
    var tally = PodTally()
    /// Answers during warm-up.
    var warmup = 0
  }

  struct Connection: Sendable {
    var record: ConnectionRecord
    /// Which rows answered on it.
    var tally = ConnectionTally()
    /// Attempts that ended on it, lost ones too.
    var rpcs = 0
  }

  struct LastLoss: Sendable {
    var loss: Loss
    var status: GRPCStatus
    /// -1 where no response came.
    var httpStatus: Int
  }

  var rows: [Row] = []
  var connections: [Connection] = []
  /// Attempts that never had a connection.
  var unplaced = PodTally()
  /// Attempts of the warm-up.
  var warmup = 0
  /// How many of them were answered.
  var warmupAnswered = 0
  /// The last RPC of the warm-up that failed: what to show where nothing works.
  var lastLoss: LastLoss?
  /// The last failure of an HTTP/1.1 request.
  var lastFailure: ConnectFailure?
  /// RPCs of lbcheck's own, which are in no other number.
  var probes = 0
  /// What channelz came to, by connection asked about.
  var channelz: [ChannelzWalk.Outcome] = []
  /// Answers whose headers named another pod than their trailers.
  var contradictions = 0
  /// READY pickers that served the window, over all channels.
  var generations = 0
  /// How often a resolver changed a channel's list during the window: of the channel with the most.
  var listChanges = 0
  /// The same of an earlier window that was given up for it.
  var earlierChanges = 0
  /// What channels may connect to at the end; nil where that is not known.
  var addresses: Set<TransportAddress>?
  /// Why changes could not be heard of; nil where they could.
  var watchTrouble: Problem?
  /// At how many answers the outcome was certain and the window ended early; nil where it did not.
  var decidedAt: Int?
  /// When in the window the rows were counted.
  var slices = TimeSlices()
  /// When the window began, and how long it was, on the monotonic clock.
  var windowStartedAt: MonotonicTime?
  var seconds = 0.0

  /// Joins what another loop counted; connection tallies keep pointing at their own rows.
  mutating func add(_ other: Counts) {
    var index: [Origin: Int] = [:]
    for (position, row) in rows.enumerated() { index[row.origin] = position }
    var moved: [Int] = []
    for row in other.rows {
      if let known = index[row.origin] {
        rows[known].tally += row.tally
        rows[known].warmup += row.warmup
        moved.append(known)
      } else {
        moved.append(rows.count)
        rows.append(row)
      }
    }
    // No larger than it has to be: of all that a connection costs this comes at the end, on top.
    connections.reserveCapacity(connections.count + other.connections.count)
    for var connection in other.connections {
      connection.tally = connection.tally.renumbered { moved[$0] }
      connections.append(connection)
    }
    unplaced += other.unplaced
    warmup += other.warmup
    warmupAnswered += other.warmupAnswered
    lastLoss = lastLoss ?? other.lastLoss
    probes += other.probes
    channelz += other.channelz
    contradictions += other.contradictions
    generations += other.generations
    listChanges = max(listChanges, other.listChanges)
    if let more = other.addresses { addresses = (addresses ?? []).union(more) }
    slices.add(other.slices) { moved[$0] }
    windowStartedAt = [windowStartedAt, other.windowStartedAt].compactMap { $0 }.min()
    seconds = max(seconds, other.seconds)
  }
}

extension ConnectionTally {
  /// The same counts with other row numbers. Two rows may become one.
  func renumbered(_ number: (Int) -> Int) -> ConnectionTally {
    var result = ConnectionTally()
    for (pod, rpcs) in pods { result.answered(pod: number(pod), rpcs: rpcs) }
    return result
  }
}

extension Counts {
  /// Whether a list changed before the window began, in the warm-up.
  func hasOtherAddresses(than endpoints: [Endpoint]) -> Bool {
    addresses.map { $0 != Set(endpoints.flatMap(\.addresses)) } ?? false
  }
}
