extension DynamicMessage {
  /// Decodes a message (protobuf.dev/programming-guides/encoding). Of singular fields the last
  /// value counts, messages are merged, lists are read packed and unpacked whatever was declared.
  /// Kept as unknown: fields that the type does not have or that have another wire type, numbers
  /// that a closed enum does not have, and text that is not UTF-8 where proto2 lets it pass.
  package init(_ type: MessageType, decoding bytes: [UInt8]) throws(WireError) {
    try self.init(type, decoding: bytes, depth: 1)
  }

  /// `depth`: of this message, where it lies in others that were decoded before.
  init(_ type: MessageType, decoding bytes: [UInt8], depth: Int) throws(WireError) {
    self.init(type)
    var reader = WireReader(bytes)
    guard bytes.count <= Limits.messageBytes else { throw reader.error(.tooLarge) }
    try merge(&reader, depth: depth)
  }

  /// Reads to the end, or to the end of `group`.
  private mutating func merge(
    _ reader: inout WireReader, depth: Int, group: Int? = nil
  ) throws(WireError) {
    guard depth <= Limits.depth else { throw reader.error(.tooDeep) }
    while true {
      let start = reader
      guard let tag = try reader.tag() else {
        if group != nil { throw reader.error(.truncated) }
        return
      }
      if tag.type == .endGroup {
        guard tag.number == group else { throw start.error(.endOfGroup) }
        return
      }
      if let field = type.descriptor.field(tag.number) {
        var ahead = reader
        if try merge(field, tag.type, from: &ahead, depth: depth) {
          reader = ahead
          continue
        }
      }
      try reader.skip(tag)
      unknownFields += reader.bytes[start.offset..<reader.offset]
    }
  }

  /// False for a value that belongs to the unknown fields.
  private mutating func merge(
    _ field: FieldDescriptor, _ wireType: WireType, from reader: inout WireReader, depth: Int
  ) throws(WireError) -> Bool {
    switch field.shape {
    case .list where wireType == .lengthDelimited && field.kind.isPackable:
      try appendPacked(to: field, from: reader.block())
    case _ where wireType != field.kind.wireType:
      return false
    case .list:
      guard let value = try value(of: field, from: &reader, depth: depth) else { return false }
      append(CollectionOfOne(value), to: field)
    case .map:
      return try insertEntry(into: field, from: reader.block(), depth: depth)
    case .singular:
      let previous = field.kind.messageName == nil ? nil : take(field)?.asMessage
      guard let value = try value(of: field, from: &reader, merging: previous, depth: depth)
      else { return false }
      store(value, in: field)
    }
    return true
  }

  private mutating func append(_ values: some Collection<Value>, to field: FieldDescriptor) {
    // Taken out first: what two places share would be copied with every value.
    guard case .list(var list) = take(field) ?? .list([]) else { return }
    list += values
    store(.list(list), in: field)
  }

  private mutating func appendPacked(
    to field: FieldDescriptor, from block: WireReader
  ) throws(WireError) {
    var block = block
    var values: [Value] = []
    while !block.isAtEnd {
      var unread = block
      if let value = try value(of: field, from: &block, depth: 0) {
        values.append(value)
      } else {
        // A number that the closed enum does not have.
        var record = WireWriter()
        record.tag(field.number, field.kind.wireType)
        record.varint(try unread.varint())
        unknownFields += record.bytes
      }
    }
    append(values, to: field)
  }

  private mutating func insertEntry(
    into field: FieldDescriptor, from block: WireReader, depth: Int
  ) throws(WireError) -> Bool {
    guard let entry = type.entry(of: field) else { return false }
    var block = block
    var message = DynamicMessage(entry.type)
    try message.merge(&block, depth: depth + 1)
    guard let key = message.value(of: entry.key).flatMap(MapKey.init) else { return false }
    // A key or value that is kept as unknown makes the whole entry unknown.
    if !message.unknownFields.isEmpty {
      for field in [entry.key, entry.value] where message[field] == nil {
        let isClosed = entry.type.enumeration(of: field)?.isOpen == false
        if isClosed || (field.kind == .string && !field.textIsVerified) { return false }
      }
    }
    let absent = entry.type.messageType(of: entry.value).map { Value.message(DynamicMessage($0)) }
    guard let value = message.value(of: entry.value) ?? absent,
      case .map(var map) = take(field) ?? .map([:])
    else { return false }
    map[key] = value
    store(.map(map), in: field)
    return true
  }

  /// Nil for a value that is kept as unknown.
  private func value(
    of field: FieldDescriptor, from reader: inout WireReader, merging previous: Self? = nil,
    depth: Int
  ) throws(WireError) -> Value? {
    switch field.kind {
    case .double: return .double(Double(bitPattern: try reader.fixed64()))
    case .float: return .float(Float(bitPattern: try reader.fixed32()))
    case .int32: return .integer(Int64(Int32(truncatingIfNeeded: try reader.varint())))
    case .int64: return .integer(Int64(bitPattern: try reader.varint()))
    case .uint32: return .unsigned(UInt64(UInt32(truncatingIfNeeded: try reader.varint())))
    case .uint64: return .unsigned(try reader.varint())
    case .sint32:
      return .integer(UInt64(UInt32(truncatingIfNeeded: try reader.varint())).zigZagDecoded)
    case .sint64: return .integer(try reader.varint().zigZagDecoded)
    case .fixed32: return .unsigned(UInt64(try reader.fixed32()))
    case .fixed64: return .unsigned(try reader.fixed64())
    case .sfixed32: return .integer(Int64(Int32(bitPattern: try reader.fixed32())))
    case .sfixed64: return .integer(Int64(bitPattern: try reader.fixed64()))
    case .bool: return .bool(try reader.varint() != 0)
    case .string:
      if field.textIsVerified { return .string(try reader.string()) }
      return String(validating: try reader.byteString(), as: UTF8.self).map(Value.string)
    case .bytes: return .bytes(try reader.byteString())
    case .enumeration:
      let number = Int32(truncatingIfNeeded: try reader.varint())
      guard let enumeration = type.enumeration(of: field) else { return nil }
      return enumeration.isOpen || enumeration.name(of: number) != nil
        ? .enumeration(number) : nil
    case .message, .group:
      guard var message = previous ?? type.messageType(of: field).map(Self.init) else {
        return nil
      }
      if case .group = field.kind {
        try message.merge(&reader, depth: depth + 1, group: field.number)
      } else {
        var block = try reader.block()
        try message.merge(&block, depth: depth + 1)
      }
      return .message(message)
    }
  }
}
