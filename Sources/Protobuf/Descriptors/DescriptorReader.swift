/// Reads a serialized `FileDescriptorProto` (google/protobuf/descriptor.proto). Options and source
/// positions that change nothing on the wire or in JSON are passed over, and so are extensions: the
/// fields they add to a message stay unknown fields.
struct DescriptorReader {
  /// How many declarations may still come.
  var budget: Int

  mutating func file(_ bytes: [UInt8]) throws(DescriptorError) -> FileDeclaration {
    var file = FileDeclaration()
    do throws(WireError) {
      try read(bytes, into: &file)
      return file
    } catch {
      throw budget < 0 ? .tooManyDeclarations : .malformed(file: file.name, error)
    }
  }

  private mutating func read(_ bytes: [UInt8], into file: inout FileDeclaration) throws(WireError) {
    var reader = WireReader(bytes)
    var syntax = "proto2"
    var changes = FeatureChanges()
    while let tag = try reader.tag() {
      switch (tag.number, tag.type) {
      case (1, .lengthDelimited): file.name = try reader.string()
      case (2, .lengthDelimited): file.package = try reader.string()
      case (3, .lengthDelimited): file.dependencies.append(try reader.string())
      case (4, .lengthDelimited): file.messages.append(try message(reader.block(), depth: 1))
      case (5, .lengthDelimited): file.enums.append(try enumeration(reader.block()))
      case (6, .lengthDelimited): file.services.append(try service(reader.block()))
      case (8, .lengthDelimited): try reader.block().mergeFeatures(field: 50, into: &changes)
      case (12, .lengthDelimited): syntax = try reader.string()
      default: try reader.skip(tag)
      }
    }
    let base: Features =
      switch syntax {
      case "proto3": .proto3
      case "editions": .editions
      default: .proto2
      }
    file.features = base.applying(changes)
  }

  /// Counts a declaration that begins here.
  private mutating func spend(_ reader: WireReader) throws(WireError) {
    budget -= 1
    if budget < 0 { throw reader.error(.tooLarge) }
  }

  private mutating func message(
    _ reader: WireReader, depth: Int
  ) throws(WireError) -> MessageDeclaration {
    try spend(reader)
    guard depth <= Limits.depth else { throw reader.error(.tooDeep) }
    var reader = reader
    var message = MessageDeclaration()
    while let tag = try reader.tag() {
      switch (tag.number, tag.type) {
      case (1, .lengthDelimited): message.name = try reader.string()
      case (2, .lengthDelimited): message.fields.append(try field(reader.block()))
      case (3, .lengthDelimited):
        message.messages.append(try self.message(reader.block(), depth: depth + 1))
      case (4, .lengthDelimited): message.enums.append(try enumeration(reader.block()))
      case (7, .lengthDelimited):
        let options = try reader.block()
        message.isMapEntry = try options.flag(field: 7) ?? message.isMapEntry
        try options.mergeFeatures(field: 12, into: &message.features)
      case (8, .lengthDelimited): message.oneofs.append(try oneof(reader.block()))
      default: try reader.skip(tag)
      }
    }
    return message
  }

  private mutating func field(_ reader: WireReader) throws(WireError) -> FieldDeclaration {
    try spend(reader)
    var reader = reader
    var field = FieldDeclaration()
    var type: UInt64 = 0
    var typeName = ""
    while let tag = try reader.tag() {
      switch (tag.number, tag.type) {
      case (1, .lengthDelimited): field.name = try reader.string()
      case (3, .varint): field.number = Int(Int32(truncatingIfNeeded: try reader.varint()))
      case (4, .varint):
        field.label = FieldDeclaration.Label(rawValue: try reader.varint()) ?? field.label
      case (5, .varint): type = try reader.varint()
      case (6, .lengthDelimited): typeName = try reader.string()
      case (7, .lengthDelimited): field.defaultText = try reader.string()
      case (8, .lengthDelimited):
        let options = try reader.block()
        field.isPacked = try options.flag(field: 2) ?? field.isPacked
        try options.mergeFeatures(field: 21, into: &field.features)
      case (9, .varint): field.oneof = Int(Int32(truncatingIfNeeded: try reader.varint()))
      case (10, .lengthDelimited): field.jsonName = try reader.string()
      case (17, .varint): field.isProto3Optional = try reader.varint() != 0
      default: try reader.skip(tag)
      }
    }
    field.kind = FieldKind(declared: type, typeName: typeName)
    return field
  }

