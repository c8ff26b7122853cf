/// Makes text from outside (pod names, headers, DNS, error messages) harmless where it is shown.
package enum Escaping {
  /// For a terminal: whatever would move the cursor, change colours, break the line, hide or
  /// reorder text becomes visible as `\u{1B}`. The rest stays as it is.
  package static func terminal(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHostile(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// As a JSON string with its quotes (RFC 8259 §7). What is hostile to a terminal is escaped as
  /// well, because people print JSON to terminals; a parser reads back the text as it was.
  package static func json(_ text: String) -> String {
    var json: [UInt8] = []
    self.json(text, to: &json)
    return String(decoding: json, as: UTF8.self)
  }

  /// The same, after what is there already.
  static func json(_ text: String, to json: inout [UInt8]) {
    quoted(text, to: &json) { scalar in
      String(scalar).utf16.map { "\\u" + hexadecimal($0, digits: 4) }.joined()
    }
  }

  /// As a double-quoted YAML string: the same, but that YAML has one escape for what takes two in JSON.
  /// Its parsers do not join the halves of a surrogate pair (YAML 1.2.2 §5.7).
  static func yaml(_ text: String, to yaml: inout [UInt8]) {
    quoted(text, to: &yaml) { scalar in
      scalar.value > 0xFFFF
        ? "\\U" + hexadecimal(scalar.value, digits: 8)
        : "\\u" + hexadecimal(scalar.value, digits: 4)
    }
  }

  private static func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }

  private static func quoted(
    _ text: String, to output: inout [UInt8], escape: (Unicode.Scalar) -> String
  ) {
    output += "\"".utf8
    defer { output += "\"".utf8 }
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
      output += text.utf8
      return
    }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isHostile(scalar): result += escape(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    output += result.utf8
  }

  /// C0 and C1 controls, line and paragraph separators, everything invisible that formats
  /// (bidirectional overrides and isolates, zero-width characters, tags), and code points that mean
  /// nothing.
  private static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      return true
    default:
      return false
    }
  }
}
