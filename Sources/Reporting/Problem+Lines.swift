extension Problem {
  /// `lbcheck: PHASE: tried … on …`, what came back, and the next thing to try, each on its own
  /// line.
  func lines(style: Style) -> String {
    let attempt = Escaping.terminal(tried + (on.map { " on \($0)" } ?? ""))
    let head = style.paint("lbcheck: \(phase.rawValue):", .bad)
    var lines = ["\(head) tried \(attempt)"]
    lines += paragraph("came back: ", cameBack, style)
    if let next { lines += paragraph("try next:  ", next, style) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func paragraph(_ label: String, _ text: String, _ style: Style) -> [String] {
    let indent = String(repeating: " ", count: 2 + label.count)
    let text = wrapped(text, width: style.width - indent.count)
    return ["  \(label)\(text[0])"] + text.dropFirst().map { indent + $0 }
  }
}
