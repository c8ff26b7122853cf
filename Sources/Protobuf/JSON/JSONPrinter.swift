extension DynamicMessage {
  /// The message as JSON (protobuf.dev/programming-guides/json), fields in the order of the .proto
  /// file, unknown fields left out. Never fails, because what a server sent has to be shown: a
  /// Timestamp out of range and its like are shown as plain messages, an Any of an unknown type as
  /// grpcurl does, with `@error` and its bytes as `@value`.
  package func json(_ options: JSONOptions = JSONOptions()) -> String {
    var writer = JSONWriter(indented: options.indented)
    JSONPrinter(emitDefaults: options.emitDefaults).print(self, depth: 1, to: &writer)
    return writer.text
  }
}

struct JSONPrinter {
  let emitDefaults: Bool

  func print(_ message: DynamicMessage, depth: Int, to writer: inout JSONWriter) {
    if let form = message.type.jsonForm, print(message, as: form, depth: depth, to: &writer) {
      return
    }
    writer.object { printFields(of: message, depth: depth, to: &$0) }
  }

  func printFields(of message: DynamicMessage, depth: Int, to writer: inout JSONWriter) {
    for field in emitDefaults ? message.type.fields : message.setFields {
      let absent = field.hasPresence ? nil : message.value(of: field)
      guard let value = message[field] ?? absent else { continue }
      writer.key(field.jsonName)
      print(value, of: field, in: message.type, depth: depth, to: &writer)
    }
  }

  /// `type`: the message that the field belongs to.
  func print(
    _ value: Value, of field: FieldDescriptor, in type: MessageType, depth: Int,
    to writer: inout JSONWriter
  ) {
    switch value {
    case .integer(let value): printInteger(value, of: field.kind, to: &writer)
    case .unsigned(let value): printInteger(value, of: field.kind, to: &writer)
    case .float(let value): printNumber(value, to: &writer)
    case .double(let value): printNumber(value, to: &writer)
    case .bool(let value): writer.word(String(value))
    case .string(let value): writer.string(value)
    case .bytes(let value): writer.string(base64(value))
    case .enumeration(let number):
      let enumeration = type.enumeration(of: field)
      if enumeration?.fullName == "google.protobuf.NullValue" {
        writer.word("null")
      } else if let name = enumeration?.name(of: number) {
        writer.string(name)
      } else {
        writer.word(String(number))
      }
    case .message(let message): print(message, depth: depth + 1, to: &writer)
    case .list(let values):
      writer.array { writer in
        for value in values { print(value, of: field, in: type, depth: depth, to: &writer) }
      }
    case .map(let values):
      guard let entry = type.entry(of: field) else { return writer.object { _ in } }
      writer.object { writer in
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
          writer.key(key.text)
          print(value, of: entry.value, in: entry.type, depth: depth + 1, to: &writer)
        }
      }
    }
  }

  /// 64 bits are text: a JavaScript number would lose some of them.
  private func printInteger(
    _ value: some BinaryInteger, of kind: FieldKind, to writer: inout JSONWriter
  ) {
    switch kind {
    case .int64, .uint64, .sint64, .fixed64, .sfixed64: writer.string(String(value))
    default: writer.word(String(value))
    }
  }

  func printNumber(
    _ value: some BinaryFloatingPoint & LosslessStringConvertible, to writer: inout JSONWriter
  ) {
    if value.isFinite { writer.word(jsonText(value)) } else { writer.string(jsonText(value)) }
  }
}
