import Testing

@testable import Protobuf

@Suite("JSON texts")
struct JSONReaderTests {
  @Test(
    "What is no JSON is refused, with line and column",
    arguments: [
      ("", 1, 1, "ends where a value"), ("{", 1, 2, "key in quotes"), ("{}x", 1, 3, "follows"),
      (#"{"a":1,}"#, 1, 8, "key in quotes"), (#"{"a" 1}"#, 1, 6, "colon"),
      (#"{"a":1 "b":2}"#, 1, 8, "comma or }"), ("[1 2]", 1, 4, "comma or ]"),
      ("[1,]", 1, 4, "a value"), ("{\n  \"a\": tru\n}", 2, 8, "a value"),
      ("{\n\"é\": 1,\n\"语\": 01}", 3, 6, "a value"), (#"{"a":1,"a":2}"#, 1, 8, "twice"),
      (#"["\x"]"#, 1, 3, "escape"), (#"["\u12"]"#, 1, 3, "escape"),
      (#"["\ud800"]"#, 1, 3, "surrogate"), (#"["\udc00\ud800"]"#, 1, 3, "surrogate"),
      ("[\"a\nb\"]", 1, 4, "control"), ("[\"a", 1, 4, "inside a string"), ("+1", 1, 1, "a value"),
      ("1.", 1, 1, "a value"), (".5", 1, 1, "a value"), ("1e", 1, 1, "a value"),
      ("NaN", 1, 1, "a value"), ("'a'", 1, 1, "a value"), ("[1]]", 1, 4, "follows"),
    ])
  func malformed(text: String, line: Int, column: Int, reason: String) throws {
    let error = try #require(throws: JSONError.self) { try JSONReader.read(Array(text.utf8)) }
    #expect(error.line == line && error.column == column, "\(error)")
    #expect(error.reason.contains(reason), "\(error)")
  }

  @Test("Values are read 100 deep and no deeper")
  func depth() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    _ = try JSONReader.read(nested(100))
    #expect(throws: JSONError.self) { try JSONReader.read(nested(101)) }
    #expect(throws: JSONError.self) { try JSONReader.read(nested(1_000_000)) }
  }

  @Test("Escapes stand for what they stand for, also in pairs")
  func escapes() throws {
    let node = try JSONReader.read(Array(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000""#.utf8))
    guard case .string(let text) = node.content else {
      Issue.record("no string")
      return
    }
    #expect(text == "\"\\/\u{8}\u{c}\n\r\té😀\0")
  }

  @Test("Invalid UTF-8 is refused")
  func utf8() {
    #expect(throws: JSONError.self) { try JSONReader.read([0x22, 0xff, 0x22]) }
  }

  @Test("Keys that only Unicode calls equal are two")
  func equivalentKeys() throws {
    _ = try JSONReader.read(Array("{\"\u{e9}\": 1, \"e\u{301}\": 2}".utf8))
  }
}
