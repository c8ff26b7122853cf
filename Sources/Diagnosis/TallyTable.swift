internal import Distribution
internal import Naming
internal import Transport

/// The counters of one event loop. An answer on a connection that names the same pod as the one
/// before it, which is nearly every answer, costs a few array look-ups and no allocation.
struct TallyTable {
  /// `ValuePool` id of the identity field; 0 where the response had none.
  typealias Identity = UInt32

  private struct Key: Hashable {
    var address: TransportAddress
    var identity: Identity
    /// -1 where connections share rows.
    var connection: Int32
  }

  private struct Line {
    var lastIdentity: Identity = 0
    var lastRow = -1
    var lostRow = -1
    var rpcs = 0
    var tally = ConnectionTally()
  }

  private var keys: [Key] = []
  private var rowOfKey: [Key: Int] = [:]
  private var rows: [PodTally] = []
  private var warmups: [Int] = []
  private var lines: [Line] = []
  private(set) var unplaced = PodTally()
  private(set) var answered = 0
  private(set) var lost = 0
  private let countsHTTP: Bool
  private let separate: Int

  /// - Parameters:
  ///   - countsHTTP: whether the status of an answer is that of HTTP.
  ///   - separate: the first so many connections have rows of their own: each may turn out to lead
  ///     to another pod.
  init(countsHTTP: Bool = false, separate: Int = 0) {
    self.countsHTTP = countsHTTP
    self.separate = separate
  }

  private func key(_ connection: Int, _ address: TransportAddress, _ identity: Identity) -> Key {
    Key(
      address: address, identity: identity,
      connection: connection < separate ? Int32(connection) : -1)
  }

  /// Counts one attempt. `address` is asked only when a connection shows something new.
  mutating func count(
    _ attempt: Attempt, identity: Identity, address: (Int) -> TransportAddress
  ) {
    guard let connection = attempt.connection else {
      if case .lost(let loss, _) = attempt.result { unplaced.lost(LossCause(loss)) }
      if !attempt.isFinal { unplaced.retry() }
      lost += 1
      return
    }
    while lines.count <= connection { lines.append(Line()) }
    lines[connection].rpcs += 1
    switch attempt.result {
    case .answered(let status):
      answered += 1
      if lines[connection].lastRow < 0 || lines[connection].lastIdentity != identity {
        lines[connection].lastRow = row(
          key(connection, address(connection), identity))
        lines[connection].lastIdentity = identity
      }
      let row = lines[connection].lastRow
      lines[connection].tally.answered(pod: row)
      let latency = UInt64(max(0, attempt.latencyNanoseconds))
      if countsHTTP {
        rows[row].answered(httpStatus: status, latencyNanoseconds: latency)
      } else {
        rows[row].answered(status: status, latencyNanoseconds: latency)
      }
      if !attempt.isFinal { rows[row].retry() }
    case .lost(let loss, _):
      lost += 1
      if lines[connection].lostRow < 0 {
        lines[connection].lostRow = row(key(connection, address(connection), 0))
      }
      rows[lines[connection].lostRow].lost(LossCause(loss))
      if !attempt.isFinal { rows[lines[connection].lostRow].retry() }
    }
  }

  private mutating func row(_ key: Key) -> Int {
    if let row = rowOfKey[key] { return row }
    rowOfKey[key] = rows.count
    keys.append(key)
    rows.append(PodTally())
    warmups.append(0)
    return rows.count - 1
  }

  /// Ends the warm-up: what was answered is kept apart, everything else begins at zero.
  mutating func beginWindow() {
    for row in rows.indices {
      warmups[row] += rows[row].answered
      rows[row] = PodTally()
    }
    for line in lines.indices {
      lines[line].rpcs = 0
      lines[line].tally = ConnectionTally()
    }
    unplaced = PodTally()
    answered = 0
    lost = 0
  }

  var rowCount: Int { rows.count }

  /// Ends the time slice under way with what was counted until now.
  /// - Parameter nanoseconds: since the window began.
  func cut(_ slices: inout TimeSlices, at nanoseconds: Int64) {
    slices.cut(at: nanoseconds, answered: rows.lazy.map(\.answered), lost: lost)
  }

  /// Answers so far by address and identity, for the live display.
  func progress(name: (Identity) -> String?) -> [Counts.Origin: Int] {
    var result: [Counts.Origin: Int] = [:]
    for (key, row) in zip(keys, rows) {
      let origin = Counts.Origin(address: key.address, identity: name(key.identity))
      result[origin, default: 0] += row.answered
    }
    return result
  }

  /// Everything counted, with names instead of ids.
  /// - Parameter origin: what is known of a row by its address, identity and connection.
  func counts(
    records: [ConnectionRecord], origin: (TransportAddress, Identity, Int?) -> Counts.Origin
  ) -> Counts {
    var counts = Counts()
    for (index, key) in keys.enumerated() {
      let connection = key.connection < 0 ? nil : Int(key.connection)
      counts.rows.append(
        Counts.Row(
          origin: origin(key.address, key.identity, connection), tally: rows[index],
          warmup: warmups[index]))
    }
    counts.connections = records.enumerated().map { index, record in
      guard index < lines.count else { return Counts.Connection(record: record) }
      return Counts.Connection(record: record, tally: lines[index].tally, rpcs: lines[index].rpcs)
    }
    counts.unplaced = unplaced
    return counts
  }

  /// By connection: what answers on it said of their pod, 0 where one said nothing. Of connections
  /// with rows of their own.
  func identities() -> [Int: Set<Identity>] {
    var result: [Int: Set<Identity>] = [:]
    for (index, key) in keys.enumerated() where key.connection >= 0 {
      guard rows[index].answered + warmups[index] > 0 else { continue }
      result[Int(key.connection), default: []].insert(key.identity)
    }
    return result
  }
}

extension LossCause {
  init(_ loss: Loss) {
    self =
      switch loss {
      case .deadline: .deadline
      case .reset: .reset
      case .refused: .refused
      case .connectionLost: .connectionLost
      case .nothingToPick: .nothingToPick
      case .notGRPC: .notGRPC
      }
  }
}
