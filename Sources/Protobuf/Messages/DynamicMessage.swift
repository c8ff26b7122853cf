/// A message as a value: what is set, by field. What is stored always fits the field's kind and
/// shape; a field without presence that has its default value counts as unset.
package struct DynamicMessage: Equatable, Sendable {
  package let type: MessageType
  private(set) var values: [Int: Value] = [:]
  /// The member that is set, by oneof.
  private var chosen: [Int: Int] = [:]
  /// Records whose field the type does not have, as they were read; encoded again after the others.
  package internal(set) var unknownFields: [UInt8] = []

  package init(_ type: MessageType) {
    self.type = type
  }

  /// Nil for an unset field.
  package subscript(field: FieldDescriptor) -> Value? { values[field.number] }

  /// In the order of the .proto file. Takes no longer for a type of many fields, of which a
  /// hostile message may have many.
  var setFields: [FieldDescriptor] { type.descriptor.fields(values.keys) }

  /// By JSON name or the one of the .proto file. Nil where unset or unknown.
  package subscript(name: String) -> Value? {
    type.descriptor.field(named: name).flatMap { values[$0.number] }
  }

  /// What the field counts as. Nil for an unset message only.
  package func value(of field: FieldDescriptor) -> Value? {
    if let value = values[field.number] { return value }
    switch field.shape {
    case .singular: return field.defaultValue
    case .list: return .list([])
    case .map: return .map([:])
    }
  }

  /// Sets a field by JSON name or the one of the .proto file.
  package mutating func set(_ name: String, to value: Value) throws(LookupError) {
    let field = try type.field(named: name)
    guard assign(value, to: field) else {
      throw .doesNotFit(name, message: type.fullName, kind: field.kind.name)
    }
  }

  /// False, and nothing changes, where the value does not fit the field.
  mutating func assign(_ value: Value, to field: FieldDescriptor) -> Bool {
    guard type.accepts(value, for: field) else { return false }
    store(value, in: field)
    return true
  }

  /// As `assign`, for values known to fit.
  mutating func store(_ value: Value, in field: FieldDescriptor) {
    if let oneof = field.oneof {
      if let other = chosen[oneof], other != field.number { values[other] = nil }
      chosen[oneof] = field.number
    }
    values[field.number] = field.hasPresence || !value.isZero ? value : nil
  }

  /// Takes the value out, so that it can be changed in place and stored again.
  mutating func take(_ field: FieldDescriptor) -> Value? {
    values.removeValue(forKey: field.number)
  }

  /// The member of a oneof that is set.
  func member(ofOneof index: Int) -> FieldDescriptor? {
    chosen[index].flatMap { type.descriptor.field($0) }
  }
}

extension Value {
  /// What proto3 does not send (encoding, "Default values"); a negative zero is sent.
  fileprivate var isZero: Bool {
    switch self {
    case .integer(let value): value == 0
    case .unsigned(let value): value == 0
    case .float(let value): value.bitPattern == 0
    case .double(let value): value.bitPattern == 0
    case .bool(let value): !value
    case .string(let value): value.isEmpty
    case .bytes(let value): value.isEmpty
    case .enumeration(let value): value == 0
    case .message: false
    case .list(let values): values.isEmpty
    case .map(let values): values.isEmpty
    }
  }
}
