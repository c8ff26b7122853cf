import Testing

@testable import Protobuf

@Suite("JSON output")
struct JSONOutputTests {
  private func message(_ name: String, _ bytes: String = "") throws -> DynamicMessage {
    let type = try #require(try TestFiles.schema().message(named: name))
    return try DynamicMessage(type, decoding: hex(bytes))
  }

  private func line(_ name: String, _ bytes: String) throws -> String {
    try message(name, bytes).json(JSONOptions(indented: false))
  }

  @Test("Indented by two spaces, in the order of the .proto file")
  func indented() throws {
    #expect(
      try message("test.Inner", "1a 05 1001 0a0162 0a0161").json() == """
        {
          "name": "a",
          "next": {
            "name": "b",
            "count": "1"
          }
        }
        """)
    #expect(try message("test.Inner").json() == "{}")
  }

  @Test("Defaults on request: without presence only")
  func defaults() throws {
    let options = JSONOptions(emitDefaults: true, indented: false)
    #expect(try message("test.Inner").json(options) == #"{"name":"","count":"0"}"#)
    let every = try message("test.Every").json(options)
    for part in [
      #""oneDouble":0,"#, #""oneBool":false,"#, #""oneBytes":"","#, #""oneColor":"NONE","#,
      #""manyMessage":[],"#, #""map0":{},"#,
    ] {
      #expect(every.contains(part), "\(part)")
    }
    #expect(!every.contains("maybeInt32") && !every.contains("oneMessage"))
  }

  @Test("What would move a cursor or turn text around is escaped")
  func escaped() throws {
    #expect(
      try line("test.Inner", "0a 0f 1b 22 5c 0a 7f c280 e280ae efbbbf c3a9")
        == #"{"name":"\u001b\"\\\n\u007f\u0080\u202e\ufeffé"}"#)
    #expect(try line("test.Inner", "0a 04 f3a08181") == #"{"name":"\udb40\udc41"}"#)
  }

  @Test("What a known type must not hold is shown as it came")
  func odd() throws {
    #expect(
      try line("google.protobuf.Timestamp", "10 ffffffffffffffffff01") == #"{"nanos":-1}"#)
    #expect(
      try line("google.protobuf.Duration", "08 01 10 ffffffffffffffffff01")
        == #"{"seconds":"1","nanos":-1}"#)
    #expect(
      try line("google.protobuf.Duration", "08 80808080808080808001 10 8080808008")
        == #"{"seconds":"-9223372036854775808","nanos":-2147483648}"#)
    #expect(try line("google.protobuf.FieldMask", "0a 02 4161") == #"{"paths":["Aa"]}"#)
    #expect(try line("google.protobuf.Value", "") == "null")
    #expect(
      try line("google.protobuf.Value", "11 000000000000f87f") == #""NaN""#)
  }

  @Test("An Any of an unknown type, or that is none of its type, shows its bytes")
  func unknownAny() throws {
    let error = #""@error":"the type is not known, or the value is none of it","@value":"ww==""#
    #expect(
      try line("google.protobuf.Any", "0a 03 78 2f 79 12 01 c3")
        == #"{"@type":"x/y","# + error + "}")
    #expect(
      try line("google.protobuf.Any", "0a 0a 746573742e496e6e6572 12 01 c3")
        == #"{"@type":"test.Inner","# + error + "}")
  }

  @Test("Any within Any ends at the depth that messages have")
  func deepAny() throws {
    let type = try #require(try TestFiles.schema().message(named: "google.protobuf.Any"))
    var bytes: [UInt8] = []
    for _ in 0..<2000 {
      var record = WireWriter()
      record.text(1, "x/google.protobuf.Any")
      record.record(2, bytes)
      bytes = record.bytes
    }
    let text = try DynamicMessage(type, decoding: bytes).json(JSONOptions(indented: false))
    #expect(text.contains("@error"))
    #expect(text.split(separator: "@type").count == 101)
  }

  @Test("Empty messages cost little, however many fields their type has")
  func manyFields() throws {
    var pool = DescriptorPool()
    let fields = (1...20_000).map { FieldDeclaration.one("f\($0)", $0 + 1, .int32) }
    try pool.add(
      DescriptorWriter.serialized(
        FileDeclaration(
          "x.proto", package: "x",
          messages: [MessageDeclaration("M", [.many("m", 1, .message("M"))] + fields)])))
    let type = try #require(try pool.link().message(named: "x.M"))
    let bytes = Array(repeating: hex("0a00"), count: 50_000).flatMap { $0 }
    let text = try DynamicMessage(type, decoding: bytes).json(JSONOptions(indented: false))
    #expect(text.utf8.count == 150_007)
  }

  @Test("A schema whose known types are other ones does not crash")
  func impostors() throws {
    let names = ["Timestamp", "Duration", "FieldMask", "Struct", "Value", "ListValue", "Any"]
    for fields in [
      [FieldDeclaration](), [.one("seconds", 1, .string), .many("value", 2, .int32)],
      [.one("paths", 1, .bool), .one("fields", 2, .bool), .one("values", 3, .bool)],
      [.one("null_value", 1, .bool), .one("type_url", 2, .double), .one("value", 3, .bool)],
    ] {
      var pool = DescriptorPool()
      try pool.add(
        DescriptorWriter.serialized(
          FileDeclaration(
            "x.proto", package: "google.protobuf", messages: names.map { .init($0, fields) })))
      let schema = try pool.link()
      for name in names {
        let type = try #require(schema.message(named: "google.protobuf.\(name)"))
        let message = try DynamicMessage(type, decoding: hex("0801 1001 1801 0a0161 120161"))
        _ = message.json(JSONOptions(emitDefaults: true))
        for text in [
          "{}", "null", "[1]", "1", "true", #""1s""#, #""a""#, #"{"a": 1}"#,
          #""2026-01-31T00:00:00Z""#, #"{"@type": "google.protobuf.Any", "value": {}}"#,
        ] {
          _ = try? DynamicMessage(type, json: text)
        }
      }
    }
  }
}
