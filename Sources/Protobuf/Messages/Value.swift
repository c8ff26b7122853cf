/// A field's value. One case serves all integers of a sign; the field's kind says how they are
/// written.
package enum Value: Equatable, Sendable {
  case integer(Int64)
  case unsigned(UInt64)
  case float(Float)
  case double(Double)
  case bool(Bool)
  case string(String)
  case bytes([UInt8])
  case enumeration(Int32)
  case message(DynamicMessage)
  case list([Value])
  case map([MapKey: Value])
}

/// A key of a map field.
package enum MapKey: Hashable, Comparable, Sendable {
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case string(String)

  /// Nil for values that cannot be keys.
  init?(_ value: Value) {
    switch value {
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .unsigned(let value): self = .unsigned(value)
    case .string(let value): self = .string(value)
    default: return nil
    }
  }

  var value: Value {
    switch self {
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .unsigned(let value): .unsigned(value)
    case .string(let value): .string(value)
    }
  }

  /// As JSON has it, where every key is text.
  package var text: String {
    switch self {
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .unsigned(let value): String(value)
    case .string(let value): value
    }
  }

  package static func < (one: MapKey, other: MapKey) -> Bool {
    switch (one, other) {
    case (.integer(let one), .integer(let other)): one < other
    case (.unsigned(let one), .unsigned(let other)): one < other
    default: one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }
  }

  /// By bytes: to Swift, two texts that Unicode calls equivalent would be one key.
  package static func == (one: MapKey, other: MapKey) -> Bool {
    switch (one, other) {
    case (.bool(let one), .bool(let other)): one == other
    case (.integer(let one), .integer(let other)): one == other
    case (.unsigned(let one), .unsigned(let other)): one == other
    case (.string(let one), .string(let other)): one.utf8.elementsEqual(other.utf8)
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

/// For code that knows the type of the field it asks for.
extension Value {
  package var asInteger: Int64? {
    switch self {
    case .integer(let value): value
    case .unsigned(let value): Int64(exactly: value)
    case .enumeration(let value): Int64(value)
    default: nil
    }
  }

  package var asBool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var asString: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  package var asBytes: [UInt8]? {
    guard case .bytes(let value) = self else { return nil }
    return value
  }

  package var asMessage: DynamicMessage? {
    guard case .message(let value) = self else { return nil }
    return value
  }

  package var asList: [Value]? {
    guard case .list(let value) = self else { return nil }
    return value
  }
}
