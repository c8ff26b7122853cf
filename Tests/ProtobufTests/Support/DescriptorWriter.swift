@testable import Protobuf

/// Writes a declaration as the `FileDescriptorProto` that protoc would make of it.
enum DescriptorWriter {
  static func serialized(
    _ file: FileDeclaration, syntax: String = "proto3", features: FeatureChanges = FeatureChanges()
  ) -> [UInt8] {
    var record = WireWriter()
    record.text(1, file.name)
    record.text(2, file.package)
    for name in file.dependencies { record.text(3, name) }
    for message in file.messages { record.record(4, self.message(message)) }
    for enumeration in file.enums { record.record(5, self.enumeration(enumeration)) }
    for service in file.services { record.record(6, self.service(service)) }
    record.options(8, features, field: 50)
    record.text(12, syntax)
    if syntax == "editions" { record.number(14, 1000) }
    return record.bytes
  }

  private static func message(_ message: MessageDeclaration) -> [UInt8] {
    var record = WireWriter()
    record.text(1, message.name)
    for field in message.fields { record.record(2, self.field(field)) }
    for inner in message.messages { record.record(3, self.message(inner)) }
    for enumeration in message.enums { record.record(4, self.enumeration(enumeration)) }
    if message.isMapEntry { record.record(7, [0x38, 1]) }
    record.options(7, message.features, field: 12)
    for oneof in message.oneofs {
      var inner = WireWriter()
      inner.text(1, oneof.name)
      inner.options(2, oneof.features, field: 1)
      record.record(8, inner.bytes)
    }
    return record.bytes
  }

  private static func field(_ field: FieldDeclaration) -> [UInt8] {
    var record = WireWriter()
    record.text(1, field.name)
    record.number(3, UInt64(field.number))
    record.number(4, field.label.rawValue)
    let (type, name) = self.type(field.kind)
    if let type { record.number(5, type) }
    if let name { record.text(6, name) }
    if let text = field.defaultText { record.text(7, text) }
    if let isPacked = field.isPacked { record.record(8, [0x10, isPacked ? 1 : 0]) }
    record.options(8, field.features, field: 21)
    if let oneof = field.oneof { record.number(9, UInt64(oneof)) }
    if let name = field.jsonName { record.text(10, name) }
    if field.isProto3Optional { record.number(17, 1) }
    return record.bytes
  }

  private static func type(_ kind: FieldKind) -> (UInt64?, String?) {
    switch kind {
    case .group(let name): (10, name)
    case .message(let name): (11, name)
    case .enumeration(let name): (14, name)
    default: ((1...18).first { FieldKind(declared: $0, typeName: "") == kind }, nil)
    }
  }

  private static func enumeration(_ enumeration: EnumDeclaration) -> [UInt8] {
    var record = WireWriter()
    record.text(1, enumeration.name)
    for value in enumeration.values {
      var inner = WireWriter()
      inner.text(1, value.name)
      inner.number(2, UInt64(bitPattern: Int64(value.number)))
      record.record(2, inner.bytes)
    }
    record.options(3, enumeration.features, field: 7)
    return record.bytes
  }

  private static func service(_ service: ServiceDeclaration) -> [UInt8] {
    var record = WireWriter()
    record.text(1, service.name)
    for method in service.methods {
      var inner = WireWriter()
      inner.text(1, method.name)
      inner.text(2, method.input)
      inner.text(3, method.output)
      inner.number(5, method.clientStreaming ? 1 : 0)
      inner.number(6, method.serverStreaming ? 1 : 0)
      record.record(2, inner.bytes)
    }
    return record.bytes
  }
}

extension WireWriter {
  mutating func record(_ number: Int, _ content: [UInt8]) {
    tag(number, .lengthDelimited)
    block(content)
  }

  mutating func text(_ number: Int, _ value: String) { record(number, Array(value.utf8)) }

  mutating func number(_ number: Int, _ value: UInt64) {
    tag(number, .varint)
    varint(value)
  }

  fileprivate mutating func options(_ number: Int, _ changes: FeatureChanges, field: Int) {
    var features = WireWriter()
    if let presence = changes.presence {
      features.number(1, presence == .explicit ? 1 : presence == .implicit ? 2 : 3)
    }
    if let enumsAreOpen = changes.enumsAreOpen { features.number(2, enumsAreOpen ? 1 : 2) }
    if let isPacked = changes.repeatedIsPacked { features.number(3, isPacked ? 1 : 2) }
    if let isVerified = changes.textIsVerified { features.number(4, isVerified ? 2 : 3) }
    if let isDelimited = changes.messagesAreDelimited { features.number(5, isDelimited ? 2 : 1) }
    if features.bytes.isEmpty { return }
    var options = WireWriter()
    options.record(field, features.bytes)
    record(number, options.bytes)
  }
}
