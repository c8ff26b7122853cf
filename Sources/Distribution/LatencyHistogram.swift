private import Histogram

/// How long answers took, at two significant digits.
///
/// An HDR histogram (hdrhistogram.org) over microseconds with 32-bit counts: 22 × 128 counters,
/// 11,264 bytes by its own account. It is created by the first value, so that pods which never
/// answer cost nothing. Values past 268 s count as 268 s; the maximum is kept exactly.
package struct LatencyHistogram: Sendable {
  /// 2^28 µs: the most that 22 halves of 128 counters can tell apart.
  private static let highestMicroseconds: UInt64 = 1 << 28 - 1

  /// None or one. An optional would be copied out and back by every `record`, at more than twice
  /// the cost.
  private var histogram: [Histogram<UInt32>] = []
  private var maxNanoseconds: UInt64 = 0

  package init() {}

  /// Values recorded.
  package var count: Int { Int(histogram.first?.totalCount ?? 0) }

  /// Bytes the histogram keeps outside this value; 0 before the first value.
  package var footprint: Int { histogram.first?.estimatedFootprintInBytes ?? 0 }

  /// Allocates once, with the first value.
  package mutating func record(nanoseconds: UInt64) {
    if histogram.isEmpty { histogram = [Self.empty] }
    histogram[0].record(min((nanoseconds + 500) / 1000, Self.highestMicroseconds))
    if nanoseconds > maxNanoseconds { maxNanoseconds = nanoseconds }
  }

  package static func += (left: inout LatencyHistogram, right: LatencyHistogram) {
    if left.histogram.isEmpty {
      left.histogram = right.histogram
    } else if let other = right.histogram.first {
      left.histogram[0].add(other)
    }
    left.maxNanoseconds = max(left.maxNanoseconds, right.maxNanoseconds)
  }

  /// Nil while nothing was recorded.
  package var summary: LatencySummary? {
    guard let histogram = histogram.first, histogram.totalCount > 0 else { return nil }
    let maximum = Double(maxNanoseconds) / 1e6
    var values: [Double] = []
    // The nearest rank. One pass for all three, over an iterator that the compiler can specialize;
    // `valueAtPercentile` walks all counters each time, in generic code.
    var ranks = [0.5, 0.9, 0.99].map { ($0 * Double(histogram.totalCount)).rounded(.up) }[...]
    for step in histogram.recordedValues() {
      while let rank = ranks.first, Double(step.totalCountToThisValue) >= rank {
        values.append(min(Double(step.value) / 1000, maximum))
        ranks.removeFirst()
      }
      if ranks.isEmpty { break }
    }
    guard values.count == 3 else { return nil }
    return LatencySummary(p50: values[0], p90: values[1], p99: values[2], max: maximum)
  }

  /// Copied, which is much cheaper than to be made: the library fills its counters in generic code.
  private static let empty = Histogram<UInt32>(
    lowestDiscernibleValue: 1, highestTrackableValue: highestMicroseconds,
    numberOfSignificantValueDigits: .two)
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
