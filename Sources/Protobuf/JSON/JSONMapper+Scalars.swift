extension JSONMapper {
  /// Nil where the JSON value is of the wrong kind. Numbers may stand in quotes, and whole ones may
  /// have a fraction of zeros or an exponent.
  func scalar(_ kind: FieldKind, from node: JSONNode) throws(JSONError) -> Value? {
    switch (kind, node.content) {
    case (.bool, .bool(let value)): return .bool(value)
    case (.string, .string(let text)): return .string(text)
    case (.bytes, .string(let text)):
      guard let value = bytes(base64: text) else {
        throw error("the text is not base64", at: node.offset)
      }
      return .bytes(value)
    case (_, .number(let text)), (_, .string(let text)):
      return try number(kind, text, at: node.offset)
    default: return nil
    }
  }

  private func number(
    _ kind: FieldKind, _ text: String, at offset: Int
  ) throws(JSONError) -> Value? {
    switch kind {
    case .int32, .sint32, .sfixed32:
      return .integer(Int64(try integer(text, as: Int32.self, at: offset)))
    case .int64, .sint64, .sfixed64:
      return .integer(try integer(text, as: Int64.self, at: offset))
    case .uint32, .fixed32:
      return .unsigned(UInt64(try integer(text, as: UInt32.self, at: offset)))
    case .uint64, .fixed64:
      return .unsigned(try integer(text, as: UInt64.self, at: offset))
    case .float: return .float(try float(text, as: Float.self, at: offset))
    case .double: return .double(try float(text, as: Double.self, at: offset))
    default: return nil
    }
  }

  private func integer<Integer: FixedWidthInteger>(
    _ text: String, as type: Integer.Type, at offset: Int
  ) throws(JSONError) -> Integer {
    if let value = NumberText(text)?.integer(as: type) { return value }
    throw error(
      "an integer from \(Integer.min) to \(Integer.max) is expected, not \(text)", at: offset)
  }

  func float<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ text: String, as type: Number.Type, at offset: Int
  ) throws(JSONError) -> Number {
    switch text {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default:
      if let value = NumberText(text)?.float(as: type) { return value }
      throw error(
        "a number up to ±\(Number.greatestFiniteMagnitude) is expected, not \(text)", at: offset)
    }
  }
}
