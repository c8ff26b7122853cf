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
  /// Two spaces of indent; an array or object of plain values stays on one line while it is short.
  func write(to text: inout String, indent: String = "") {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let digits): text += digits
    // JSON has no way to write infinity or not-a-number.
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): text += Escaping.json(value)
    case .array(let items):
      writeList(items.map { (key: nil, value: $0) }, "[", "]", to: &text, indent: indent)
    case .object(let members):
      writeList(members.map { (key: $0.key, value: $0.value) }, "{", "}", to: &text, indent: indent)
    }
  }

  private func writeList(
    _ items: [(key: String?, value: JSON)], _ open: String, _ close: String,
    to text: inout String, indent: String
  ) {
    let inner = indent + "  "
    let line = items.allSatisfy(\.value.isPlain) ? Self.line(items, open, close) : nil
    if let line, indent.utf8.count + line.utf8.count <= 100 {
      text += line
      return
    }
    text += open
    for (index, item) in items.enumerated() {
      text += index == 0 ? "\n\(inner)" : ",\n\(inner)"
      if let key = item.key { text += Escaping.json(key) + ": " }
      item.value.write(to: &text, indent: inner)
    }
    text += "\n\(indent)\(close)"
  }

  private static func line(
    _ items: [(key: String?, value: JSON)], _ open: String, _ close: String
  ) -> String {
    let parts = items.map { item in
      var part = item.key.map { Escaping.json($0) + ": " } ?? ""
      item.value.write(to: &part)
      return part
    }
    return open + parts.joined(separator: ", ") + close
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
  var text = ""
  OrderedEncoder.tree(value).write(to: &text)
  return text + "\n"
}
