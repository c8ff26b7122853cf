import Naming

@testable import Protobuf

extension SplitMix64 {
  /// A message with about `density` of a hundred fields set, of which messages are set less often
  /// the deeper they lie. What has a JSON form of its own holds what it can show.
  mutating func message(_ type: MessageType, density: Int = 30, depth: Int = 0) -> DynamicMessage {
    var message = DynamicMessage(type)
    if let form = type.jsonForm {
      fill(&message, form, depth: depth)
      return message
    }
    for field in type.fields {
      let isSet = Int.random(in: 0..<100, using: &self) < density / (depth + 1)
      guard isSet || field.isRequired else { continue }
      message.store(value(of: field, in: type, depth: depth), in: field)
    }
    return message
  }

  private mutating func value(
    of field: FieldDescriptor, in type: MessageType, depth: Int
  ) -> Value {
    let count = Int.random(in: 0...4, using: &self)
    switch field.shape {
    case .singular: return one(field, in: type, depth: depth)
    case .list: return .list((0..<count).map { _ in one(field, in: type, depth: depth) })
    case .map:
      guard let entry = type.entry(of: field) else { return .map([:]) }
      var map: [MapKey: Value] = [:]
      for _ in 0..<count {
        guard let key = MapKey(one(entry.key, in: entry.type, depth: depth)) else { continue }
        map[key] = one(entry.value, in: entry.type, depth: depth)
      }
      return .map(map)
    }
  }

  private mutating func one(_ field: FieldDescriptor, in type: MessageType, depth: Int) -> Value {
    switch field.kind {
    case .double: return .double(number())
    case .float: return .float(number())
    case .int32, .sint32, .sfixed32: return .integer(Int64(integer() as Int32))
    case .int64, .sint64, .sfixed64: return .integer(integer())
    case .uint32, .fixed32: return .unsigned(UInt64(integer() as UInt32))
    case .uint64, .fixed64: return .unsigned(integer())
    case .bool: return .bool(oneIn(2))
    case .string: return .string(text())
    case .bytes:
      let count = Int.random(in: 0...20, using: &self)
      return .bytes((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) })
    case .enumeration:
      guard let enumeration = type.enumeration(of: field) else { return .enumeration(0) }
      // JSON writes each NullValue as null.
      if enumeration.isOpen, oneIn(4), enumeration.values.count > 1 {
        return .enumeration(integer())
      }
      return .enumeration(enumeration.values.randomElement(using: &self)?.number ?? 0)
    case .message, .group:
      guard let inner = type.messageType(of: field) else { return .bool(false) }
      return .message(message(inner, depth: depth + 1))
    }
  }

  /// Often near the ends of its range, and of every length as a varint.
  private mutating func integer<Integer: FixedWidthInteger>() -> Integer {
    let any = Integer.random(in: .min ... .max, using: &self)
    switch Int.random(in: 0..<6, using: &self) {
    case 0: return .min
    case 1: return .max
    case 2: return Integer(Int.random(in: 0...300, using: &self) / 2)
    default: return any >> Integer(Int.random(in: 0..<Integer.bitWidth, using: &self))
    }
  }

  private mutating func number<Number: BinaryFloatingPoint & LosslessStringConvertible>() -> Number
  where Number.RawSignificand: FixedWidthInteger {
    // Not the largest Float: Python refuses its shortest text, 3.4028235e38, as too large.
    let special: [Number] = [
      0, -0.0, .infinity, -.infinity, .nan, 3e38, .leastNonzeroMagnitude, 1.5,
      16_777_217, 1e20, -1e-7,
    ]
    if oneIn(2) { return special.randomElement(using: &self) ?? 0 }
    return Number.random(in: -1000...1000, using: &self)
  }

  private mutating func text() -> String {
    let scalars: [Unicode.Scalar] = [
      "a", "Z", "9", "_", " ", "\"", "\\", "/", "\n", "\u{0}", "\u{7f}", "é", "\u{301}", "\u{202e}",
      "語", "\u{1f600}", "\u{10ffff}", "\u{feff}",
    ]
    let count = Int.random(in: 0...12, using: &self)
    return String(
      String.UnicodeScalarView((0..<count).map { _ in scalars.randomElement(using: &self) ?? "a" }))
  }

  private mutating func fill(_ message: inout DynamicMessage, _ form: JSONForm, depth: Int) {
    switch form {
    case .timestamp:
      let range = SecondsAndNanos.timestampRange
      put(.integer(Int64.random(in: range, using: &self)), "seconds", &message)
      put(.integer(nanos()), "nanos", &message)
    case .duration:
      let sign: Int64 = oneIn(2) ? -1 : 1
      let seconds = oneIn(3) ? 0 : Int64.random(in: 0..<315_576_000_000, using: &self)
      put(.integer(sign * seconds), "seconds", &message)
      put(.integer(sign * nanos()), "nanos", &message)
    case .fieldMask:
      let paths = ["a", "server_id", "a_b.c_d", "x1"].filter { _ in oneIn(2) }
      put(.list(paths.map(Value.string)), "paths", &message)
    case .content(let name):
      guard let field = message.type.descriptor.field(named: name) else { return }
      if depth < 4 { message.store(value(of: field, in: message.type, depth: depth), in: field) }
    case .value: fillValue(&message, depth: depth)
    case .any:
      let names = ["test.Inner", "google.protobuf.Duration", "google.protobuf.Int64Value"]
      guard depth < 3, let name = names.randomElement(using: &self),
        let inner = message.type.schema.message(named: name)
      else { return }
      put(.string("type.googleapis.com/\(name)"), "type_url", &message)
      put(.bytes(self.message(inner, depth: depth + 1).encoded()), "value", &message)
    }
  }

  /// JSON has no form for a Value without one, nor for infinite numbers.
  private mutating func fillValue(_ message: inout DynamicMessage, depth: Int) {
    switch Int.random(in: 0..<(depth < 4 ? 6 : 4), using: &self) {
    case 0: put(.enumeration(0), "null_value", &message)
    case 1: put(.double(Double.random(in: -9...9, using: &self)), "number_value", &message)
    case 2: put(.string(text()), "string_value", &message)
    case 3: put(.bool(oneIn(2)), "bool_value", &message)
    case let choice:
      let name = choice == 4 ? "struct_value" : "list_value"
      guard let field = message.type.descriptor.field(named: name) else { return }
      message.store(one(field, in: message.type, depth: depth), in: field)
    }
  }

  private mutating func nanos() -> Int64 {
    let unit: Int64 = [1, 1000, 1_000_000].randomElement(using: &self) ?? 1
    return oneIn(3) ? 0 : Int64.random(in: 0..<1_000_000_000, using: &self) / unit * unit
  }

  private func put(_ value: Value, _ name: String, _ message: inout DynamicMessage) {
    do { try message.set(name, to: value) } catch { preconditionFailure("\(error)") }
  }
}
