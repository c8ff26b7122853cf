/// How many pods theory has a client reach, for comparison with what was measured.
package enum Expectation: Hashable, Sendable {
  /// Every pod, in turn: the same for each.
  case everyPod
  /// As many as so many independent draws hit: connections that kube-proxy, or the order of a
  /// shuffled DNS answer, sends to a pod each.
  case draws(Int)

  /// Pods reached, on average.
  package func pods(of ready: Int) -> Double {
    switch self {
    case .everyPod: Double(ready)
    case .draws(let draws): expectedPodsReached(connections: draws, pods: ready)
    }
  }
}
