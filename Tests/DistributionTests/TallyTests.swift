import Distribution
import Naming
import Testing

@Suite("Tallies")
struct TallyTests {
  @Test("Every attempt is counted once, under its status or its cause")
  func counts() {
    var tally = PodTally()
    for status in [0, 0, 0, 12, 14, 99, -1] {
      tally.answered(status: status, latencyNanoseconds: 1_000_000)
    }
    tally.lost(.deadline)
    tally.lost(.deadline)
    tally.lost(.refused)
    tally.retry()
    #expect(tally.answered == 7)
    #expect(tally.lost == 3)
    #expect(tally.sent == 10)
    #expect(tally.errors == 7)
    #expect(tally.retried == 1)
    #expect(tally.byStatus.map(\.name) == ["OK", "UNIMPLEMENTED", "UNAVAILABLE", "OTHER"])
    #expect(tally.byStatus.map(\.count) == [3, 1, 1, 2])
    #expect(tally.byLossCause.map(\.name) == ["deadline", "refused"])
    #expect(tally.byLossCause.map(\.count) == [2, 1])
    #expect(tally.count(of: .ok) == 3)
    #expect(tally.count(of: LossCause.deadline) == 2)
    #expect(tally.latency.count == 7)
  }

  @Test("Status names are those of the gRPC documentation")
  func names() {
    #expect(GRPCStatus.allCases.map(\.rawValue) == Array(0...16))
    #expect(GRPCStatus(rawValue: 14)?.name == "UNAVAILABLE")
    #expect(GRPCStatus(rawValue: 16)?.name == "UNAUTHENTICATED")
    #expect(Set(GRPCStatus.allCases.map(\.name)).count == 17)
    #expect(Set(LossCause.allCases.map(\.name)).count == LossCause.allCases.count)
  }

  @Test("Merged tallies equal one tally of everything")
  func merging() {
    var random = SplitMix64(seed: 5)
    var whole = PodTally()
    var parts = [PodTally](repeating: PodTally(), count: 4)
    for _ in 0..<5000 {
      let part = Int.random(in: 0..<3, using: &random)  // the fourth stays empty
      if Int.random(in: 0..<10, using: &random) == 0 {
        let cause = LossCause.allCases.randomElement(using: &random) ?? .reset
        parts[part].lost(cause)
        whole.lost(cause)
      } else {
        let status = Int.random(in: 0...20, using: &random)
        let latency = UInt64.random(in: 0...10_000_000_000, using: &random)
        parts[part].answered(status: status, latencyNanoseconds: latency)
        whole.answered(status: status, latencyNanoseconds: latency)
      }
    }
    var sum = PodTally()
    for part in parts { sum += part }
    #expect(sum.answered == whole.answered && sum.lost == whole.lost)
    #expect(sum.byStatus.map(\.count) == whole.byStatus.map(\.count))
    #expect(sum.byLossCause.map(\.count) == whole.byLossCause.map(\.count))
    #expect(sum.latency.summary == whole.latency.summary)
    #expect(sum.latency.count == whole.latency.count)
  }

  @Test("Percentiles are within one percent of the exact ones, and in order")
  func percentiles() throws {
    var random = SplitMix64(seed: 9)
    var histogram = LatencyHistogram()
    var values: [UInt64] = []
    for _ in 0..<10_000 {
      let value = UInt64.random(
        in: 100_000...(1 << UInt64.random(in: 18...34, using: &random)), using: &random)
      values.append(value)
      histogram.record(nanoseconds: value)
    }
    values.sort()
    let summary = try #require(histogram.summary)
    func exact(_ fraction: Double) -> Double { Double(values[Int(fraction * 10_000) - 1]) / 1e6 }
    #expect(abs(summary.p50 / exact(0.5) - 1) < 0.01)
    #expect(abs(summary.p90 / exact(0.9) - 1) < 0.01)
    #expect(abs(summary.p99 / exact(0.99) - 1) < 0.01)
    #expect(summary.max == Double(values[9999]) / 1e6)
    #expect(summary.p50 <= summary.p90 && summary.p90 <= summary.p99 && summary.p99 <= summary.max)
  }

  @Test("A latency past the histogram's range counts, and its maximum is kept")
  func longLatency() throws {
    var histogram = LatencyHistogram()
    #expect(histogram.summary == nil && histogram.footprint == 0)
    histogram.record(nanoseconds: 3_600_000_000_000)
    let summary = try #require(histogram.summary)
    #expect(histogram.count == 1)
    #expect(summary.max == 3_600_000)
    #expect(summary.p50 > 265_000)
    #expect((11_264...12_288).contains(histogram.footprint))
  }

  @Test("Percentiles never exceed the maximum, also below a microsecond")
  func tinyLatency() throws {
    var histogram = LatencyHistogram()
    histogram.record(nanoseconds: 700)
    let summary = try #require(histogram.summary)
    #expect(summary.max == 0.0007)
    #expect(summary.p99 == 0.0007)
  }

  @Test("A connection knows which pods answered on it")
  func connections() {
    var tally = ConnectionTally()
    #expect(tally.answered == 0 && tally.pods.isEmpty && !tally.isShared)
    tally.answered(pod: 3)
    tally.answered(pod: 3)
    #expect(tally.answered == 2 && !tally.isShared)
    tally.answered(pod: 1)
    tally.answered(pod: 7, rpcs: 5)
    tally.answered(pod: 3)
    #expect(tally.isShared)
    #expect(tally.pods.map(\.pod) == [1, 3, 7])
    #expect(tally.pods.map(\.rpcs) == [1, 3, 5])
    #expect(tally.answered == 9)
  }
}
