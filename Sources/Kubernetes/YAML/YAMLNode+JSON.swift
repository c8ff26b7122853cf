extension YAMLNode {
  /// The value as JSON (RFC 8259), as the YAML reader of kubectl understands plain scalars.
  var json: String {
    switch content {
    case .scalar(let text, let isPlain):
      if isNull { return "null" }
      if isPlain, ["true", "false"].contains(text) || Self.isNumber(text) { return text }
      return Self.quoted(text)
    case .sequence(let items): return "[" + items.map(\.json).joined(separator: ",") + "]"
    case .mapping(let entries):
      return "{"
        + entries.map { "\(Self.quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// In JSON's grammar, which has no leading zeros, plus signs or bare points.
  private static func isNumber(_ text: String) -> Bool {
    text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
  }
}
