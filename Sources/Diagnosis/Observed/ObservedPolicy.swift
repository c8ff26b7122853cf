internal import Distribution
internal import Reporting

/// What a client's policy looks like from the pods' side. A name is given only where the counts leave
/// little room for another.
enum ObservedPolicy: String {
  /// One connection at a time carried everything.
  case pickFirst = "pick_first"
  /// The pods had the RPCs in turn.
  case roundRobin = "round_robin"
  /// Whole connections to the virtual IP.
  case clusterIP = "cluster_ip"
  /// The L7 proxy chose for every RPC.
  case proxied = "l7_proxy"
  case http1 = "keep_alive"
  case unknown

  /// Turns are told from chance by counts that are more even than nine in ten of chance's.
  private static let evenness = 0.9

  init(_ run: ObservedRun) {
    let used = run.connections.filter { $0.tally.answered + $0.warmup > 0 }
    if used.isEmpty {
      self = .unknown
    } else if used.allSatisfy({ $0.way == .proxy }) {
      self = .proxied
    } else if used.allSatisfy({ $0.way == .virtualIP }) {
      self = .clusterIP
    } else if !used.allSatisfy({ $0.way == .direct }) {
      self = .unknown
    } else if used.allSatisfy(\.isHTTP1) {
      self = .http1
    } else if mostInUse(used) == 1 {
      self = .pickFirst
    } else {
      self = Self.isCyclic(run) ? .roundRobin : .unknown
    }
  }

  private static func isCyclic(_ run: ObservedRun) -> Bool {
    guard run.membershipChanges == 0 else { return false }
    let counts = run.answersOfReadyPods
    guard let most = counts.max(), let least = counts.min(), least > 0,
      most - least <= run.slack
    else { return false }
    return (ChiSquare(counts: counts, unit: .rpcs)?.p ?? 0) >= evenness
  }
}

/// The most of these connections that took new requests at the same time; at least 1.
private func mostInUse(_ connections: [ObservedRun.Connection]) -> Int {
  let ends = connections.map(\.endOfUse).sorted()
  var (ended, most) = (0, 1)
  for (begun, opened) in connections.map(\.opened).sorted().enumerated() {
    while ended < ends.count, ends[ended] <= opened { ended += 1 }
    most = max(most, begun + 1 - ended)
  }
  return most
}

extension ObservedRun {
  /// A lower bound: a gRPC channel has one connection to an address.
  var channels: Int {
    let places = Dictionary(grouping: connections) { Place(pod: $0.pod, remote: $0.remote) }
    return places.values.map(mostInUse).max() ?? 1
  }

  private struct Place: Hashable {
    let pod: Int
    let remote: String
  }

  /// Pickers that a round_robin client must have built in the window: one per channel, and two for
  /// every connection that ended and was opened again.
  var generations: Int {
    let start = warmUntil ?? 0
    return channels
      + connections.reduce(0) { sum, connection in
        let isLate = connection.opened > start
        let isReplaced = connection.goAway != nil || connection.closedBy == .server
        return sum + (isLate ? 1 : 0) + (isReplaced ? 1 : 0)
      }
  }

  /// By how much turns may differ: besides pickers, by what was under way when counting began.
  var slack: Int { generations + (connections.map(\.peak).max() ?? 1) - 1 }

  var answersOfReadyPods: [Int] {
    pods.indices.filter { pods[$0].isReady }.map { pod in
      connections.reduce(pods[pod].forgotten.tally.answered) {
        $1.pod == pod ? $0 + $1.tally.answered : $0
      }
    }
  }
}
