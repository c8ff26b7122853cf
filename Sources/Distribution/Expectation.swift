/// How many pods theory has a client reach, for comparison with what was measured.
package enum Expectation: Hashable, Sendable {
  /// Every pod, in turn: the same for each.
  case everyPod
  /// As many as so many independent draws hit: connections that kube-proxy, or the order of a
  /// shuffled DNS answer, sends to a pod each.
  case draws(Int)

  /// Pods reached, on average: n(1 − (1 − 1/n)^K) for K draws.
  package func pods(of ready: Int) -> Double {
    switch self {
    case .everyPod: return Double(ready)
    case .draws(let draws):
      guard ready > 0 else { return 0 }
      var missed = 1.0
      for _ in 0..<min(draws, 100_000) { missed *= 1 - 1 / Double(ready) }
      return Double(ready) * (1 - missed)
    }
  }
}
