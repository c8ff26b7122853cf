/// Pearson's χ² of counts against equal expectation.
package struct ChiSquare: Hashable, Sendable {
  /// What was drawn: RPCs, or connections where one choice decides for a whole connection.
  package enum Unit: String, Sendable {
    case rpcs
    case connections
  }

  package let unit: Unit
  /// Σ (x_i − e)² ÷ e with e = N/n.
  package let value: Double
  /// Degrees of freedom: n − 1.
  package let df: Int
  /// The probability of a value at least this high when every pod is equally likely: the exact
  /// upper tail of the χ² distribution, Q(df/2, value/2) (NIST DLMF 8.2, Abramowitz and Stegun
  /// 26.4.19).
  package let p: Double
  /// N/n.
  package let expected: Double

  /// Nil with fewer than two pods or nothing drawn.
  package init?(counts: [Int], unit: Unit) {
    let total = counts.reduce(0, +)
    guard counts.count >= 2, total > 0 else { return nil }
    let expected = Double(total) / Double(counts.count)
    self.unit = unit
    self.expected = expected
    value = counts.reduce(0.0) { sum, count in
      let distance = Double(count) - expected
      return sum + distance * distance / expected
    }
    df = counts.count - 1
    p = Self.upperTail(value, df: df)
  }

  /// Whether chance is ruled out: p ≤ 1e-6 and at least 5 expected per pod. grpc-go's own tests of
  /// weighted policies use this level (`CheckWeightedRoundRobinRPCs`), so that a healthy balancer
  /// is accused once in a million runs; below 5 the χ² approximation itself is not to be trusted
  /// (W. G. Cochran, "Some Methods for Strengthening the Common χ² Tests", Biometrics 10(4), 1954).
  package var isSignificant: Bool { p <= 1e-6 && expected >= 5 }

  /// P(χ² with `df` ≥ 1 degrees of freedom ≥ `value`).
  package static func upperTail(_ value: Double, df: Int) -> Double {
    upperIncompleteGamma(Double(df) / 2, value / 2)
  }
}
