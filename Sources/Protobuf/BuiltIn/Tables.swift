/// How the tables of this folder are written: as the .proto files, with Swift's punctuation.
extension FileDeclaration {
  init(
    _ name: String, package: String, imports: [String] = [],
    messages: [MessageDeclaration] = [], enums: [EnumDeclaration] = [],
    services: [ServiceDeclaration] = []
  ) {
    self.init(
      name: name, package: package, dependencies: imports, messages: messages, enums: enums,
      services: services, features: .proto3)
  }
}

extension MessageDeclaration {
  init(
    _ name: String, _ fields: [FieldDeclaration] = [], messages: [MessageDeclaration] = [],
    enums: [EnumDeclaration] = [], oneofs: [String] = []
  ) {
    self.init(
      name: name, fields: fields, messages: messages, enums: enums,
      oneofs: oneofs.map { OneofDeclaration(name: $0) })
  }

  /// What a map field's type is.
  static func mapEntry(_ name: String, _ key: FieldKind, _ value: FieldKind) -> Self {
    Self(name: name, fields: [.one("key", 1, key), .one("value", 2, value)], isMapEntry: true)
  }
}

extension FieldDeclaration {
  static func one(_ name: String, _ number: Int, _ kind: FieldKind, oneof: Int? = nil) -> Self {
    Self(name: name, number: number, kind: kind, oneof: oneof)
  }

  static func many(_ name: String, _ number: Int, _ kind: FieldKind) -> Self {
    Self(name: name, number: number, label: .repeated, kind: kind)
  }
}

extension EnumDeclaration {
  /// Numbered from 0.
  init(_ name: String, _ values: [String]) {
    self.init(name: name, values: values.enumerated().map { ($1, Int32($0)) })
  }
}
