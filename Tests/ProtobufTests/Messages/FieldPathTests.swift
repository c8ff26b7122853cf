import Testing

@testable import Protobuf

@Suite("Field paths")
struct FieldPathTests {
  private func text(_ path: String, json: String, type: String = "test.Every") throws -> String? {
    let type = try #require(try TestFiles.schema().message(named: type))
    return try FieldPath(path, in: type).text(in: DynamicMessage(type, json: json))
  }

  @Test("A scalar is found under either name, through messages as well")
  func found() throws {
    #expect(try text("renamed", json: #"{"other-Name": "pod-1"}"#) == "pod-1")
    #expect(try text("other-Name", json: #"{"renamed": "pod-1"}"#) == "pod-1")
    let nested = #"{"oneMessage": {"next": {"next": {"name": "x", "count": 7}}}}"#
    #expect(try text("one_message.next.next.name", json: nested) == "x")
    #expect(try text("oneMessage.next.next.count", json: nested) == "7")
    #expect(try text("one_bool", json: #"{"oneBool": true}"#) == "true")
    #expect(try text("one_color", json: #"{"oneColor": "RED"}"#) == "RED")
    #expect(try text("one_color", json: #"{"oneColor": 77}"#) == "77")
    #expect(try text("one_bytes", json: #"{"oneBytes": "_w"}"#) == "/w==")
    #expect(try text("one_double", json: #"{"oneDouble": "-Infinity"}"#) == "-Infinity")
  }

  @Test("What is unset has no text, but a number without presence is 0")
  func absent() throws {
    #expect(try text("one_message.name", json: "{}") == nil)
    #expect(try text("maybe_int32", json: "{}") == nil)
    #expect(try text("either_text", json: "{}") == nil)
    #expect(try text("one_string", json: "{}") == nil)
    #expect(try text("either_text", json: #"{"eitherText": ""}"#) == "")
    #expect(try text("one_uint32", json: "{}") == "0")
    #expect(try text("one_color", json: "{}") == "NONE")
  }

  @Test("A path that leads nowhere is refused before any message came")
  func refused() {
    #expect(
      throws: LookupError.unknownField(
        "host", message: "test.Inner", known: ["name", "count", "next"])
    ) { try text("one_message.host", json: "{}") }
    #expect(throws: LookupError.notAMessage("one_string", message: "test.Every")) {
      try text("one_string.x", json: "{}")
    }
    for path in ["one_message", "many_int32", "map_0", "", "one_message.", ".one_string"] {
      #expect(throws: LookupError.self, "\(path)") { try text(path, json: "{}") }
    }
  }
}
