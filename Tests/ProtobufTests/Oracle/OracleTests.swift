import Naming
import Testing

@testable import Protobuf

@Suite(
  "Oracle: protobuf and grpcio's packages from PyPI", .enabled(if: Python.interpreter != nil),
  .timeLimit(.minutes(5)))
struct OracleTests {
  private let line = JSONOptions(indented: false)

  private func python() throws -> Python {
    let python = try Python(script: "protobuf_oracle.py")
    for file in TestFiles.serialized {
      #expect(try python.ask("file \(hexText(file))") == "ok")
    }
    return python
  }

  /// An answer of bytes and JSON.
  private func read(
    _ answer: String, as type: MessageType
  ) throws -> (message: DynamicMessage, json: DynamicMessage) {
    let parts = answer.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2 && parts[0] != "differs:", "\(answer)")
    return (
      try DynamicMessage(type, decoding: hex(String(parts[0]))),
      try DynamicMessage(type, json: String(parts[1]))
    )
  }

  @Test("What we encode is the same message to Python, on the wire and in JSON")
  func ours() throws {
    let python = try python()
    let schema = try TestFiles.schema()
    var random = SplitMix64(seed: 20)
    for round in 0..<1500 {
      let name = TestFiles.messages[round % TestFiles.messages.count]
      let type = try #require(schema.message(named: name))
      let message = random.message(type, density: round % 4 * 15 + 5)
      let options = JSONOptions(emitDefaults: random.oneIn(3), indented: false)
      let answer = try python.ask(
        "compare \(name) \(hexText(message.encoded())) \(message.json(options))")
      let theirs = try read(answer, as: type)
      try #require(theirs.message.encoded() == message.encoded())
      try #require(theirs.json.encoded() == message.encoded())
    }
  }

  @Test("What Python encodes is the same message to us, on the wire and in JSON")
  func theirs() throws {
    let python = try python()
    let schema = try TestFiles.schema()
    for round in 0..<1500 {
      let name = TestFiles.messages[round % TestFiles.messages.count]
      let type = try #require(schema.message(named: name))
      let theirs = try read(try python.ask("random \(name) \(round)"), as: type)
      try #require(theirs.message.unknownFields.isEmpty)
      try #require(
        theirs.json.encoded() == theirs.message.encoded(),
        "\(theirs.json.json(line)) and \(theirs.message.json(line))")
      let again = try python.ask(
        "compare \(name) \(hexText(theirs.message.encoded())) \(theirs.message.json(line))")
      try #require(try read(again, as: type).message.encoded() == theirs.message.encoded())
    }
  }

  @Test("Changed bytes are a message to both or to neither, and the same one")
  func changed() throws {
    let python = try python()
    let schema = try TestFiles.schema()
    var random = SplitMix64(seed: 21)
    var accepted = 0
    for round in 0..<6000 {
      let name = TestFiles.messages[round % TestFiles.messages.count]
      let type = try #require(schema.message(named: name))
      var bytes = random.message(type, density: 4).encoded()
      for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
        let index = Int.random(in: bytes.indices, using: &random)
        bytes[index] = UInt8.random(in: .min ... .max, using: &random)
      }
      if bytes.isEmpty { continue }
      let answer = try python.ask("decode \(name) \(hexText(bytes))")
      var ours = try? DynamicMessage(type, decoding: bytes)
      var theirs = answer == "refused" ? nil : try DynamicMessage(type, decoding: hex(answer))
      // Python leaves text that is not UTF-8 among the known fields.
      try #require(
        theirs?.unknownFields.sorted() == ours?.unknownFields.sorted(),
        "\(name) \(hexText(bytes))")
      theirs?.unknownFields = []
      ours?.unknownFields = []
      try #require(theirs?.encoded() == ours?.encoded(), "\(name) \(hexText(bytes))")
      if ours != nil { accepted += 1 }
    }
    #expect(accepted > 1000)
  }

  /// Every message of a file that we have a table of.
  private static let tables = [
    (
      "grpc_health/v1/health.proto", "grpc.health.v1",
      ["HealthCheckRequest", "HealthCheckResponse"]
    ),
    (
      "grpc_channelz/v1/channelz.proto", "grpc.channelz.v1",
      [
        "GetServersRequest", "GetServersResponse", "GetServerSocketsRequest",
        "GetServerSocketsResponse", "GetSocketRequest", "GetSocketResponse", "ServerRef",
        "SocketRef", "Server", "Socket", "Address", "Address.TcpIpAddress", "Address.UdsAddress",
        "Address.OtherAddress",
      ]
    ),
    (
      "grpc_reflection/v1alpha/reflection.proto", "grpc.reflection.v1alpha",
      [
        "ServerReflectionRequest", "ExtensionRequest", "ServerReflectionResponse",
        "FileDescriptorResponse", "ExtensionNumberResponse", "ListServiceResponse",
        "ServiceResponse", "ErrorResponse",
      ]
    ),
  ]

  private func schema(of file: String) throws -> Schema {
    let answer = try Python(script: "protobuf_oracle.py").ask("descriptor \(file)")
    var pool = DescriptorPool()
    for descriptor in answer.split(separator: " ") { try pool.add(hex(String(descriptor))) }
    #expect(pool.missing.isEmpty)
    return try pool.link()
  }

  private func same(_ our: MessageType, _ their: MessageType) {
    #expect(!our.fields.isEmpty || their.fields.isEmpty)
    for field in our.fields {
      guard let other = their.descriptor.field(field.number) else {
        Issue.record("\(their.fullName) has no field \(field.number)")
        continue
      }
      #expect(other.name == field.name && other.jsonName == field.jsonName)
      #expect(other.kind == field.kind && other.shape == field.shape)
      #expect(other.hasPresence == field.hasPresence)
      #expect(
        other.oneof.map { their.descriptor.oneofs[$0] }
          == field.oneof.map { our.descriptor.oneofs[$0] })
      #expect(
        their.enumeration(of: other)?.values.map { "\($0)" }
          == our.enumeration(of: field)?.values.map { "\($0)" })
    }
  }

  @Test("Our tables of health, channelz and reflection have the fields of grpcio's descriptors")
  func tables() throws {
    for (file, package, names) in Self.tables {
      let theirs = try schema(of: file)
      for name in names {
        let our = try #require(Schema.builtIn.message(named: "\(package).\(name)"))
        same(our, try #require(theirs.message(named: our.fullName)))
      }
      for name in Schema.builtIn.serviceNames where name.hasPrefix("\(package).") {
        #expect(theirs.serviceNames.contains(name))
      }
    }
    // The two versions of reflection differ in their package only.
    for name in Self.tables[2].2 {
      let v1 = try #require(Schema.builtIn.message(named: "grpc.reflection.v1.\(name)"))
      let alpha = try #require(Schema.builtIn.message(named: "grpc.reflection.v1alpha.\(name)"))
      #expect(v1.fields.map(\.number) == alpha.fields.map(\.number))
      #expect(v1.fields.map(\.name) == alpha.fields.map(\.name))
    }
  }

  @Test("Our tables of the well-known types have all fields of Python's descriptors")
  func wellKnown() throws {
    for (file, declaration) in WellKnown.files {
      let theirs = try schema(of: file)
      for message in declaration.messages {
        let name = "google.protobuf.\(message.name)"
        let our = try #require(Schema.builtIn.message(named: name))
        let their = try #require(theirs.message(named: name))
        same(our, their)
        #expect(our.fields.count == their.fields.count)
      }
    }
  }

  @Test("descriptor.proto describes itself: its own bytes are a message of its own type")
  func itself() throws {
    let file = "google/protobuf/descriptor.proto"
    let schema = try schema(of: file)
    let type = try #require(schema.message(named: "google.protobuf.FileDescriptorProto"))
    let python = try Python(script: "protobuf_oracle.py")
    let bytes = hex(try python.ask("descriptor \(file)"))
    let message = try DynamicMessage(type, decoding: bytes)
    #expect(message["package"] == .string("google.protobuf"))
    #expect(message.unknownFields.isEmpty)
    let answer = try python.ask("compare \(type.fullName) \(hexText(bytes)) \(message.json(line))")
    let theirs = try read(answer, as: type)
    #expect(theirs.message == message)
    #expect(theirs.json == message)
  }
}
