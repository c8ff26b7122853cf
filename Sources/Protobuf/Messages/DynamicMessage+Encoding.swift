extension DynamicMessage {
  /// Encodes a message (protobuf.dev/programming-guides/encoding): known fields by number, maps by
  /// key, then the unknown fields. The same message always gives the same bytes.
  package func encoded() -> [UInt8] {
    var writer = WireWriter()
    for (number, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let field = type.descriptor.field(number) else { continue }
      switch (field.shape, value) {
      case (.list(packed: true), .list(let values)):
        var run = WireWriter()
        for value in values { run.value(value, of: field.kind) }
        writer.tag(number, .lengthDelimited)
        writer.block(run.bytes)
      case (.list, .list(let values)):
        for value in values { writer.record(number, value, of: field.kind) }
      case (_, .map(let values)):
        guard let entry = type.entry(of: field) else { continue }
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
          var record = WireWriter()
          record.record(1, key.value, of: entry.key.kind)
          record.record(2, value, of: entry.value.kind)
          writer.tag(number, .lengthDelimited)
          writer.block(record.bytes)
        }
      default: writer.record(number, value, of: field.kind)
      }
    }
    writer.raw(unknownFields)
    return writer.bytes
  }
}

extension WireWriter {
  fileprivate mutating func record(_ number: Int, _ value: Value, of kind: FieldKind) {
    tag(number, kind.wireType)
    self.value(value, of: kind)
    if case .group = kind { tag(number, .endGroup) }
  }

  /// Values fit their fields, so only the layout is still open. Lists and maps do not come here.
  fileprivate mutating func value(_ value: Value, of kind: FieldKind) {
    switch value {
    case .integer(let value):
      switch kind {
      case .sint32, .sint64: varint(value.zigZagEncoded)
      case .sfixed32: fixed32(UInt32(truncatingIfNeeded: value))
      case .sfixed64: fixed64(UInt64(bitPattern: value))
      default: varint(UInt64(bitPattern: value))
      }
    case .unsigned(let value):
      switch kind {
      case .fixed32: fixed32(UInt32(truncatingIfNeeded: value))
      case .fixed64: fixed64(value)
      default: varint(value)
      }
    case .float(let value): fixed32(value.bitPattern)
    case .double(let value): fixed64(value.bitPattern)
    case .bool(let value): varint(value ? 1 : 0)
    case .string(let value): block(value.utf8)
    case .bytes(let value): block(value)
    case .enumeration(let value): varint(UInt64(bitPattern: Int64(value)))
    case .message(let message):
      if case .group = kind { raw(message.encoded()) } else { block(message.encoded()) }
    case .list, .map: break
    }
  }
}
