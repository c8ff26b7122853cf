extension JSON {
  /// The document as YAML 1.2 in block style. Strings are in quotation marks: no word is taken for a
  /// number, a date or a boolean.
  func writeYAML(to text: inout [UInt8], indent: String = "") {
    switch self {
    case .array(let items) where !items.isEmpty:
      for item in items {
        text += "\(indent)-".utf8
        item.writeYAMLValue(to: &text, indent: indent, afterDash: true)
      }
    case .object(let members) where !members.isEmpty:
      for member in members {
        text += indent.utf8
        Self.writeYAMLKey(member.key, to: &text)
        text += ":".utf8
        member.value.writeYAMLValue(to: &text, indent: indent, afterDash: false)
      }
    default:
      text += indent.utf8
      writeYAMLScalar(to: &text)
      text += "\n".utf8
    }
  }

  /// Or an empty list or object.
  private func writeYAMLScalar(to text: inout [UInt8]) {
    if case .string(let value) = self { Escaping.yaml(value, to: &text) } else { write(to: &text) }
  }

  /// Names of statuses come from outside, where a saved report is shown again.
  private static func writeYAMLKey(_ key: String, to text: inout [UInt8]) {
    let letters = key.utf8.filter { (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x5F }
    let digits = key.utf8.filter { (0x30...0x39).contains($0) }
    // YAML 1.1 takes these words for booleans and null.
    let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    let isPlain =
      letters.count + digits.count == key.utf8.count && letters.first == key.utf8.first
      && !words.contains(key.lowercased())
    if isPlain, !key.isEmpty { text += key.utf8 } else { Escaping.yaml(key, to: &text) }
  }

  private func writeYAMLValue(to text: inout [UInt8], indent: String, afterDash: Bool) {
    switch self {
    case .object(let members) where !members.isEmpty && afterDash:
      // The first member stands beside the dash.
      var block: [UInt8] = []
      writeYAML(to: &block, indent: indent + "  ")
      text += " ".utf8
      text += block.dropFirst(indent.utf8.count + 2)
    case .object(let members) where !members.isEmpty:
      text += "\n".utf8
      writeYAML(to: &text, indent: indent + "  ")
    case .array(let items) where !items.isEmpty:
      text += "\n".utf8
      writeYAML(to: &text, indent: indent + "  ")
    default:
      text += " ".utf8
      writeYAMLScalar(to: &text)
      text += "\n".utf8
    }
  }
}

/// The value as a YAML document in the order of its declaration.
func yamlText(_ value: some Encodable) -> String {
  var text: [UInt8] = []
  OrderedEncoder.tree(value).writeYAML(to: &text)
  return String(decoding: text, as: UTF8.self)
}
