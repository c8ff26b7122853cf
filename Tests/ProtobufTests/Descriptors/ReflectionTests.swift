import Testing

@testable import Protobuf

/// The way of a unary call with JSON data: what reflection answers, to what is shown.
@Suite("A call through reflection")
struct ReflectionTests {
  private let reflection: Method

  init() throws {
    reflection = try Schema.builtIn.method(
      named: "grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
  }

  /// A server that answers with the file alone, in the form that it has on the wire.
  private func answer(to request: [UInt8]) throws -> [UInt8] {
    let request = try DynamicMessage(reflection.input, decoding: request)
    let file: [UInt8]? =
      switch (request["file_containing_symbol"], request["file_by_filename"]) {
      case (.string("shop.Store"), _):
        DescriptorWriter.serialized(
          FileDeclaration(
            "store.proto", package: "shop", imports: ["item.proto"],
            messages: [
              .init("Reply", [.one("server", 1, .string), .one("item", 2, .message("Item"))])
            ],
            services: [
              .init(name: "Store", methods: [.init(name: "Buy", input: "Item", output: "Reply")])
            ]))
      case (_, .string("item.proto")):
        DescriptorWriter.serialized(
          FileDeclaration(
            "item.proto", package: "shop",
            messages: [.init("Item", [.one("name", 1, .string), .one("count", 2, .int32)])]))
      default: nil
      }
    var response = DynamicMessage(reflection.output)
    if let file {
      let type = try #require(
        reflection.output.messageType(
          of: reflection.output.field(named: "file_descriptor_response")))
      var files = DynamicMessage(type)
      try files.set("file_descriptor_proto", to: .list([.bytes(file)]))
      try response.set("file_descriptor_response", to: .message(files))
    }
    return response.encoded()
  }

  @Test("Descriptors are asked for until none is missing; then JSON becomes bytes and back")
  func call() throws {
    let path = MethodPath("shop.Store/Buy")
    var pool = DescriptorPool()
    var asked = ("file_containing_symbol", path.service)
    while true {
      var request = DynamicMessage(reflection.input)
      try request.set(asked.0, to: .string(asked.1))
      let response = try DynamicMessage(
        reflection.output, decoding: answer(to: request.encoded()))
      let files = response["file_descriptor_response"]?.asMessage?["file_descriptor_proto"]
      for file in files?.asList ?? [] { try pool.add(try #require(file.asBytes)) }
      guard let name = pool.missing.first else { break }
      asked = ("file_by_filename", name)
    }
    let method = try pool.link().method(named: "shop.Store/Buy")
    #expect(method.path == "/shop.Store/Buy")

    let request = try DynamicMessage(method.input, json: #"{"name": "pear", "count": 3}"#)
    #expect(request.encoded() == hex("0a 04 70656172 10 03"))

    let identity = try FieldPath("server", in: method.output)
    let response = try DynamicMessage(
      method.output, decoding: hex("0a 02 7031 12 08 0a 04 70656172 10 03"))
    #expect(identity.text(in: response) == "p1")
    #expect(
      response.json(JSONOptions(indented: false))
        == #"{"server":"p1","item":{"name":"pear","count":3}}"#)
  }
}
