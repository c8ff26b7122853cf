extension JSON {
  /// The document as YAML 1.2 in block style. Strings keep their JSON form, which YAML reads as it
  /// is: no word is taken for a number, a date or a boolean.
  func writeYAML(to text: inout [UInt8], indent: String = "") {
    switch self {
    case .array(let items) where !items.isEmpty:
      for item in items {
        text += "\(indent)-".utf8
        item.writeYAMLValue(to: &text, indent: indent, afterDash: true)
      }
    case .object(let members) where !members.isEmpty:
      for member in members {
        text += "\(indent)\(member.key):".utf8
        member.value.writeYAMLValue(to: &text, indent: indent, afterDash: false)
      }
    default:
      text += indent.utf8
      write(to: &text)
      text += "\n".utf8
    }
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
      write(to: &text)
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