  private mutating func oneof(_ reader: WireReader) throws(WireError) -> OneofDeclaration {
    try spend(reader)
    var reader = reader
    var oneof = OneofDeclaration()
    while let tag = try reader.tag() {
      switch (tag.number, tag.type) {
      case (1, .lengthDelimited): oneof.name = try reader.string()
      case (2, .lengthDelimited):
        try reader.block().mergeFeatures(field: 1, into: &oneof.features)
      default: try reader.skip(tag)
      }
    }
    return oneof
  }

  private mutating func enumeration(_ reader: WireReader) throws(WireError) -> EnumDeclaration {
    try spend(reader)
    var reader = reader
    var enumeration = EnumDeclaration()
    while let tag = try reader.tag() {
      switch (tag.number, tag.type) {
      case (1, .lengthDelimited): enumeration.name = try reader.string()
      case (2, .lengthDelimited): enumeration.values.append(try value(reader.block()))
      case (3, .lengthDelimited):
        try reader.block().mergeFeatures(field: 7, into: &enumeration.features)
      default: try reader.skip(tag)
      }
    }
    return enumeration
  }

  private mutating func value(
    _ reader: WireReader
  ) throws(WireError) -> (name: String, number: Int32) {
    try spend(reader)
    var reader = reader
    var value = (name: "", number: Int32(0))
    while let tag = try reader.tag() {
      switch (tag.number, tag.type) {
      case (1, .lengthDelimited): value.name = try reader.string()
      case (2, .varint): value.number = Int32(truncatingIfNeeded: try reader.varint())
      default: try reader.skip(tag)
      }
    }
    return value
  }

  private mutating func service(_ reader: WireReader) throws(WireError) -> ServiceDeclaration {
    try spend(reader)
    var reader = reader
    var service = ServiceDeclaration()
    while let tag = try reader.tag() {
      switch (tag.number, tag.type) {
      case (1, .lengthDelimited): service.name = try reader.string()
      case (2, .lengthDelimited): service.methods.append(try method(reader.block()))
      default: try reader.skip(tag)
      }
    }
    return service
  }

  private mutating func method(_ reader: WireReader) throws(WireError) -> MethodDeclaration {
    try spend(reader)
    var reader = reader
    var method = MethodDeclaration()
    while let tag = try reader.tag() {
      switch (tag.number, tag.type) {
      case (1, .lengthDelimited): method.name = try reader.string()
      case (2, .lengthDelimited): method.input = try reader.string()
      case (3, .lengthDelimited): method.output = try reader.string()
      case (5, .varint): method.clientStreaming = try reader.varint() != 0
      case (6, .varint): method.serverStreaming = try reader.varint() != 0
      default: try reader.skip(tag)
      }
    }
    return method
  }
}

/// Options messages, of which one field matters.
extension WireReader {
  fileprivate func flag(field: Int) throws(WireError) -> Bool? {
    var reader = self
    var flag: Bool?
    while let tag = try reader.tag() {
      if tag == Tag(number: field, type: .varint) {
        flag = try reader.varint() != 0
      } else {
        try reader.skip(tag)
      }
    }
    return flag
  }

  fileprivate func mergeFeatures(
    field: Int, into changes: inout FeatureChanges
  ) throws(WireError) {
    var reader = self
    while let tag = try reader.tag() {
      if tag == Tag(number: field, type: .lengthDelimited) {
        try changes.merge(reader.block())
      } else {
        try reader.skip(tag)
      }
    }
  }
}
