extension MessageType {
  /// Whether a value has the kind and shape of one of this message's fields.
  func accepts(_ value: Value, for field: FieldDescriptor) -> Bool {
    switch (field.shape, value) {
    case (.singular, _): return acceptsOne(value, for: field)
    case (.list, .list(let values)): return values.allSatisfy { acceptsOne($0, for: field) }
    case (.map, .map(let values)):
      guard let entry = entry(of: field) else { return false }
      return values.allSatisfy {
        entry.type.acceptsOne($0.key.value, for: entry.key)
          && entry.type.acceptsOne($0.value, for: entry.value)
      }
    default: return false
    }
  }

  private func acceptsOne(_ value: Value, for field: FieldDescriptor) -> Bool {
    switch (field.kind, value) {
    case (.int64, .integer), (.sint64, .integer), (.sfixed64, .integer): true
    case (.int32, .integer(let value)), (.sint32, .integer(let value)),
      (.sfixed32, .integer(let value)):
      Int32(exactly: value) != nil
    case (.uint64, .unsigned), (.fixed64, .unsigned): true
    case (.uint32, .unsigned(let value)), (.fixed32, .unsigned(let value)):
      UInt32(exactly: value) != nil
    case (.float, .float), (.double, .double), (.bool, .bool), (.string, .string), (.bytes, .bytes):
      true
    case (.enumeration, .enumeration(let value)):
      enumeration(of: field).map { $0.isOpen || $0.name(of: value) != nil } ?? false
    case (.message, .message(let value)), (.group, .message(let value)):
      value.type == messageType(of: field)
    default: false
    }
  }
}
