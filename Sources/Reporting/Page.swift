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
  fileprivate var paint: Style.Paint {
    switch self {
    case .info: .dim
    case .warning: .unsure
    case .error: .bad
    }
  }
}

/// `1 pod`, `2 pods`.
func counted(_ number: Int, _ noun: String) -> String {
  number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
}

/// A duration given in milliseconds, in the unit that reads best.
func duration(milliseconds: Double) -> String {
  milliseconds < 1000
    ? "\(milliseconds.decimal(milliseconds < 100 ? 2 : 0)) ms"
    : "\((milliseconds / 1000).decimal(2)) s"
}

/// A fraction as a percentage.
func percentage(_ share: Double) -> String {
  "\((share * 100).decimal(1)) %"
}

/// `230 OK, 7 UNAVAILABLE`: the most frequent first.
func listed(_ counts: [String: Int]) -> String {
  counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
}
