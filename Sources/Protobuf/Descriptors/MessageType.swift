/// A message's descriptor together with the schema in which its fields' types are looked up.
package struct MessageType: Sendable, Equatable {
  package let schema: Schema
  let descriptor: MessageDescriptor

  package var fullName: String { descriptor.fullName }
  /// In the order of the .proto file.
  package var fields: [FieldDescriptor] { descriptor.fields }

  /// - Parameter name: the JSON name or the one of the .proto file.
  package func field(named name: String) throws(LookupError) -> FieldDescriptor {
    if let field = descriptor.field(named: name) { return field }
    throw .unknownField(name, message: fullName, known: fields.map(\.name))
  }

  /// The type of a message field's values, or of a map's entries; nil for other fields.
  package func messageType(of field: FieldDescriptor) -> MessageType? {
    field.kind.messageName.flatMap { schema.message(named: $0) }
  }

  package func enumeration(of field: FieldDescriptor) -> EnumDescriptor? {
    guard case .enumeration(let name) = field.kind else { return nil }
    return schema.enums[name]
  }

  /// The fields of a map's entries; nil for other fields.
  func entry(of field: FieldDescriptor) -> MapEntry? {
    guard field.shape == .map, let type = messageType(of: field),
      let key = type.descriptor.field(1), let value = type.descriptor.field(2)
    else { return nil }
    return MapEntry(type: type, key: key, value: value)
  }

  package static func == (one: MessageType, other: MessageType) -> Bool {
    one.descriptor === other.descriptor
  }
}

/// What a map is on the wire: a list of messages of this type (encoding, "Maps").
struct MapEntry {
  let type: MessageType
  let key: FieldDescriptor
  let value: FieldDescriptor
}
