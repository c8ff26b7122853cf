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
  private var losses: InlineArray<6, Int> = .init(repeating: 0)

  package init() {}

  /// answered + lost.
  package var sent: Int { answered + lost }

  /// Answers with another status than OK, and losses.
  package var errors: Int { answered - statuses[GRPCStatus.ok.rawValue] + lost }

  /// Counts an attempt that a pod answered with `grpc-status: status`.
  package mutating func answered(status: Int, latencyNanoseconds: UInt64) {
    let slot = status >= 0 && status < 17 ? status : 17
    statuses[slot] += 1
    answered += 1
    latency.record(nanoseconds: latencyNanoseconds)
  }

  /// Counts an attempt that nobody answered.
  package mutating func lost(_ cause: LossCause) {
    losses[cause.rawValue] += 1
    lost += 1
  }

  /// Marks one of the counted attempts as a retry.
  package mutating func retry() {
    retried += 1
  }

  package func count(of status: GRPCStatus) -> Int { statuses[status.rawValue] }

  package func count(of cause: LossCause) -> Int { losses[cause.rawValue] }

  /// Status names with their counts, in code order, without zeros. The counts add up to `answered`.
  package var byStatus: [(name: String, count: Int)] {
    var list = GRPCStatus.allCases.map { (name: $0.name, count: statuses[$0.rawValue]) }
    list.append((name: GRPCStatus.otherName, count: statuses[17]))
    return list.filter { $0.count > 0 }
  }

  /// Loss causes with their counts, without zeros. The counts add up to `lost`.
  package var byLossCause: [(name: String, count: Int)] {
    LossCause.allCases.map { (name: $0.name, count: losses[$0.rawValue]) }.filter { $0.count > 0 }
  }

  package static func += (left: inout PodTally, right: PodTally) {
    for slot in right.statuses.indices { left.statuses[slot] += right.statuses[slot] }
    for slot in right.losses.indices { left.losses[slot] += right.losses[slot] }
    left.answered += right.answered
    left.lost += right.lost
    left.retried += right.retried
    left.latency += right.latency
  }
}
