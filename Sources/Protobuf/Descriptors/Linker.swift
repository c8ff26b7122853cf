/// Gives every declaration its full name, looks up the names that they use, and checks what the
/// rest of the room relies on.
struct Linker {
  /// Files that were not there; told along with a type that is not found.
  let missing: [String]
  private var messages: [String: MessageDeclaration] = [:]
  private var enums: [String: EnumDescriptor] = [:]
  private var services: [String: ServiceDeclaration] = [:]
  private var features: [String: Features] = [:]

  init(missing: [String]) {
    self.missing = missing
  }

  mutating func link(_ files: [FileDeclaration]) throws(DescriptorError) -> Schema {
    for file in files {
      try declare(
        messages: file.messages, enums: file.enums, in: file.package, features: file.features)
      for service in file.services {
        let name = try declared(service.name, in: file.package)
        services[name] = service
      }
    }
    var linked: [String: MessageDescriptor] = [:]
    for (name, message) in messages { linked[name] = try descriptor(name, message) }
    for (name, service) in services { services[name] = try resolve(service, name: name) }
    return Schema(messages: linked, enums: enums, services: services)
  }

  /// The depth of nested messages was bounded when they were read.
  private mutating func declare(
    messages nested: [MessageDeclaration], enums nestedEnums: [EnumDeclaration],
    in scope: String, features inherited: Features
  ) throws(DescriptorError) {
    for declaration in nestedEnums {
      let name = try declared(declaration.name, in: scope)
      guard !declaration.values.isEmpty else {
        throw .invalid(name: name, reason: "an enum needs a value")
      }
      enums[name] = EnumDescriptor(
        fullName: name, values: declaration.values,
        isOpen: inherited.applying(declaration.features).enumsAreOpen)
    }
    for message in nested {
      let name = try declared(message.name, in: scope)
      let own = inherited.applying(message.features)
      messages[name] = message
      features[name] = own
      try declare(messages: message.messages, enums: message.enums, in: name, features: own)
    }
  }

  /// The full name of something declared for the first time.
  private func declared(_ name: String, in scope: String) throws(DescriptorError) -> String {
    let full = scope.isEmpty ? name : "\(scope).\(name)"
    guard full.utf8.count <= Limits.nameBytes else {
      throw .invalid(name: String(full.prefix(100)), reason: "the name is too long")
    }
    guard !name.isEmpty else { throw .invalid(name: full, reason: "a name is empty") }
    guard messages[full] == nil, enums[full] == nil, services[full] == nil else {
      throw .invalid(name: full, reason: "it is declared twice")
    }
    return full
  }

  private enum Found {
    case message(String, isMapEntry: Bool)
    case enumeration(String)
  }

  /// A name with a dot before it is complete; others are looked for as C++ does, from the innermost
  /// scope outwards (descriptor.proto, `type_name`).
  private func find(_ name: String, from user: String) throws(DescriptorError) -> Found {
    let isComplete = name.hasPrefix(".")
    var scope = isComplete ? "" : user[...]
    let name = String(isComplete ? name.dropFirst() : name[...])
    while true {
      let full = scope.isEmpty ? name : "\(scope).\(name)"
      if let message = messages[full] { return .message(full, isMapEntry: message.isMapEntry) }
      if enums[full] != nil { return .enumeration(full) }
      if scope.isEmpty { break }
      scope = scope.lastIndex(of: ".").map { scope[..<$0] } ?? ""
    }
    throw .unknownType(name: name, usedBy: user, missingFiles: missing)
  }

  private func resolve(
    _ service: ServiceDeclaration, name: String
  ) throws(DescriptorError) -> ServiceDeclaration {
    var service = service
    for index in service.methods.indices {
      let method = "\(name).\(service.methods[index].name)"
      service.methods[index].input = try messageName(service.methods[index].input, usedBy: method)
      service.methods[index].output = try messageName(
        service.methods[index].output, usedBy: method)
    }
    return service
  }

  private func messageName(_ name: String, usedBy user: String) throws(DescriptorError) -> String {
    guard case .message(let full, _) = try find(name, from: user) else {
      throw .invalid(name: user, reason: "\(name) is not a message")
    }
    return full
  }

