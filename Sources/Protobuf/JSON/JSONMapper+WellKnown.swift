extension JSONMapper {
  mutating func message(
    _ type: MessageType, as form: JSONForm, from node: JSONNode
  ) throws(JSONError) -> DynamicMessage {
    var message = DynamicMessage(type)
    switch form {
    case .timestamp:
      guard case .string(let text) = node.content, let time = SecondsAndNanos(timestamp: text)
      else {
        throw error("a time such as \"2026-01-31T08:05:09.5Z\" is expected", at: node.offset)
      }
      try set(time, in: &message, at: node)
    case .duration:
      guard case .string(let text) = node.content, let time = SecondsAndNanos(duration: text)
      else { throw error("a duration such as \"1.5s\" is expected", at: node.offset) }
      try set(time, in: &message, at: node)
    case .fieldMask:
      guard case .string(let text) = node.content else { throw unexpected(node, "a string") }
      var paths: [Value] = []
      for path in text.split(separator: ",") {
        guard let name = MaskPath.snakeCase(path) else {
          throw error("\(path) is not in lowerCamelCase", at: node.offset)
        }
        paths.append(.string(name))
      }
      try set("paths", to: .list(paths), in: &message, at: node)
    case .content(let name):
      guard let field = type.descriptor.field(named: name) else { throw unlike(type, at: node) }
      guard let value = try value(of: field, in: type, from: node) else {
        throw unexpected(node, field.shape == .singular ? "a \(field.kind.name)" : "a value")
      }
      try set(name, to: value, in: &message, at: node)
    case .value: try setValue(of: &message, from: node)
    case .any: try setAny(in: &message, from: node)
    }
    return message
  }

  /// The schema's own message of that name is another one: a server may declare what it likes.
  private func unlike(_ type: MessageType, at node: JSONNode) -> JSONError {
    error("the schema's \(type.fullName) has not the fields it should have", at: node.offset)
  }

  private func set(
    _ name: String, to value: Value, in message: inout DynamicMessage, at node: JSONNode
  ) throws(JSONError) {
    guard let field = message.type.descriptor.field(named: name),
      message.assign(value, to: field)
    else { throw unlike(message.type, at: node) }
  }

  private func set(
    _ time: SecondsAndNanos, in message: inout DynamicMessage, at node: JSONNode
  ) throws(JSONError) {
    try set("seconds", to: .integer(time.seconds), in: &message, at: node)
    try set("nanos", to: .integer(Int64(time.nanos)), in: &message, at: node)
  }

  private mutating func setValue(
    of message: inout DynamicMessage, from node: JSONNode
  ) throws(JSONError) {
    switch node.content {
    case .null: try set("null_value", to: .enumeration(0), in: &message, at: node)
    case .bool(let value): try set("bool_value", to: .bool(value), in: &message, at: node)
    case .number(let text):
      let number = try float(text, as: Double.self, at: node.offset)
      try set("number_value", to: .double(number), in: &message, at: node)
    case .string(let text): try set("string_value", to: .string(text), in: &message, at: node)
    case .array: try setMessage("list_value", of: &message, from: node)
    case .object: try setMessage("struct_value", of: &message, from: node)
    }
  }

  private mutating func setMessage(
    _ name: String, of message: inout DynamicMessage, from node: JSONNode
  ) throws(JSONError) {
    guard let field = message.type.descriptor.field(named: name) else {
      throw unlike(message.type, at: node)
    }
    let value = try scalar(of: field, in: message.type, from: node)
    try set(name, to: value, in: &message, at: node)
  }

  /// `{"@type": URL, …}` with the fields of the message, or with `value` where its JSON form is no
  /// plain object. The type has to be one of the schema.
  private mutating func setAny(
    in message: inout DynamicMessage, from node: JSONNode
  ) throws(JSONError) {
    guard case .object(let members) = node.content else { throw unexpected(node, "an object") }
    if members.isEmpty { return }
    guard let type = members.first(where: { $0.key == "@type" }),
      case .string(let url) = type.value.content
    else { throw error("a google.protobuf.Any needs a text \"@type\"", at: node.offset) }
    guard let inner = message.type.schema.message(named: typeName(ofURL: url)) else {
      throw error("the type \(typeName(ofURL: url)) is not known", at: type.value.offset)
    }
    let others = members.filter { $0.key != "@type" }
    let content: DynamicMessage
    if inner.jsonForm == nil {
      content = try self.message(inner, from: others, at: node.offset)
    } else {
      guard let value = others.first, value.key == "value", others.count == 1 else {
        throw error("\(inner.fullName) needs a \"value\" and nothing else", at: node.offset)
      }
      path.append(".value")
      content = try self.message(inner, from: value.value)
      path.removeLast()
    }
    try set("type_url", to: .string(url), in: &message, at: node)
    try set("value", to: .bytes(content.encoded()), in: &message, at: node)
  }
}
