/// Whether an assertion held.
package struct AssertionResult: Hashable, Sendable {
  /// The assertion as the user wrote it.
  package let assert: String
  /// Nil when the run could not decide it.
  package let held: Bool?
  /// What was seen instead or in support, for people.
  package let observed: String

  package init(assert: String, held: Bool?, observed: String) {
    self.assert = assert
    self.held = held
    self.observed = observed
  }
}

extension Assertion {
  /// Holds the assertion against a run. What the run cannot decide is nil, never true.
  package func evaluate(on evidence: Evidence) -> AssertionResult {
    switch claim {
    case .balanced:
      return result(Self.held(.balanced, evidence.verdict.outcome), evidence)
    case .pinned:
      // Two pods that answered refute it, however little else is known.
      let answering = evidence.sample.measures?.answering ?? 0
      return result(
        answering > 1 ? false : Self.held(.pinned, evidence.verdict.outcome), evidence)
    case .metric(let metric, let comparison, let value):
      return result(evidence.bounds(of: metric), metric, comparison, value)
    }
  }

  /// Holds the assertion against a long run. What the run did not see is nil, never true.
  package func evaluate(on evidence: TimelineEvidence) -> AssertionResult {
    guard case .metric(let metric, let comparison, let value) = claim else {
      return AssertionResult(assert: text, held: nil, observed: "pods came and went")
    }
    return result(evidence.bounds(of: metric), metric, comparison, value)
  }

  private func result(
    _ bounds: Evidence.Bounds?, _ metric: Metric, _ comparison: Comparison, _ value: Double
  ) -> AssertionResult {
    guard let (range, doubt) = bounds else {
      return AssertionResult(assert: text, held: nil, observed: "nothing was measured")
    }
    return AssertionResult(
      assert: text, held: comparison.holds(for: range, against: value),
      observed: Self.text(range, metric.kind) + (doubt.map { ": \($0)" } ?? ""))
  }

  private static func held(_ wanted: Outcome, _ outcome: Outcome) -> Bool? {
    outcome == .inconclusive ? nil : outcome == wanted
  }

  private func result(_ held: Bool?, _ evidence: Evidence) -> AssertionResult {
    AssertionResult(assert: text, held: held, observed: evidence.verdict.outcome.rawValue)
  }

  static func text(_ range: ClosedRange<Double>, _ kind: Metric.Kind) -> String {
    let (low, high) = (range.lowerBound, range.upperBound)
    if low == high { return kind.text(low) }
    if high < .infinity { return "at most \(kind.text(high))" }
    return low > 0 ? "at least \(kind.text(low))" : "unknown"
  }
}

extension Assertion.Comparison {
  /// Whether every value, no value, or (nil) only some value of the range compares so.
  func holds(for range: ClosedRange<Double>, against value: Double) -> Bool? {
    // Written decimals and quotients of counts differ in their last bits.
    let tolerance = 1e-9 * max(1, value.magnitude)
    let (low, high) = (range.lowerBound, range.upperBound)
    func isLess(_ a: Double, _ b: Double) -> Bool { a < b - tolerance }
    switch self {
    case .atMost: return !isLess(value, high) ? true : isLess(value, low) ? false : nil
    case .above: return Assertion.Comparison.atMost.holds(for: range, against: value).map { !$0 }
    case .atLeast: return !isLess(low, value) ? true : isLess(high, value) ? false : nil
    case .below: return Assertion.Comparison.atLeast.holds(for: range, against: value).map { !$0 }
    case .equal:
      if isLess(value, low) || isLess(high, value) { return false }
      return !isLess(low, high) ? true : nil
    case .notEqual: return Assertion.Comparison.equal.holds(for: range, against: value).map { !$0 }
    }
  }
}
