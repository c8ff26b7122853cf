import Naming
import Testing

@testable import Distribution

@Suite("Deciding assertions")
struct AssertionEvaluationTests {
  /// 10 errors of 500 attempts, 4 of them lost, every answer after 5 ms.
  private func evidence(_ sample: Sample) -> Evidence {
    var total = PodTally()
    for index in 0..<496 {
      total.answered(status: index < 6 ? 13 : 0, latencyNanoseconds: 5_000_000)
    }
    for _ in 0..<4 { total.lost(.deadline) }
    return Evidence(sample: sample, verdict: judge(sample), total: total, connections: 5)
  }

  private func result(_ text: String, _ sample: Sample) throws -> AssertionResult {
    try Assertion(parsing: text).evaluate(on: evidence(sample))
  }

  @Test(
    "On a run that decides everything",
    arguments: [
      ("balanced", true, "balanced"),
      ("pinned", false, "balanced"),
      ("pods==5", true, "5"),
      ("pods!=5", false, "5"),
      ("pods>4", true, "5"),
      ("pods<5", false, "5"),
      ("coverage>=1", true, "100.0%"),
      ("coverage<100%", false, "100.0%"),
      ("max-share<=21%", true, "20.4%"),
      ("max-share<=0.2", false, "20.4%"),
      ("min-share>=19.5%", true, "19.6%"),
      ("skew<=1.02", true, "1.02"),
      ("skew==1.02", true, "1.02"),
      ("skew<1.02", false, "1.02"),
      ("effective-pods>4.9", true, "5.00"),
      ("errors<=9", false, "10"),
      ("errors==10", true, "10"),
      ("error-rate<=2%", true, "2.0%"),
      ("lost==4", true, "4"),
      ("connections>=5", true, "5"),
      ("p50<=5ms", true, "5.00ms"),
      ("p99<5000us", false, "5.00ms"),
    ])
  func decided(text: String, held: Bool, observed: String) throws {
    let result = try result(text, .cyclic([102, 100, 98, 100, 100]))
    #expect(result.held == held)
    #expect(result.observed == observed)
    #expect(result.assert == text)
  }

  @Test(
    "What the ready set decides is open while it is not known",
    arguments: [
      ("balanced", nil), ("pinned", false), ("coverage>=1", nil), ("coverage<=1", true),
      ("min-share>=0.1", nil), ("min-share>=0.6", false), ("skew<=1.2", nil), ("skew>=1", true),
      ("skew<0.9", false), ("pods==2", true), ("max-share<=50%", true), ("effective-pods>=2", true),
      ("errors==10", true),
    ] as [(String, Bool?)])
  func unknownReadySet(text: String, held: Bool?) throws {
    let sample = Sample.perConnection(
      pods: 2, [(pod: 0, rpcs: 250), (pod: 1, rpcs: 250)], isReadySetKnown: false)
    #expect(try result(text, sample).held == held)
  }

  @Test(
    "Pods that cannot be told apart decide nothing about shares",
    arguments: [
      ("balanced", nil), ("pinned", nil), ("pods>=1", nil), ("coverage>=0.1", nil),
      ("max-share<=1", nil), ("skew<=100", nil), ("effective-pods>=1", nil), ("lost==4", true),
      ("p99<=1s", true),
    ] as [(String, Bool?)])
  func opaque(text: String, held: Bool?) throws {
    var sample = Sample.perConnection(pods: 1, [(pod: 0, rpcs: 500)], isReadySetKnown: false)
    sample.pods[0].isIdentified = false
    #expect(try result(text, sample).held == held)
  }

  @Test(
    "A changed ready set and too few RPCs leave shares open, but not what answered",
    arguments: [
      ("balanced", nil), ("skew<=9", nil), ("coverage>=0.1", nil), ("max-share<=1", nil),
      ("pods>=2", true), ("pods>=3", nil), ("pods<=1", false), ("pinned", false),
    ] as [(String, Bool?)])
  func doubtful(text: String, held: Bool?) throws {
    var changed = Sample.cyclic([250, 250, 0])
    changed.membershipChanged = true
    #expect(try result(text, changed).held == held)
    #expect(try result(text, .cyclic([1, 1, 0])).held == held)
  }

