/// Which pods answered on one connection, and how many RPCs each.
///
/// Pods are given by their index in the caller's list of rows. A connection that one pod answers,
/// which is every connection without an L7 balancer in its path, costs two words and no allocation.
package struct ConnectionTally: Sendable {
  private var firstPod = -1
  private var firstCount = 0
  private var others: [Int: Int] = [:]

  package init() {}

  /// A connection of which only the sum over its pods is known, as a report has it: the first pod
  /// stands for all but one RPC of every other.
  package init(pods: [Int], rpcs: Int) {
    guard let first = pods.first else { return }
    for pod in pods.dropFirst() { answered(pod: pod) }
    answered(pod: first, rpcs: max(1, rpcs - pods.count + 1))
  }

  /// Counts RPCs answered by the pod at index `pod`, 0 or more.
  package mutating func answered(pod: Int, rpcs: Int = 1) {
    if pod == firstPod {
      firstCount += rpcs
    } else if firstPod < 0 {
      firstPod = pod
      firstCount = rpcs
    } else {
      others[pod, default: 0] += rpcs
    }
  }

  /// RPCs answered on this connection.
  package var answered: Int { firstCount + others.values.reduce(0, +) }

  /// The pods that answered, by index, in ascending order.
  package var pods: [(pod: Int, rpcs: Int)] {
    guard firstPod >= 0 else { return [] }
    return ([(pod: firstPod, rpcs: firstCount)] + others.map { (pod: $0.key, rpcs: $0.value) })
      .sorted { $0.pod < $1.pod }
  }

  /// Whether more than one pod answered: something in the path balances each call.
  package var isShared: Bool { !others.isEmpty }
}
