/// A way to one value inside a message, such as `hostname` or `server.name`: checked once against
/// the type, then followed in every message of it.
package struct FieldPath: Sendable {
  private let fields: [FieldDescriptor]
  private let enumeration: EnumDescriptor?

  /// - Parameter path: JSON names or those of the .proto file, with dots between them.
  package init(_ path: String, in type: MessageType) throws(LookupError) {
    var fields: [FieldDescriptor] = []
    var current = type
    let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    for (index, name) in names.enumerated() {
      let field = try current.field(named: name)
      fields.append(field)
      let next = field.shape == .singular ? current.messageType(of: field) : nil
      if index == names.count - 1 {
        guard field.shape == .singular, next == nil else {
          throw .notAScalar(name, message: current.fullName)
        }
      } else {
        guard let next else { throw .notAMessage(name, message: current.fullName) }
        current = next
      }
    }
    self.fields = fields
    enumeration = fields.last.flatMap { current.enumeration(of: $0) }
  }

  /// The value as text: enums by name where they have one, bytes in base64. Nil where it is unset
  /// or a message on the way is. A number without presence counts as 0 when unset; an empty text
  /// without presence cannot be told from an unset one and is nil.
  package func text(in message: DynamicMessage) -> String? {
    var message = message
    for field in fields.dropLast() {
      guard let inner = message[field]?.asMessage else { return nil }
      message = inner
    }
    guard let field = fields.last else { return nil }
    switch message[field] ?? (field.hasPresence ? nil : field.defaultValue) {
    case .integer(let value): return String(value)
    case .unsigned(let value): return String(value)
    case .float(let value): return jsonText(value)
    case .double(let value): return jsonText(value)
    case .bool(let value): return String(value)
    case .string(let value): return value.isEmpty && !field.hasPresence ? nil : value
    case .bytes(let value): return value.isEmpty && !field.hasPresence ? nil : base64(value)
    case .enumeration(let value): return enumeration?.name(of: value) ?? String(value)
    case .message, .list, .map, nil: return nil
    }
  }
}
