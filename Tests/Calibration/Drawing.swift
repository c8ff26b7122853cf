package import Naming

/// How something in the path of the calls draws a pod for each of them: 64 calls at once, by the bits of
/// two random words.
package enum Drawing: Sendable {
  /// Four pods, a quarter each.
  case uniform
  /// Three pods: one has 1.5 times its share, a half.
  case uneven

  package var pods: Int { self == .uniform ? 4 : 3 }

  package func draw(_ counts: inout [Int], using random: inout SplitMix64) {
    let (high, low) = (random.next(), random.next())
    switch self {
    case .uniform:
      let both = (high & low).nonzeroBitCount
      counts[3] += both
      counts[2] += high.nonzeroBitCount - both
      counts[1] += low.nonzeroBitCount - both
      counts[0] += 64 - (high | low).nonzeroBitCount
    case .uneven:
      let half = high.nonzeroBitCount
      let quarter = (~high & low).nonzeroBitCount
      counts[0] += half
      counts[1] += quarter
      counts[2] += 64 - half - quarter
    }
  }
}
