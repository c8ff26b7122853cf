internal import Naming

/// Least, median and most of any number of values, in a bounded space: beyond 512 values the median is
/// that of an even sample of all (Vitter, algorithm R).
package struct Spread: Sendable {
  private static let limit = 512

  package private(set) var count = 0
  package private(set) var min: Int64?
  package private(set) var max: Int64?
  private var sample: [Int64] = []
  private var random: SplitMix64

  package init(seed: UInt64 = 0) {
    random = SplitMix64(seed: seed)
  }

  package mutating func add(_ value: Int64) {
    count += 1
    min = Swift.min(min ?? value, value)
    max = Swift.max(max ?? value, value)
    if sample.count < Self.limit {
      sample.append(value)
    } else {
      let place = Int.random(in: 0..<count, using: &random)
      if place < Self.limit { sample[place] = value }
    }
  }

  /// The lower one of two in the middle; nil without values.
  package var median: Int64? {
    sample.isEmpty ? nil : sample.sorted()[(sample.count - 1) / 2]
  }
}
