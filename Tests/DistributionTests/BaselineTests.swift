import Distribution
import Testing

@Suite("Held against an earlier run")
struct BaselineTests {
  private func evidence(_ sample: Sample, errors: Int = 0, milliseconds: UInt64 = 5) -> Evidence {
    var total = PodTally()
    for index in 0..<sample.counts.reduce(0, +) {
      total.answered(
        status: index < errors ? 13 : 0, latencyNanoseconds: milliseconds * 1_000_000)
    }
    return Evidence(sample: sample, verdict: judge(sample), total: total, connections: 5)
  }

  private let even = Baseline(
    outcome: .balanced, coverage: 1, answering: 5, skew: 1, maxShare: 0.2, errorRate: 0, p99: 5)

  private func held(
    _ baseline: Baseline, _ evidence: Evidence, factor: Double? = 2
  ) -> [String: Bool?] {
    let results = baseline.results(on: evidence, latencyFactor: factor)
    return Dictionary(uniqueKeysWithValues: results.map { ($0.assert, $0.held) })
  }

  @Test("as good as before: all of it holds, also with other pods and fewer of them")
  func same() {
    for counts in [[200, 200, 200, 200, 200], [333, 333, 334]] {
      let results = even.results(on: evidence(.cyclic(counts)), latencyFactor: 2)
      #expect(results.map(\.held) == [true, true, true, true, true], "\(results)")
      #expect(results[0].observed == "balanced, in the baseline balanced")
    }
  }

  @Test("worse in each respect")
  func worse() {
    let silent = held(even, evidence(.cyclic([250, 250, 250, 250, 0])))
    #expect(silent["baseline outcome"] == false)
    #expect(silent["baseline coverage"] == false)
    #expect(silent["baseline skew"] == false)
    let slow = held(
      even, evidence(.cyclic([200, 200, 200, 200, 200]), errors: 11, milliseconds: 11))
    #expect(slow["baseline p99"] == false)
    #expect(slow["baseline error-rate"] == false)
    #expect(slow["baseline outcome"] == true)
    let few = held(even, evidence(.cyclic([200, 200, 200, 200, 200]), errors: 10))
    #expect(few["baseline error-rate"] == true)
  }

  @Test("what either run did not show is undecided, never held")
  func unmeasured() {
    var nothing = Baseline(
      outcome: .inconclusive, coverage: nil, answering: nil, skew: nil, maxShare: nil,
      errorRate: nil, p99: nil)
    let good = evidence(.cyclic([200, 200, 200, 200, 200]))
    #expect(nothing.results(on: good, latencyFactor: 2).allSatisfy { $0.held == nil })
    let short = evidence(.cyclic([2, 2, 1, 1, 1]))
    let results = held(even, short)
    for name in ["outcome", "coverage", "skew", "p99"] {
      #expect(results["baseline \(name)"] == .some(nil), "\(name)")
    }
    nothing.outcome = .pinned
    #expect(nothing.results(on: good, latencyFactor: nil).map(\.held) == [true, nil, nil, nil])
  }

  @Test("draws per connection fall anew each time: worse is undecided, better holds")
  func draws() {
    let now = evidence(.perConnection(pods: 5, [(0, 100), (0, 100), (3, 100)]))
    #expect(held(even, now)["baseline outcome"] == .some(nil))
    #expect(held(even, now)["baseline coverage"] == .some(nil))
    let pinned = Baseline(
      outcome: .pinned, coverage: 0.2, answering: 1, skew: 5, maxShare: 1, errorRate: 0, p99: nil)
    #expect(
      pinned.results(on: now, latencyFactor: nil).map(\.held) == [true, true, true, true])
  }

  @Test("percentiles of several clients lie between theirs, and decide only what that decides")
  func joined() throws {
    var totals = Totals(
      answered: 10, lost: 0, errors: 0, latency: .init(p50: 1, p90: 2, p99: 10))
    totals.latency?.join(.init(p50: 2, p90: 3, p99: 20))
    let sample = Sample.cyclic([5, 5])
    let evidence = Evidence(sample: sample, verdict: judge(sample), total: totals, connections: 2)
    for (text, held) in [
      ("p99<=20ms", true), ("p99<10ms", false), ("p99<=15ms", nil), ("p50>=1ms", true),
    ] as [(String, Bool?)] {
      #expect(try Assertion(parsing: text).evaluate(on: evidence).held == held, "\(text)")
    }
  }
}
