/// Something that a user says must hold of a run: `balanced`, `pinned`, or `METRIC OP VALUE`.
package struct Assertion: Hashable, Sendable {
  package enum Comparison: String, CaseIterable, Sendable {
    case atMost = "<="
    case atLeast = ">="
    case equal = "=="
    case notEqual = "!="
    case below = "<"
    case above = ">"
  }

  package enum Claim: Hashable, Sendable {
    case balanced
    case pinned
    /// The value is in the metric's own unit: a number, a fraction, or milliseconds.
    case metric(Metric, Comparison, Double)
  }

  /// As the user wrote it.
  package let text: String
  package let claim: Claim

  /// Reads one assertion. Blanks around the parts do not matter.
  package init(parsing text: String) throws(AssertionError) {
    self.text = text
    var scanner = AssertionScanner(text)
    claim = try scanner.claim()
  }
}
