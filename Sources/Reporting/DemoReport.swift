private import Distribution

/// The claims about gRPC load balancing that were measured: schema `lbcheck.demo/v1`.
package struct DemoReport: Codable, Hashable, Sendable {
  /// `lbcheck.demo/v1`.
  package var schema = "lbcheck.demo/v1"
  package var version: String
  package var command = "demo"
  package var seed: UInt64
  /// Of all claims together, in seconds.
  package var duration: Double
  package var claims: [Claim]

  package init(version: String, seed: UInt64, duration: Double, claims: [Claim]) {
    self.version = version
    self.seed = seed
    self.duration = duration
    self.claims = claims
  }

  enum CodingKeys: String, CodingKey {
    case schema, version, command, seed
    case duration = "duration_s"
    case claims
  }

  package struct Claim: Codable, Hashable, Sendable {
    /// As `lbcheck demo NAME` takes it.
    package var name: String
    package var claim: String
    package var expected: String
    package var measured: String
    package var held: Bool
    /// Real seconds that a second of this scenario stands for; null where it is one.
    package var timeScale: Double?

    package init(
      name: String, claim: String, expected: String, measured: String, held: Bool,
      timeScale: Double?
    ) {
      self.name = name
      self.claim = claim
      self.expected = expected
      self.measured = measured
      self.held = held
      self.timeScale = timeScale
    }

    enum CodingKeys: String, CodingKey {
      case name, claim, expected, measured, held
      case timeScale = "time_scale"
    }
  }

  package var holds: Bool { claims.allSatisfy(\.held) }
}

extension DemoReport {
  func text(style: Style) -> String {
    claims.map { $0.text(style: style) }.joined() + "\n" + summary(style: style)
  }

  /// What follows the claims, for people.
  package func summary(style: Style) -> String {
    var page = Page(style: style)
    let failed = claims.filter { !$0.held }.map(\.name)
    page.add(
      "Result",
      failed.isEmpty
        ? "\(claims.count == 1 ? "it holds" : "all \(claims.count) hold"), in "
          + "\(duration.decimal(1)) s, seed \(seed)"
        : "\(failed.count) of \(claims.count) failed, seed \(seed): \(failed.joined(separator: ", "))",
      failed.isEmpty ? .good : .bad)
    return page.text
  }
}

extension DemoReport.Claim {
  /// A claim with what was expected and what was measured, as it is shown when it has been measured.
  package func text(style: Style) -> String {
    var page = Page(style: style)
    let sign = held ? (style.unicode ? "√" : "[ok]") : (style.unicode ? "×" : "[failed]")
    page.add(line: "\(style.paint(sign, held ? .good : .bad)) \(claim)")
    let indent = String(repeating: " ", count: sign.count + 1)
    let scale = timeScale.map { "; 1 s here stands for \($0.decimal(0)) s" } ?? ""
    for line in wrapped("\(measured)\(scale)  (\(name))", width: style.width - indent.count) {
      page.add(line: indent + line)
    }
    if !held {
      page.add(line: indent + style.paint("expected: \(expected)", .bad))
    }
    return page.text
  }
}

/// Paragraphs, broken to the width of the style; ends in a newline.
package func explained(_ paragraphs: [String], style: Style) -> String {
  paragraphs.map { wrapped($0, width: style.width).joined(separator: "\n") + "\n" }
    .joined(separator: "\n")
}
