/// Which errors have an event that explains them, counted as they come. An error waits a while for its
/// event: a connection's end may be told after the RPCs that it took along.
package struct ErrorLedger: Sendable {
  /// How long an error waits for the event that explains it, in nanoseconds.
  package static let patience: Int64 = 2_000_000_000
  private static let keptEvents = 200

  package enum Failure: Hashable, Sendable {
    case lost(LossCause)
    /// A gRPC status other than OK, by its name.
    case status(String)

    package var name: String {
      switch self {
      case .lost(let cause): cause.name
      case .status(let name): name
      }
    }
  }

  /// An event that cost RPCs.
  package struct Cost: Hashable, Sendable {
    package var lane: Int
    package var address: String?
    package var pod: String?
    /// When it happened.
    package var time: Int64
    /// `terminating`, `goaway`, `fin`, `reset`, `silent`, …
    package var event: String
    package var errors: Int
  }

  private struct Pending {
    var lane: Int
    var address: String?
    var failure: Failure
    var time: Int64
  }

  /// RPCs that ended, by lane.
  package internal(set) var sent: [Int]
  package private(set) var lost: [Int]
  package private(set) var failed: [Int]
  /// Without an event, by lane and what became of them.
  package private(set) var unexplained: [[String: Int]]
  /// Oldest first.
  package private(set) var costs: [Cost] = []
  private var pending: [Pending] = []
  /// By lane: what last kept its channel from having a pod to pick.
  private var disturbance: [(time: Int64, event: String, address: String?)?]
  /// GOAWAYs and ends of connections of late. A pod's life does not keep them: a new connection may
  /// come before the errors of the old one are settled.
  private var recent: [(lane: Int, address: String, time: Int64, event: String)] = []

  init(lanes: Int) {
    sent = Array(repeating: 0, count: lanes)
    lost = sent
    failed = sent
    unexplained = Array(repeating: [:], count: lanes)
    disturbance = Array(repeating: nil, count: lanes)
  }

  mutating func failed(_ lane: Int, _ address: String?, _ failure: Failure, at time: Int64) {
    failed[lane] += 1
    if case .lost = failure { lost[lane] += 1 }
    pending.append(Pending(lane: lane, address: address, failure: failure, time: time))
  }

  /// Remembers what may leave a channel without a pod.
  mutating func note(_ event: TimelineEvent, lane: Int) {
    switch event.kind {
    case .unlisted, .connectFailed, .goAway, .closed, .lookUpFailed, .silent:
      disturbance[lane] = (event.time, event.kind.name, event.address)
    default: break
    }
    guard let address = event.address else { return }
    switch event.kind {
    case .closed(_, let end, _): recent.append((lane, address, event.time, end.rawValue))
    case .goAway: recent.append((lane, address, event.time, "goaway"))
    default: break
    }
  }

  /// - Parameter lives: of an address, the present one first.
  mutating func settle(before time: Int64, lives: (String) -> [PodLife]) {
    let count = pending.prefix { $0.time <= time }.count
    for error in pending.prefix(count) {
      if let cost = explanation(of: error, lives) {
        add(cost)
      } else {
        unexplained[error.lane][error.failure.name, default: 0] += 1
      }
    }
    pending.removeFirst(count)
    recent.removeAll { $0.time < time - Self.patience }
  }

  private mutating func add(_ cost: Cost) {
    let known = costs.lastIndex {
      $0.lane == cost.lane && $0.address == cost.address && $0.time == cost.time
        && $0.event == cost.event
    }
    if let known {
      costs[known].errors += 1
    } else {
      costs.append(cost)
      if costs.count > 2 * Self.keptEvents { costs.removeFirst(Self.keptEvents) }
    }
  }

  private func explanation(of error: Pending, _ lives: (String) -> [PodLife]) -> Cost? {
    guard let address = error.address else {
      return disturbance[error.lane].map {
        Cost(lane: error.lane, address: $0.address, time: $0.time, event: $0.event, errors: 1)
      }
    }
    let near = error.time - Self.patience...error.time + Self.patience
    let late = recent.filter {
      $0.lane == error.lane && $0.address == address && near.contains($0.time)
    }
    let ended = late.last { $0.event != "goaway" }
    let leaving = late.last
    for life in lives(address) {
      let lane = life.lanes[error.lane]
      func cost(_ event: String, _ time: Int64) -> Cost {
        Cost(
          lane: error.lane, address: address, pod: life.pod, time: time, event: event, errors: 1)
      }
      // The pod's own end explains whatever happens to its RPCs from then on.
      if let ending = life.ending, ending <= near.upperBound {
        let word = life.terminating != nil ? "terminating" : life.gone != nil ? "gone" : "not_ready"
        return cost(word, ending)
      }
      guard case .lost(let cause) = error.failure else { continue }
      switch cause {
      case .connectionLost, .refused, .reset:
        if let end = ended ?? leaving { return cost(end.event, end.time) }
      case .deadline:
        if let silent = lane.silent, silent <= near.upperBound { return cost("silent", silent) }
        if let ended { return cost(ended.event, ended.time) }
      default: break
      }
    }
    return nil
  }
}
