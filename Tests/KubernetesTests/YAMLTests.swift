import Testing

@testable import Kubernetes

@Suite("YAML")
struct YAMLTests {
  private func json(_ text: String) throws -> String? {
    try YAMLReader.read(Array(text.utf8))?.json
  }

  private func failure(_ text: String) -> YAMLError? {
    do throws(YAMLError) { _ = try YAMLReader.read(Array(text.utf8)) } catch { return error }
    return nil
  }

  @Test("mappings, lists, scalars in all their styles")
  func values() throws {
    let text = """
      # a comment
      a: {b: [1, -2.5e3, "1", yes, true, null, ~]}
      c:
      - |
        two
        lines
      - >-
        folded
        text
      'd': ""
      e:
      """
    #expect(
      try json(text)
        == #"{"a":{"b":[1,-2.5e3,"1","yes",true,null,null]},"c":["two\u000alines\u000a","#
        + #""folded text"],"d":"","e":null}"#)
  }

  @Test("JSON is YAML")
  func jsonText() throws {
    #expect(
      try json(#"{"a": [1, {"b": "c\"d"}], "e": false}"#)
        == #"{"a":[1,{"b":"c\"d"}],"e":false}"#)
  }

  @Test("anchors and aliases")
  func aliases() throws {
    #expect(try json("a: &x [1, 2]\nb: *x\n") == #"{"a":[1,2],"b":[1,2]}"#)
    #expect(failure("a: *nobody")?.message == "an alias without its anchor")
    #expect(failure("a: &x [*x]") != nil)
  }

  @Test("nothing, and what comes after the first document")
  func documents() throws {
    #expect(try json("") == nil)
    #expect(try json("# only a comment\n") == nil)
    #expect(try json("---\na: 1\n---\nb: 2\n") == #"{"a":1}"#)
  }

  @Test("what is malformed is said with its line")
  func malformed() throws {
    #expect(failure("a: 1\nb: [1\nc: 2\n")?.line == 3)
    #expect(failure("a: 1\n\tb: 2\n")?.line == 2)
    #expect(failure("a: b: c")?.line == 1)
    #expect(failure("? [a]\n: b")?.message == "a key is no text")
    #expect(failure("a: \"\u{1}\"") != nil)
  }

  @Test("aliases of aliases and endless nesting end early")
  func bombs() throws {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(failure(bomb)?.message == "too many values")
    #expect(failure(String(repeating: "[", count: 1000))?.message == "nested too deeply")
  }

  @Test("no text crashes the reader, cut off or with a byte changed")
  func cuts() throws {
    let text = Array("a: &x {b: [1, \"c\\n\"], 'd': |\n  e\n}\nf: *x\n--- !!str g\n".utf8)
    for end in text.indices { _ = try? YAMLReader.read(Array(text[..<end])) }
    for index in text.indices {
      for byte: UInt8 in [0, 9, 0x22, 0x26, 0x2A, 0x5B, 0x7B, 0x80, 0xFF] {
        var changed = text
        changed[index] = byte
        _ = try? YAMLReader.read(changed)
      }
    }
  }
}
