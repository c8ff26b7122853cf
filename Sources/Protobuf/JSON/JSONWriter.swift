/// Writes a JSON text, indented by two spaces or on one line.
struct JSONWriter {
  private(set) var text = ""
  private let indented: Bool
  private var depth = 0
  private var isFirst = true
  private var followsKey = false

  init(indented: Bool) {
    self.indented = indented
  }

  mutating func object(_ members: (inout JSONWriter) -> Void) { container("{", members, "}") }

  mutating func array(_ elements: (inout JSONWriter) -> Void) { container("[", elements, "]") }

  private mutating func container(
    _ start: String, _ content: (inout JSONWriter) -> Void, _ end: String
  ) {
    separate()
    text += start
    depth += 1
    isFirst = true
    content(&self)
    depth -= 1
    if !isFirst { breakLine() }
    isFirst = false
    text += end
  }

  mutating func key(_ name: String) {
    separate()
    quote(name)
    text += indented ? ": " : ":"
    followsKey = true
  }

  mutating func string(_ value: String) {
    separate()
    quote(value)
  }

  /// A number, true, false or null.
  mutating func word(_ value: String) {
    separate()
    text += value
  }

  /// What has to stand before a key or value.
  private mutating func separate() {
    defer { isFirst = false }
    if followsKey {
      followsKey = false
      return
    }
    if depth == 0 { return }
    if !isFirst { text += "," }
    breakLine()
  }

  private mutating func breakLine() {
    if indented { text += "\n" + String(repeating: "  ", count: depth) }
  }

  /// RFC 8259 §7. What would move a terminal's cursor or reorder text is escaped as well, because
  /// people print JSON to terminals; a parser reads back the text as it was.
  private mutating func quote(_ value: String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.isHidden:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension Unicode.Scalar {
  fileprivate var isHidden: Bool {
    if isASCII { return value < 0x20 || value == 0x7f }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      return true
    default: return false
    }
  }
}
