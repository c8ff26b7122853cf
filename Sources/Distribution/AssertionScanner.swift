/// Reads an assertion from left to right.
struct AssertionScanner {
  private let text: String
  private let scalars: [Unicode.Scalar]
  private var offset = 0

  init(_ text: String) {
    self.text = text
    scalars = Array(text.unicodeScalars)
  }

  mutating func claim() throws(AssertionError) -> Assertion.Claim {
    skipBlanks()
    let start = offset
    let word = take { $0.properties.isAlphabetic || $0.isDigit || $0 == "-" || $0 == "_" }
    skipBlanks()
    switch word {
    case "balanced", "pinned":
      guard offset == scalars.count else { throw error("nothing may follow \(word)", "the end") }
      return word == "balanced" ? .balanced : .pinned
    case "":
      throw error("the assertion names no metric", Self.vocabulary, at: start)
    default:
      guard let metric = Metric(rawValue: word) else {
        throw error("this is not a metric", Self.vocabulary, at: start)
      }
      let comparison = try comparison()
      skipBlanks()
      return .metric(metric, comparison, try value(of: metric))
    }
  }

  private static var vocabulary: String {
    "balanced, pinned, or a comparison of one of "
      + Metric.allCases.map(\.rawValue).joined(separator: ", ")
  }

  private mutating func comparison() throws(AssertionError) -> Assertion.Comparison {
    let start = offset
    let sign = take { "<>=!".unicodeScalars.contains($0) }
    guard let comparison = Assertion.Comparison(rawValue: sign) else {
      throw error(
        sign.isEmpty ? "there is no comparison" : "\(sign) is not a comparison",
        "one of <= < >= > == !=", at: start)
    }
    return comparison
  }

  private mutating func value(of metric: Metric) throws(AssertionError) -> Double {
    let start = offset
    let expected = metric.kind.example
    let digits = take { $0.isDigit || $0 == "." }
    let unitStart = offset
    let unit = take { !$0.properties.isWhitespace }
    skipBlanks()
    guard offset == scalars.count else {
      throw error("there is more after the value", "the end")
    }
    guard let first = digits.first, let last = digits.last, first != ".", last != ".",
      let number = Double(digits)
    else {
      throw error(
        digits.isEmpty && unit.isEmpty ? "there is no value" : "this is not a number", expected,
        at: start)
    }
    guard let scale = metric.kind.scale(unit: unit) else {
      throw error(
        unit.isEmpty ? "a duration needs its unit" : "this is not a unit of \(metric.rawValue)",
        expected, at: unitStart)
    }
    let value = number * scale
    switch metric.kind {
    case .count where digits.contains("."):
      throw error("\(metric.rawValue) is a whole number", expected, at: start)
    case .share where value > 1:
      throw error("a share is 1 at most, or 100%", expected, at: start)
    default:
      return value
    }
  }

  private mutating func skipBlanks() {
    _ = take(while: \.properties.isWhitespace)
  }

  private mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
    var taken = String.UnicodeScalarView()
    while offset < scalars.count, belongs(scalars[offset]) {
      taken.append(scalars[offset])
      offset += 1
    }
    return String(taken)
  }

  private func error(
    _ problem: String, _ expected: String, at place: Int? = nil
  ) -> AssertionError {
    AssertionError(text: text, offset: place ?? offset, problem: problem, expected: expected)
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
