import Distribution
import Naming
import Testing

@Suite("Reading assertions")
struct AssertionParsingTests {
  @Test(
    "What can be asserted",
    arguments: [
      ("balanced", .balanced),
      (" pinned ", .pinned),
      ("pods==5", .metric(.pods, .equal, 5)),
      ("coverage >= 1", .metric(.coverage, .atLeast, 1)),
      ("coverage>=100%", .metric(.coverage, .atLeast, 1)),
      ("max-share<=25%", .metric(.maxShare, .atMost, 0.25)),
      ("max-share <= 0.25", .metric(.maxShare, .atMost, 0.25)),
      ("min-share>0.1", .metric(.minShare, .above, 0.1)),
      ("skew<1.2", .metric(.skew, .below, 1.2)),
      ("effective-pods>=4.5", .metric(.effectivePods, .atLeast, 4.5)),
      ("errors==0", .metric(.errors, .equal, 0)),
      ("error-rate<0.5%", .metric(.errorRate, .below, 0.005)),
      ("lost!=0", .metric(.lost, .notEqual, 0)),
      ("connections<=10", .metric(.connections, .atMost, 10)),
      ("p50<=500us", .metric(.p50, .atMost, 0.5)),
      ("p90<20ms", .metric(.p90, .below, 20)),
      ("p99 <= 1.5s", .metric(.p99, .atMost, 1500)),
    ] as [(String, Assertion.Claim)])
  func good(text: String, claim: Assertion.Claim) throws {
    let assertion = try Assertion(parsing: text)
    #expect(assertion.claim == claim)
    #expect(assertion.text == text)
  }

  @Test(
    "What cannot, with the place and what is wrong there",
    arguments: [
      ("", 0, "the assertion names no metric"),
      ("   ", 3, "the assertion names no metric"),
      ("<=3", 0, "the assertion names no metric"),
      ("balance", 0, "this is not a metric"),
      ("Balanced", 0, "this is not a metric"),
      ("max_share<1", 0, "this is not a metric"),
      (" jain>0.9", 1, "this is not a metric"),
      ("balanced>1", 8, "nothing may follow balanced"),
      ("pinned!", 6, "nothing may follow pinned"),
      ("skew", 4, "there is no comparison"),
      ("skew 1.2", 5, "there is no comparison"),
      ("skew=1.2", 4, "= is not a comparison"),
      ("skew=<1.2", 4, "=< is not a comparison"),
      ("skew<>1.2", 4, "<> is not a comparison"),
      ("skew<=", 6, "there is no value"),
      ("skew<=x", 6, "this is not a number"),
      ("skew<=-1", 6, "this is not a number"),
      ("skew<=.5", 6, "this is not a number"),
      ("skew<=1.", 6, "this is not a number"),
      ("skew<=1.2.3", 6, "this is not a number"),
      ("skew<=nan", 6, "this is not a number"),
      ("skew<=1e3", 7, "this is not a unit of skew"),
      ("skew<=120%", 9, "this is not a unit of skew"),
      ("skew<=1 2", 8, "there is more after the value"),
      ("pods>=2.5", 6, "pods is a whole number"),
      ("pods>=2ms", 7, "this is not a unit of pods"),
      ("coverage>=2", 10, "a share is 1 at most, or 100%"),
      ("max-share<=101%", 11, "a share is 1 at most, or 100%"),
      ("p99<=20", 7, "a duration needs its unit"),
      ("p99<=20d", 7, "this is not a unit of p99"),
      ("p99<=fast", 5, "this is not a number"),
      ("p95<=20ms", 0, "this is not a metric"),
      ("pods>=٣", 6, "this is not a number"),
    ])
  func bad(text: String, offset: Int, problem: String) throws {
    let error = try #require(throws: AssertionError.self) { try Assertion(parsing: text) }
    #expect(error.offset == offset)
    #expect(error.problem == problem)
    #expect(!error.expected.isEmpty)
    #expect(error.text == text)
  }

  @Test("An unknown metric lists the known ones, below a caret")
  func description() throws {
    let error = try #require(throws: AssertionError.self) {
      try Assertion(parsing: "\u{1b} skw<=1")
    }
    #expect(
      error.description == """
        the assertion names no metric
          \\u{1b} skw<=1
          ^ expected balanced, pinned, or a comparison of one of pods, coverage, max-share, \
        min-share, skew, effective-pods, errors, error-rate, lost, connections, p50, p90, p99, \
        blind-spot, lingering, unexplained, max-connection-age
        """)
    let later = try #require(throws: AssertionError.self) { try Assertion(parsing: "skew<=x") }
    #expect(
      later.description == """
        this is not a number
          skew<=x
                ^ expected a number such as 1.2
        """)
  }

  @Test("Random text is read or refused, and never crashes")
  func random() {
    var random = SplitMix64(seed: 31)
    let parts = [
      "balanced", "pinned", "skew", "p99", "pods", "<", "<=", "=", "!", " ", "1", ".", "%", "ms",
      "é",
      "\u{0}", "👩‍👩‍👧", "e", "-",
    ]
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...7, using: &random)
      let text = (0..<length).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
      do {
        let assertion = try Assertion(parsing: text)
        if case .metric(_, _, let value) = assertion.claim { #expect(value.isFinite && value >= 0) }
      } catch {
        #expect((0...text.unicodeScalars.count).contains(error.offset))
        #expect(error.description.contains("^ expected "))
      }
    }
  }
}
