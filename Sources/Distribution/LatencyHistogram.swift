/// How long answers took, at two significant digits.
///
/// Counts of whole microseconds up to 255, from there 128 steps to every power of two: the layout of
/// HDR histograms (hdrhistogram.org) at two digits. The counts reach as far as the longest latency
/// seen, so that a pod which answers in milliseconds costs 2 to 4 KiB, and one that never answers
/// nothing. Values past 268 s count as 268 s; the maximum is kept exactly.
package struct LatencyHistogram: Sendable {
  /// At most 22 × 128 counters.
  private static let highestMicroseconds: UInt64 = 1 << 28 - 1
  private static let step = 128

  private var counts: [UInt32] = []
  private var maxNanoseconds: UInt64 = 0

  package init() {}

  /// Values recorded.
  package var count: Int { counts.reduce(0) { $0 + Int($1) } }

  /// Bytes the counters take; 0 before the first value.
  package var footprint: Int { counts.count * MemoryLayout<UInt32>.stride }

  /// Allocates only where the value is longer than those before it.
  package mutating func record(nanoseconds: UInt64) {
    let index = Self.index(of: min((nanoseconds + 500) / 1000, Self.highestMicroseconds))
    if index >= counts.count { grow(to: index + 1) }
    // A count that is full stays so: a run of days must not end in a trap.
    if counts[index] < .max { counts[index] += 1 }
    if nanoseconds > maxNanoseconds { maxNanoseconds = nanoseconds }
  }

  private static func index(of microseconds: UInt64) -> Int {
    let shift = max(0, 56 - microseconds.leadingZeroBitCount)
    return shift * step + Int(microseconds >> UInt64(shift))
  }

  /// The highest of the values that are counted at `index`.
  private static func microseconds(at index: Int) -> Int {
    let shift = max(0, index / step - 1)
    return (index - shift * step + 1) << shift - 1
  }

  @inline(never)
  private mutating func grow(to count: Int) {
    let missing = (count + Self.step - 1) / Self.step * Self.step - counts.count
    if missing > 0 { counts += repeatElement(0, count: missing) }
  }

  package static func += (left: inout LatencyHistogram, right: LatencyHistogram) {
    guard !left.counts.isEmpty else {
      left = right
      return
    }
    left.grow(to: right.counts.count)
    for (index, count) in right.counts.enumerated() where count > 0 {
      let (sum, overflow) = left.counts[index].addingReportingOverflow(count)
      left.counts[index] = overflow ? .max : sum
    }
    left.maxNanoseconds = max(left.maxNanoseconds, right.maxNanoseconds)
  }

  /// Nil while nothing was recorded.
  package var summary: LatencySummary? {
    let total = Double(count)
    let maximum = Double(maxNanoseconds) / 1e6
    // The nearest rank.
    var ranks = [0.5, 0.9, 0.99].map { Int(($0 * total).rounded(.up)) }[...]
    var values: [Double] = []
    var seen = 0
    for (index, count) in counts.enumerated() where count > 0 {
      seen += Int(count)
      while let rank = ranks.first, seen >= rank {
        values.append(min(Double(Self.microseconds(at: index)) / 1000, maximum))
        ranks.removeFirst()
      }
    }
    guard values.count == 3 else { return nil }
    return LatencySummary(p50: values[0], p90: values[1], p99: values[2], max: maximum)
  }
}

/// Percentiles of latency, in milliseconds: `p50 ≤ p90 ≤ p99 ≤ max`. The percentiles are good to
/// two digits, the maximum is exact.
package struct LatencySummary: Hashable, Sendable {
  package var p50: Double
  package var p90: Double
  package var p99: Double
  package var max: Double

  package init(p50: Double, p90: Double, p99: Double, max: Double) {
    self.p50 = p50
    self.p90 = p90
    self.p99 = p99
    self.max = max
  }
}
