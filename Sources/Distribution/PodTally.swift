package import Naming

/// What became of the attempts that were sent to one pod (or counted in one row).
///
/// One event loop owns a tally; recording takes no lock and allocates nothing, save where the
/// histogram has not seen so long a latency. Tallies of several loops are added up at the end.
package struct PodTally: Sendable {
  /// Attempts that came back with a gRPC status, whichever.
  package private(set) var answered = 0

  /// Attempts that came back with none.
  package private(set) var lost = 0

  /// Attempts that were a retry of an earlier attempt; counted in `answered` or `lost` as well.
  package private(set) var retried = 0

  /// Latency of the answered attempts.
  package private(set) var latency = LatencyHistogram()

  // After what every answer changes, OK among it: with many pods each cache line counts.
  /// One counter per status code; the last one is for codes that gRPC does not define.
  private var statuses: InlineArray<18, Int> = .init(repeating: 0)
  private var losses: InlineArray<7, Int> = .init(repeating: 0)
  /// Of answers that have an HTTP status and no other.
  private var httpStatuses: [Int: Int] = [:]

  package init() {}

  /// answered + lost.
  package var sent: Int { answered + lost }

  /// Answers with another status than OK, over HTTP/1.1 of 400 and above, and losses.
  package var errors: Int {
    let fine = httpStatuses.reduce(0) { $1.key < 400 ? $0 + $1.value : $0 }
    return answered - statuses[GRPCStatus.ok.rawValue] - fine + lost
  }

  /// Counts an attempt that a pod answered with `grpc-status: status`.
  package mutating func answered(status: Int, latencyNanoseconds: UInt64) {
    answered(status: status, times: 1)
    latency.record(nanoseconds: latencyNanoseconds)
  }

  /// Counts an attempt that was answered with an HTTP status. From 400 on it is an error.
  package mutating func answered(httpStatus: Int, latencyNanoseconds: UInt64) {
    answered(httpStatus: httpStatus, times: 1)
    latency.record(nanoseconds: latencyNanoseconds)
  }

  /// Counts attempts whose latency nobody knows.
  package mutating func answered(status: Int, times: Int) {
    let slot = status >= 0 && status < 17 ? status : 17
    statuses[slot] += times
    answered += times
  }

  /// The same with an HTTP status.
  package mutating func answered(httpStatus: Int, times: Int) {
    httpStatuses[httpStatus, default: 0] += times
    answered += times
  }

  /// Counts an attempt that nobody answered.
  package mutating func lost(_ cause: LossCause, times: Int = 1) {
    losses[cause.rawValue] += times
    lost += times
  }

  /// Marks one of the counted attempts as a retry.
  package mutating func retry() {
    retried += 1
  }

  package func count(of status: GRPCStatus) -> Int { statuses[status.rawValue] }

  package func count(of cause: LossCause) -> Int { losses[cause.rawValue] }

  /// Status names, then HTTP statuses, with their counts, in code order, without zeros. The counts add
  /// up to `answered`.
  package var byStatus: [(name: String, count: Int)] {
    var list = GRPCStatus.allCases.map { (name: $0.name, count: statuses[$0.rawValue]) }
    list.append((name: GRPCStatus.otherName, count: statuses[17]))
    list += httpStatuses.sorted { $0.key < $1.key }.map { (name: "\($0.key)", count: $0.value) }
    return list.filter { $0.count > 0 }
  }

  /// Loss causes with their counts, without zeros. The counts add up to `lost`.
  package var byLossCause: [(name: String, count: Int)] {
    LossCause.allCases.map { (name: $0.name, count: losses[$0.rawValue]) }.filter { $0.count > 0 }
  }

  package static func += (left: inout PodTally, right: PodTally) {
    for slot in right.statuses.indices { left.statuses[slot] += right.statuses[slot] }
    for slot in right.losses.indices { left.losses[slot] += right.losses[slot] }
    if !right.httpStatuses.isEmpty {
      left.httpStatuses.merge(right.httpStatuses, uniquingKeysWith: +)
    }
    left.answered += right.answered
    left.lost += right.lost
    left.retried += right.retried
    left.latency += right.latency
  }
}
