/// What the place that text goes to can show.
package struct Style: Hashable, Sendable {
  /// Whether ANSI colours are wanted.
  package var color: Bool
  /// Whether block characters and signs outside ASCII show well.
  package var unicode: Bool
  /// Columns; sentences are wrapped to it, tables are not.
  package var width: Int

  package init(color: Bool = false, unicode: Bool = true, width: Int = 100) {
    self.color = color
    self.unicode = unicode
    self.width = max(40, width)
  }

  /// The colours in use, by what they say.
  enum Paint: String {
    case good = "32"
    case bad = "31"
    case unsure = "33"
    case bold = "1"
    case dim = "2"
  }

  /// The text in a colour (ECMA-48 SGR), or as it is where no colours are wanted.
  func paint(_ text: String, _ paint: Paint?) -> String {
    guard color, let paint, !text.isEmpty else { return text }
    return "\u{1b}[\(paint.rawValue)m\(text)\u{1b}[0m"
  }
}