  private func descriptor(
    _ name: String, _ message: MessageDeclaration
  ) throws(DescriptorError) -> MessageDescriptor {
    let inherited = features[name] ?? .proto2
    var fields: [FieldDescriptor] = []
    var names: Set<String> = []
    var numbers: Set<Int> = []
    for field in message.fields {
      guard names.insert(field.name).inserted, numbers.insert(field.number).inserted else {
        throw .invalid(name: "\(name).\(field.name)", reason: "its name or number is used twice")
      }
      fields.append(try descriptor(field, of: message, named: name, features: inherited))
    }
    if message.isMapEntry { try checkMapEntry(name, fields) }
    return MessageDescriptor(fullName: name, fields: fields, oneofs: message.oneofs.map(\.name))
  }

  private func checkMapEntry(
    _ name: String, _ fields: [FieldDescriptor]
  ) throws(DescriptorError) {
    let key = fields.first { $0.number == 1 }
    let value = fields.first { $0.number == 2 }
    guard fields.count == 2, let key, let value, key.kind.isMapKey,
      key.shape == .singular, value.shape == .singular
    else { throw .invalid(name: name, reason: "it is no entry of a map") }
  }

  private func descriptor(
    _ field: FieldDeclaration, of message: MessageDeclaration, named messageName: String,
    features inherited: Features
  ) throws(DescriptorError) -> FieldDescriptor {
    let name = "\(messageName).\(field.name)"
    guard (1...Tag.highestNumber).contains(field.number), !field.name.isEmpty else {
      throw .invalid(name: name, reason: "field number \(field.number) is not allowed")
    }
    var features = inherited
    // A proto3 `optional` is declared as the only member of a oneof that nobody wrote.
    var oneof: Int?
    if let index = field.oneof, !field.isProto3Optional {
      guard message.oneofs.indices.contains(index), field.label == .optional else {
        throw .invalid(name: name, reason: "it cannot be in oneof \(index)")
      }
      oneof = index
      features = features.applying(message.oneofs[index].features)
    }
    features = features.applying(field.features)

    let (kind, isMap) = try kind(
      of: field, name: name, isDelimited: features.messagesAreDelimited && !message.isMapEntry)
    let isMessage = kind.messageName != nil
    let isList = field.label == .repeated
    let isPacked = isList && kind.isPackable && field.isPacked ?? features.repeatedIsPacked
    let isRequired = field.label == .required || (!isList && features.presence == .required)
    return FieldDescriptor(
      name: field.name, jsonName: field.jsonName ?? FieldDescriptor.jsonName(for: field.name),
      number: field.number, kind: kind,
      shape: isMap ? .map : isList ? .list(packed: isPacked) : .singular,
      hasPresence: !isList
        && (isMessage || oneof != nil || isRequired || field.isProto3Optional
          || features.presence == .explicit),
      isRequired: isRequired, oneof: oneof, textIsVerified: features.textIsVerified,
      defaultValue: isList ? nil : try defaultValue(of: field, kind: kind, name: name))
  }

  private func kind(
    of field: FieldDeclaration, name: String, isDelimited: Bool
  ) throws(DescriptorError) -> (FieldKind, isMap: Bool) {
    switch field.kind {
    case .enumeration(let type):
      guard case .enumeration(let full) = try find(type, from: name) else {
        throw .invalid(name: name, reason: "\(type) is no enum")
      }
      return (.enumeration(full), false)
    case .group(let type):
      return (.group(try messageName(type, usedBy: name)), false)
    case .message(let type):
      // The file need not say which of the two a named type is.
      switch try find(type, from: name) {
      case .enumeration(let full): return (.enumeration(full), false)
      case .message(let full, let isMapEntry):
        let isMap = isMapEntry && field.label == .repeated
        return (isDelimited && !isMap ? .group(full) : .message(full), isMap)
      }
    default:
      return (field.kind, false)
    }
  }

  private func defaultValue(
    of field: FieldDeclaration, kind: FieldKind, name: String
  ) throws(DescriptorError) -> Value? {
    var enumeration: EnumDescriptor?
    if case .enumeration(let name) = kind { enumeration = enums[name] }
    guard let text = field.defaultText else { return kind.zero(enumeration) }
    guard let value = kind.value(fromDefault: text, enumeration) else {
      throw .invalid(name: name, reason: "its default value \(text) does not fit its type")
    }
    return value
  }
}
