private import Glibc

/// How evenly RPCs fell on pods. With n pods, x_i RPCs answered by pod i and N = Σ x_i, the share
/// of pod i is s_i = x_i ÷ N.
package struct Measures: Hashable, Sendable {
  /// n: pods counted, silent ones included.
  package let pods: Int
  /// Pods with at least one answer.
  package let answering: Int
  /// N: RPCs answered by these pods.
  package let rpcs: Int
  /// Pods that answered ÷ n: 1 at best, 1/n when one pod has it all.
  package let coverage: Double
  /// max x_i ÷ (N/n): how many times its share the hottest pod carries; 1 at best, n at worst.
  package let skew: Double
  /// 1 ÷ Σ s_i²: n at best, 1 at worst (the inverse of Simpson's concentration, Hill's N2; M. O.
  /// Hill, "Diversity and Evenness", Ecology 54(2), 1973).
  package let effectivePods: Double
  /// 1 ÷ skew: the fraction of the pods' joint capacity that is in use when the hottest is full.
  package let usableCapacity: Double
  /// Effective pods ÷ n (R. Jain, D. Chiu, W. Hawe, "A Quantitative Measure of Fairness", 1984).
  package let jain: Double
  package let maxShare: Double
  package let minShare: Double

  /// - Parameter counts: answers per pod, silent pods as 0.
  /// Nil when there is no pod or no answer: then none of the measures has a value.
  package init?(counts: [Int]) {
    let total = counts.reduce(0, +)
    guard total > 0, let highest = counts.max(), let lowest = counts.min() else { return nil }
    let shares = counts.map { Double($0) / Double(total) }
    pods = counts.count
    answering = counts.count { $0 > 0 }
    rpcs = total
    coverage = Double(answering) / Double(pods)
    skew = Double(highest) * Double(pods) / Double(total)
    // Rounding may push the quotient past its mathematical bounds.
    effectivePods = min(
      max(1 / shares.reduce(0) { $0 + $1 * $1 }, 1), Double(answering))
    usableCapacity = 1 / skew
    jain = effectivePods / Double(pods)
    maxShare = Double(highest) / Double(total)
    minShare = Double(lowest) / Double(total)
  }
}

/// How many of `pods` equally likely pods `connections` independent choices reach on average:
/// n(1 − (1 − 1/n)^K), the occupancy problem (W. Feller, "An Introduction to Probability Theory and
/// Its Applications" I, §IV.2). 0 when there is no pod.
package func expectedPodsReached(connections: Int, pods: Int) -> Double {
  guard pods > 0 else { return 0 }
  let n = Double(pods)
  return n * (1 - pow(1 - 1 / n, Double(connections)))
}
