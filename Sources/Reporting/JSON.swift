/// A JSON document (RFC 8259) whose objects keep their order.
indirect enum JSON {
  case null
  case bool(Bool)
  case integer(String)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(key: String, value: JSON)])
}

extension JSON {
  /// Two spaces of indent; an array or object of plain values stays on one line while it is short,
  /// and a series of counts however long it is.
  ///
  /// UTF-8 rather than a String, whose `append` costs five times as much: a report of 10,000
  /// connections is 3 MB of small pieces.
  func write(to text: inout [UInt8], indent: String = "") {
    switch self {
    case .null: text += "null".utf8
    case .bool(let value): text += (value ? "true" : "false").utf8
    case .integer(let digits): text += digits.utf8
    // JSON has no way to write infinity or not-a-number.
    case .number(let value): text += (value.isFinite ? value.description : "null").utf8
    case .string(let value): Escaping.json(value, to: &text)
    case .array(let items):
      Self.writeList(items.map { (key: nil, value: $0) }, "[", "]", to: &text, indent: indent)
    case .object(let members):
      Self.writeList(
        members.map { (key: $0.key, value: $0.value) }, "{", "}", to: &text, indent: indent)
    }
  }

  /// All on one line, without blanks that mean nothing.
  func writeLine(to text: inout [UInt8]) {
    func list(_ items: some Sequence<(key: String?, value: JSON)>, _ open: String, _ close: String)
    {
      text += open.utf8
      for (index, item) in items.enumerated() {
        if index > 0 { text += ",".utf8 }
        if let key = item.key {
          Escaping.json(key, to: &text)
          text += ":".utf8
        }
        item.value.writeLine(to: &text)
      }
      text += close.utf8
    }
    switch self {
    case .array(let items): list(items.lazy.map { (key: nil, value: $0) }, "[", "]")
    case .object(let members):
      list(members.lazy.map { (key: $0.key, value: $0.value) }, "{", "}")
    case .null, .bool, .integer, .number, .string: write(to: &text)
    }
  }

  private static func writeList(
    _ items: [(key: String?, value: JSON)], _ open: String, _ close: String,
    to text: inout [UInt8], indent: String
  ) {
    if items.allSatisfy(\.value.isPlain) {
      let start = text.count
      let isSeries = items.allSatisfy { $0.key == nil && $0.value.isInteger }
      let end = isSeries ? Int.max : start + 100 - indent.utf8.count
      writeItems(items, open, ", ", close, to: &text, indent: "", upTo: end)
      if text.count <= end { return }
      text.removeSubrange(start...)
    }
    let inner = "\n" + indent + "  "
    writeItems(
      items, open + inner, "," + inner, "\n" + indent + close, to: &text, indent: indent + "  ")
  }

  /// Stops before the first item that begins past `limit`.
  private static func writeItems(
    _ items: [(key: String?, value: JSON)], _ open: String, _ separator: String, _ close: String,
    to text: inout [UInt8], indent: String, upTo limit: Int = .max
  ) {
    text += open.utf8
    for (index, item) in items.enumerated() where text.count <= limit {
      if index > 0 { text += separator.utf8 }
      if let key = item.key {
        Escaping.json(key, to: &text)
        text += ": ".utf8
      }
      item.value.write(to: &text, indent: indent)
    }
    text += close.utf8
  }

  private var isInteger: Bool {
    if case .integer = self { true } else { false }
  }

  private var isPlain: Bool {
    switch self {
    case .null, .bool, .integer, .number, .string: true
    case .array(let items): items.isEmpty
    case .object(let members): members.isEmpty
    }
  }
}

/// The value as a JSON document in the order of its declaration, ending in a newline. Equal values
/// give equal text.
func jsonText(_ value: some Encodable) -> String {
  var text: [UInt8] = []
  OrderedEncoder.tree(value).write(to: &text)
  text += "\n".utf8
  return String(decoding: text, as: UTF8.self)
}
