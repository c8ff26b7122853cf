/// What a .proto file declares, as descriptor.proto lays it down: names that are not looked up yet.
struct FileDeclaration: Sendable {
  var name = ""
  var package = ""
  var dependencies: [String] = []
  var messages: [MessageDeclaration] = []
  var enums: [EnumDeclaration] = []
  var services: [ServiceDeclaration] = []
  var features = Features.proto2
}

struct MessageDeclaration: Sendable {
  var name = ""
  var fields: [FieldDeclaration] = []
  var messages: [MessageDeclaration] = []
  var enums: [EnumDeclaration] = []
  var oneofs: [OneofDeclaration] = []
  var isMapEntry = false
  var features = FeatureChanges()
}

struct FieldDeclaration: Sendable {
  enum Label: UInt64 {
    case optional = 1
    case required = 2
    case repeated = 3
  }

  var name = ""
  var number = 0
  var label = Label.optional
  /// Names another type as the file does.
  var kind = FieldKind.message("")
  var jsonName: String?
  var defaultText: String?
  var oneof: Int?
  var isProto3Optional = false
  var isPacked: Bool?
  var features = FeatureChanges()
}

struct OneofDeclaration: Sendable {
  var name = ""
  var features = FeatureChanges()
}

struct EnumDeclaration: Sendable {
  var name = ""
  var values: [(name: String, number: Int32)] = []
  var features = FeatureChanges()
}

struct ServiceDeclaration: Sendable {
  var name = ""
  var methods: [MethodDeclaration] = []
}

struct MethodDeclaration: Sendable {
  var name = ""
  var input = ""
  var output = ""
  var clientStreaming = false
  var serverStreaming = false
}
