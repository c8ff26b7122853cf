extension FieldKind {
  /// - Parameter number: a `FieldDescriptorProto.Type`, or none of them where `typeName` alone has
  ///   to say what it is.
  init(declared number: UInt64, typeName: String) {
    switch number {
    case 1: self = .double
    case 2: self = .float
    case 3: self = .int64
    case 4: self = .uint64
    case 5: self = .int32
    case 6: self = .fixed64
    case 7: self = .fixed32
    case 8: self = .bool
    case 9: self = .string
    case 10: self = .group(typeName)
    case 12: self = .bytes
    case 13: self = .uint32
    case 14: self = .enumeration(typeName)
    case 15: self = .sfixed32
    case 16: self = .sfixed64
    case 17: self = .sint32
    case 18: self = .sint64
    default: self = .message(typeName)
    }
  }

  /// protobuf.dev/programming-guides/proto3, "Maps": any integral or string type, no enum.
  var isMapKey: Bool {
    switch self {
    case .double, .float, .bytes, .enumeration, .message, .group: false
    default: true
    }
  }

  /// What a field without a declared default counts as; nil for messages.
  func zero(_ enumeration: EnumDescriptor?) -> Value? {
    switch self {
    case .double: .double(0)
    case .float: .float(0)
    case .int32, .int64, .sint32, .sint64, .sfixed32, .sfixed64: .integer(0)
    case .uint32, .uint64, .fixed32, .fixed64: .unsigned(0)
    case .bool: .bool(false)
    case .string: .string("")
    case .bytes: .bytes([])
    case .enumeration: .enumeration(enumeration?.values.first?.number ?? 0)
    case .message, .group: nil
    }
  }

  /// Reads `FieldDescriptorProto.default_value`; nil where the text does not fit.
  func value(fromDefault text: String, _ enumeration: EnumDescriptor?) -> Value? {
    switch self {
    case .double: Double(text).map(Value.double)
    case .float: Float(text).map(Value.float)
    case .int32, .sint32, .sfixed32: Int32(text).map { .integer(Int64($0)) }
    case .int64, .sint64, .sfixed64: Int64(text).map(Value.integer)
    case .uint32, .fixed32: UInt32(text).map { .unsigned(UInt64($0)) }
    case .uint64, .fixed64: UInt64(text).map(Value.unsigned)
    case .bool: Bool(text).map(Value.bool)
    case .string: .string(text)
    case .bytes: Self.unescaped(text).map(Value.bytes)
    case .enumeration: enumeration?.number(named: text).map(Value.enumeration)
    case .message, .group: nil
    }
  }

  /// C escapes, as protoc writes the defaults of bytes: octal, hexadecimal and letters.
  private static func unescaped(_ text: String) -> [UInt8]? {
    let letters: [Character: UInt8] = [
      "n": 10, "r": 13, "t": 9, "a": 7, "b": 8, "f": 12, "v": 11, "\\": 92, "\"": 34, "'": 39,
      "?": 63,
    ]
    var bytes: [UInt8] = []
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "\\" else {
        bytes += Array(character.utf8)
        continue
      }
      guard let kind = rest.first else { return nil }
      if let byte = letters[kind] {
        rest.removeFirst()
        bytes.append(byte)
        continue
      }
      let isHex = kind == "x" || kind == "X"
      if isHex { rest.removeFirst() }
      let digits = rest.prefix(isHex ? 2 : 3).prefix { $0.isASCII && $0.isHexDigit }
      guard let byte = UInt8(digits, radix: isHex ? 16 : 8) else { return nil }
      rest = rest.dropFirst(digits.count)
      bytes.append(byte)
    }
    return bytes
  }
}

extension FieldDescriptor {
  /// What protoc makes of a field's name: `server_id` becomes `serverId`.
  static func jsonName(for name: String) -> String {
    var result = ""
    var capitalise = false
    for character in name {
      if character == "_" {
        capitalise = true
      } else {
        result += capitalise ? character.uppercased() : String(character)
        capitalise = false
      }
    }
    return result
  }
}
