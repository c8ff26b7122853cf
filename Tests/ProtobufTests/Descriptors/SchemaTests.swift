import Testing

@testable import Protobuf

@Suite("Schema")
struct SchemaTests {
  private func field(_ name: String, of message: String) throws -> FieldDescriptor {
    try #require(try TestFiles.schema().message(named: message)).field(named: name)
  }

  @Test("proto3: no presence but for optional, oneofs and messages; lists are packed")
  func proto3() throws {
    #expect(try !field("one_int32", of: "test.Every").hasPresence)
    #expect(try field("maybe_int32", of: "test.Every").hasPresence)
    #expect(try field("maybe_int32", of: "test.Every").oneof == nil)
    #expect(try field("either_text", of: "test.Every").hasPresence)
    #expect(try field("one_message", of: "test.Every").hasPresence)
    #expect(try field("many_int32", of: "test.Every").shape == .list(packed: true))
    #expect(try field("many_string", of: "test.Every").shape == .list(packed: false))
    #expect(try field("unpacked", of: "test.Every").shape == .list(packed: false))
    #expect(try field("map_0", of: "test.Every").shape == .map)
    #expect(try TestFiles.schema().enumeration(named: "test.Color")?.isOpen == true)
  }

  @Test("proto2: presence everywhere, required fields, groups, closed enums, defaults")
  func proto2() throws {
    #expect(try field("one_int32", of: "test2.Every").hasPresence)
    #expect(try field("needed", of: "test2.Every").isRequired)
    #expect(try field("many_int32", of: "test2.Every").shape == .list(packed: false))
    #expect(try field("packed", of: "test2.Every").shape == .list(packed: true))
    #expect(try field("cluster", of: "test2.Every").kind == .group("test2.Every.Cluster"))
    #expect(try TestFiles.schema().enumeration(named: "test2.Tint")?.isOpen == false)
    let defaults = try ["seven", "endless", "yes", "text", "raw", "cool", "tint"].map {
      try field($0, of: "test2.Every").defaultValue
    }
    #expect(
      defaults == [
        .integer(-7), .double(-.infinity), .bool(true), .string("a\\nb"),
        .bytes([1, 0xfe, 10, 34, 0xc3, 0xa9]), .enumeration(5), .enumeration(3),
      ])
  }

  @Test("Editions: what files and fields say goes before the defaults of 2023")
  func editions() throws {
    #expect(try field("one_int32", of: "test2023.Every").hasPresence)
    #expect(try !field("plain", of: "test2023.Every").hasPresence)
    #expect(try field("needed", of: "test2023.Every").isRequired)
    #expect(try field("delimited", of: "test2023.Every").kind == .group("test.Inner"))
    #expect(try field("many_int32", of: "test2023.Every").shape == .list(packed: true))
    #expect(try field("expanded", of: "test2023.Every").shape == .list(packed: false))
    #expect(try TestFiles.schema().enumeration(named: "test2023.Shade")?.isOpen == false)
    #expect(try TestFiles.schema().enumeration(named: "test2023.Hue")?.isOpen == true)
  }

  @Test("JSON names are those given, or made of the field's name")
  func names() throws {
    #expect(try field("renamed", of: "test.Every").jsonName == "other-Name")
    #expect(try field("other-Name", of: "test.Every").name == "renamed")
    #expect(try field("oneSfixed32", of: "test.Every").name == "one_sfixed32")
    #expect(FieldDescriptor.jsonName(for: "a_bc__d_1_") == "aBcD1")
  }

  @Test(
    "Methods are found as grpcurl names them",
    arguments: [
      "test.Echo/Watch", "test.Echo.Watch", "/test.Echo/Watch",
    ])
  func methods(name: String) throws {
    let method = try TestFiles.schema().method(named: name)
    #expect(method.path == "/test.Echo/Watch")
    #expect(method.input.fullName == "test.Inner")
    #expect(method.output.fullName == "test.Every")
    #expect(method.serverStreaming && !method.clientStreaming)
  }

  @Test("A name that is not there is answered with those that are")
  func unknown() throws {
    let schema = try TestFiles.schema()
    #expect(throws: LookupError.unknownService("no.Echo", known: ["test.Echo"])) {
      try schema.method(named: "no.Echo/Call")
    }
    #expect(
      throws: LookupError.unknownMethod("Shout", service: "test.Echo", known: ["Call", "Watch"])
    ) { try schema.method(named: "test.Echo/Shout") }
    let error = LookupError.unknownField(
      "x", message: "M", known: (1...25).map { "f\($0)" })
    #expect(error.description.hasSuffix("f19, f20 and 5 more"))
  }

  @Test("The built-in tables link, and have what is called")
  func builtIn() throws {
    #expect(
      Schema.builtIn.serviceNames == [
        "grpc.channelz.v1.Channelz", "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
        "grpc.testing.TestService",
      ])
    let method = try Schema.builtIn.method(named: "grpc.testing.TestService/UnaryCall")
    let response = try DynamicMessage(method.output, decoding: hex("22027331 32026831"))
    #expect(response.json(JSONOptions(indented: false)) == #"{"serverId":"s1","hostname":"h1"}"#)
  }
}
