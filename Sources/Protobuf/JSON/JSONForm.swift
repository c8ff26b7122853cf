/// Messages of google.protobuf that are no plain objects in JSON
/// (protobuf.dev/programming-guides/json, the last rows of its table).
enum JSONForm: Equatable {
  case timestamp, duration, fieldMask, any
  /// The one member that is set stands for the message.
  case value
  /// The value of this field stands for the message.
  case content(field: String)
}

extension MessageType {
  /// Nil for plain objects. The schema's message may have other fields than the name promises;
  /// whoever uses the form has to expect that.
  var jsonForm: JSONForm? {
    let package = "google.protobuf."
    guard fullName.hasPrefix(package) else { return nil }
    switch fullName.dropFirst(package.count) {
    case "Timestamp": return .timestamp
    case "Duration": return .duration
    case "FieldMask": return .fieldMask
    case "Struct": return .content(field: "fields")
    case "Value": return .value
    case "ListValue": return .content(field: "values")
    case "Any": return .any
    case "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value",
      "BoolValue", "StringValue", "BytesValue":
      return .content(field: "value")
    default: return nil
    }
  }
}

/// The paths of a FieldMask: snake_case in the message, lowerCamelCase in JSON.
enum MaskPath {
  /// Nil where the way back would give something else.
  static func camelCase(_ path: String) -> String? {
    var result = ""
    var rest = path[...]
    while let character = rest.popFirst() {
      if character == "_" {
        guard let letter = rest.popFirst(), letter.isASCII, letter.isLowercase else { return nil }
        result += letter.uppercased()
      } else {
        guard !character.isUppercase else { return nil }
        result.append(character)
      }
    }
    return result
  }

  /// Nil for an underscore, which no lowerCamelCase has.
  static func snakeCase(_ path: Substring) -> String? {
    var result = ""
    for character in path {
      guard character != "_" else { return nil }
      result += character.isUppercase ? "_" + character.lowercased() : String(character)
    }
    return result
  }
}
