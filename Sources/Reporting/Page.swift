private import Distribution

/// Text for people, put together from the top: tables, and sentences under a label.
struct Page {
  let style: Style
  private var lines: [String] = []

  init(style: Style) {
    self.style = style
  }

  /// Everything added, ending in a newline.
  var text: String { lines.joined(separator: "\n") + "\n" }

  /// A line that is ready: escaped, and painted if need be.
  mutating func add(line: String) {
    lines.append(line)
  }

  mutating func add(_ table: TextTable) {
    lines += table.lines(style)
  }

  /// Sentences beside their label, broken to the width of the style.
  mutating func add(_ label: String, _ text: String, _ paint: Style.Paint? = nil) {
    let column = 17
    let gap = String(repeating: " ", count: max(1, column - label.count))
    let indent = String(repeating: " ", count: column)
    let parts = wrapped(text, width: style.width - column)
    lines.append(style.paint(label, .bold) + gap + style.paint(parts[0], paint))
    lines += parts.dropFirst().map { indent + style.paint($0, paint) }
  }

  /// Findings, most of the text on the lines below their code; nothing where there are none.
  mutating func add(_ findings: [Report.Finding]) {
    guard !findings.isEmpty else { return }
    add(line: "")
    add(line: style.paint("Findings", .bold))
    for finding in findings {
      let code = Escaping.terminal("\(finding.level.rawValue) \(finding.code)")
      add(line: "  " + style.paint(code, finding.level.paint))
      for sentence in [finding.message, finding.evidence, finding.hint.map { "try: \($0)" }] {
        guard let sentence else { continue }
        lines += wrapped(sentence, width: style.width - 4).map { "    \($0)" }
      }
    }
  }
}

extension Report.Finding.Level {
  var paint: Style.Paint {
    switch self {
    case .info: .dim
    case .warning: .unsure
    case .error: .bad
    }
  }
}

/// A duration given in milliseconds, in the unit that reads best.
func duration(milliseconds: Double) -> String {
  milliseconds < 1000
    ? "\(milliseconds.decimal(milliseconds < 100 ? 2 : 0)) ms"
    : "\((milliseconds / 1000).decimal(2)) s"
}

/// A place on a scale of time: `500 µs`, `20 ms`, `1.5 s`.
func tick(milliseconds: Double) -> String {
  if milliseconds >= 1000 { return "\((milliseconds / 1000).shortest(2)) s" }
  if milliseconds > 0, milliseconds < 1 { return "\((milliseconds * 1000).shortest(2)) µs" }
  return "\(milliseconds.shortest(1)) ms"
}

extension Double {
  /// With as many digits after the point as are needed, at most `places`.
  fileprivate func shortest(_ places: Int) -> String {
    var text = decimal(places)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}

/// A fraction as a percentage.
func percentage(_ share: Double) -> String {
  percentage(share, places: 1)
}

/// With so many digits after the point.
func percentage(_ share: Double, places: Int) -> String {
  "\((share * 100).decimal(places)) %"
}

/// `230 OK, 7 UNAVAILABLE`: the most frequent first.
func listed(_ counts: [String: Int]) -> String {
  counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
}
