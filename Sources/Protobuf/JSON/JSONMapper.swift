extension DynamicMessage {
  /// Reads the JSON form of a message (protobuf.dev/programming-guides/json). Keys may be JSON
  /// names or those of the .proto file; a key that is neither is an error, as is a required field
  /// that is missing.
  package init(_ type: MessageType, json text: String) throws(JSONError) {
    let bytes = Array(text.utf8)
    var mapper = JSONMapper(text: bytes)
    self = try mapper.message(type, from: JSONReader.read(bytes))
  }
}

/// Makes messages of JSON values. Keeps the way to the value at hand for what it has to complain
/// about.
struct JSONMapper {
  private let text: [UInt8]
  var path: [String] = []

  init(text: [UInt8]) {
    self.text = text
  }

  func error(_ reason: String, at offset: Int) -> JSONError {
    let path = path.joined()
    return JSONError(
      reason, path: path.hasPrefix(".") ? String(path.dropFirst()) : path, at: offset, of: text)
  }

  func unexpected(_ node: JSONNode, _ expected: String) -> JSONError {
    error("\(expected) is expected, not \(node.kind)", at: node.offset)
  }

  mutating func message(
    _ type: MessageType, from node: JSONNode
  ) throws(JSONError) -> DynamicMessage {
    if let form = type.jsonForm { return try message(type, as: form, from: node) }
    guard case .object(let members) = node.content else {
      throw unexpected(node, "an object with the fields of \(type.fullName)")
    }
    return try message(type, from: members, at: node.offset)
  }

  /// `offset`: where the object stands.
  mutating func message(
    _ type: MessageType, from members: some Sequence<JSONMember>, at offset: Int
  ) throws(JSONError) -> DynamicMessage {
    var message = DynamicMessage(type)
    var seen: Set<Int> = []
    for member in members {
      path.append(".\(member.key)")
      let field: FieldDescriptor
      do throws(LookupError) {
        field = try type.field(named: member.key)
      } catch {
        throw self.error(error.description, at: member.offset)
      }
      guard seen.insert(field.number).inserted else {
        throw error("the field comes twice, under both of its names", at: member.offset)
      }
      if let value = try value(of: field, in: type, from: member.value) {
        if let other = field.oneof.flatMap({ message.member(ofOneof: $0) }) {
          throw error("\(other.name) of the same oneof is set already", at: member.offset)
        }
        message.store(value, in: field)
      }
      path.removeLast()
    }
    for field in type.descriptor.requiredFields where message[field] == nil {
      throw error("the required field \(field.name) is missing", at: offset)
    }
    return message
  }

  /// Nil for null, which leaves a field unset unless null is a value of its type.
  mutating func value(
    of field: FieldDescriptor, in type: MessageType, from node: JSONNode
  ) throws(JSONError) -> Value? {
    if case .null = node.content, field.shape != .singular || !field.kind.hasNull { return nil }
    switch field.shape {
    case .singular: return try scalar(of: field, in: type, from: node)
    case .list:
      guard case .array(let elements) = node.content else { throw unexpected(node, "an array") }
      var list: [Value] = []
      for (index, element) in elements.enumerated() {
        path.append("[\(index)]")
        list.append(try scalar(of: field, in: type, from: element))
        path.removeLast()
      }
      return .list(list)
    case .map:
      guard case .object(let members) = node.content, let entry = type.entry(of: field) else {
        throw unexpected(node, "an object")
      }
      return .map(try map(entry, from: members))
    }
  }

  private mutating func map(
    _ entry: MapEntry, from members: [JSONMember]
  ) throws(JSONError) -> [MapKey: Value] {
    var map: [MapKey: Value] = [:]
    for member in members {
      path.append("[\"\(member.key)\"]")
      let key = try key(entry.key.kind, from: member)
      guard map[key] == nil else { throw error("the key comes twice", at: member.offset) }
      map[key] = try scalar(of: entry.value, in: entry.type, from: member.value)
      path.removeLast()
    }
    return map
  }

  /// Every key is text in JSON.
  private func key(_ kind: FieldKind, from member: JSONMember) throws(JSONError) -> MapKey {
    let content: JSONNode.Content =
      kind == .bool ? Bool(member.key).map { .bool($0) } ?? .null : .string(member.key)
    let node = JSONNode(content: content, offset: member.offset)
    guard let value = try scalar(kind, from: node), let key = MapKey(value) else {
      throw error("true or false is expected as key", at: member.offset)
    }
    return key
  }

  /// One value, where null is none unless the type has it.
  mutating func scalar(
    of field: FieldDescriptor, in type: MessageType, from node: JSONNode
  ) throws(JSONError) -> Value {
    if let inner = type.messageType(of: field) {
      return .message(try message(inner, from: node))
    }
    if let enumeration = type.enumeration(of: field) {
      return .enumeration(try number(of: enumeration, from: node))
    }
    guard let value = try scalar(field.kind, from: node) else {
      throw unexpected(node, "a value of type \(field.kind.name)")
    }
    return value
  }

  private func number(
    of enumeration: EnumDescriptor, from node: JSONNode
  ) throws(JSONError) -> Int32 {
    switch node.content {
    case .null where enumeration.fullName == "google.protobuf.NullValue": return 0
    case .string(let name):
      if let number = enumeration.number(named: name) { return number }
      let known = enumeration.values.prefix(20).map(\.name).joined(separator: ", ")
      throw error("\(enumeration.fullName) has no \(name); it has: \(known)", at: node.offset)
    case .number(let text):
      if let number = NumberText(text)?.integer(as: Int32.self),
        enumeration.isOpen || enumeration.name(of: number) != nil
      {
        return number
      }
      throw error("\(text) is no value of \(enumeration.fullName)", at: node.offset)
    default: throw unexpected(node, "a name or number of \(enumeration.fullName)")
    }
  }
}

extension FieldKind {
  /// Whether null is a value: of google.protobuf.Value and NullValue.
  fileprivate var hasNull: Bool {
    self == .message("google.protobuf.Value") || self == .enumeration("google.protobuf.NullValue")
  }
}