  @Test("An inconclusive run with one pod neither holds nor refutes pinned")
  func onePod() throws {
    #expect(try result("pinned", .cyclic([500])).held == nil)
    #expect(try result("pinned", .cyclic([500, 0, 0])).held == true)
    #expect(try result("balanced", .cyclic([500, 0, 0])).held == false)
  }

  @Test("Nothing passes when nothing was measured", arguments: Metric.allCases)
  func nothing(metric: Metric) throws {
    let sample = Sample(
      pods: Sample.pods([0, 0]), connections: [], generations: 0, isCyclic: true,
      isReadySetKnown: true)
    let empty = Evidence(
      sample: sample, verdict: judge(sample), total: PodTally(), connections: 0)
    let durations: Set<Metric> = [.p50, .p90, .p99, .blindSpot, .lingering, .maxConnectionAge]
    let value = durations.contains(metric) ? "1s" : "1"
    for comparison in Assertion.Comparison.allCases {
      let text = "\(metric.rawValue)\(comparison.rawValue)\(value)"
      let result = try Assertion(parsing: text).evaluate(on: empty)
      #expect(result.held == nil)
      #expect(result.observed == "nothing was measured")
    }
  }

  @Test(
    "When every attempt was lost, no pod answered, and no share has a value",
    arguments: [
      ("pods>=1", false), ("coverage>=0.5", false), ("error-rate==100%", true), ("lost<4", false),
      ("skew<=9", nil), ("max-share<=1", nil), ("p50<=1s", nil), ("balanced", nil), ("pinned", nil),
    ] as [(String, Bool?)])
  func allLost(text: String, held: Bool?) throws {
    let sample = Sample.cyclic([0, 0], lost: [2, 2])
    var total = PodTally()
    for _ in 0..<4 { total.lost(.deadline) }
    let evidence = Evidence(sample: sample, verdict: judge(sample), total: total, connections: 2)
    #expect(try Assertion(parsing: text).evaluate(on: evidence).held == held)
  }

  @Test("Over random runs: an assertion and its opposite never both hold, nor both fail")
  func opposites() throws {
    let opposites = [("<=", ">"), (">=", "<"), ("==", "!=")]
    var random = SplitMix64(seed: 32)
    for _ in 0..<500 {
      let n = Int.random(in: 1...6, using: &random)
      let top = [1, 40, 2000].randomElement(using: &random) ?? 1
      let counts = (0..<n).map { _ in Int.random(in: 0...top, using: &random) }
      var sample: Sample =
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .cyclic(counts)
        case 1: .perConnection(pods: n, counts.indices.map { (pod: $0, rpcs: counts[$0]) })
        default: .perCall(counts)
        }
      sample.isReadySetKnown = Bool.random(using: &random)
      sample.membershipChanged = Int.random(in: 0..<4, using: &random) == 0
      sample.pods[0].isIdentified = Int.random(in: 0..<4, using: &random) > 0
      let evidence = evidence(sample)
      func held(_ text: String) throws -> Bool? {
        try Assertion(parsing: text).evaluate(on: evidence).held
      }
      for metric in Metric.allCases {
        let value =
          switch metric.kind {
          case .count: "\(Int.random(in: 0...6, using: &random))"
          case .share: "\(Int.random(in: 0...100, using: &random))%"
          case .ratio: "\(Int.random(in: 0...60, using: &random)).5"
          case .duration: "\(Int.random(in: 1...9, using: &random))ms"
          }
        for (one, other) in opposites {
          let first = try held("\(metric.rawValue)\(one)\(value)")
          let second = try held("\(metric.rawValue)\(other)\(value)")
          #expect(second == first.map { !$0 }, "\(metric.rawValue)\(one)\(value)")
        }
      }
      let balanced = try held("balanced")
      let pinned = try held("pinned")
      #expect(!(balanced == true && pinned == true))
    }
  }

  @Test("An undecided assertion says why")
  func reasons() throws {
    let sample = Sample.perConnection(
      pods: 2, [(pod: 0, rpcs: 300), (pod: 1, rpcs: 200)], isReadySetKnown: false)
    #expect(
      try result("skew<=1.5", sample).observed
        == "at least 1.20: it is not known which pods are ready")
    #expect(
      try result("coverage>=1", sample).observed
        == "at most 100.0%: it is not known which pods are ready")
  }
}
