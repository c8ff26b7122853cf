import Naming
import Testing

@testable import Protobuf

@Suite("Random messages", .timeLimit(.minutes(2)))
struct RandomMessageTests {
  @Test("What is encoded decodes to the same, in JSON as well", arguments: TestFiles.messages)
  func roundTrip(name: String) throws {
    let type = try #require(try TestFiles.schema().message(named: name))
    var random = SplitMix64(seed: 1)
    for round in 0..<400 {
      let message = random.message(type, density: round % 4 * 20 + 5)
      let bytes = message.encoded()
      let decoded = try DynamicMessage(type, decoding: bytes)
      try #require(decoded.encoded() == bytes)
      try #require(decoded.unknownFields.isEmpty)
      for options in [JSONOptions(), JSONOptions(emitDefaults: true, indented: false)] {
        let text = message.json(options)
        let read = try DynamicMessage(type, json: text)
        try #require(read.encoded() == bytes, "\(text)")
      }
    }
  }

  @Test("Encodings one after the other merge: setting the same again changes nothing")
  func merge() throws {
    let type = try #require(try TestFiles.schema().message(named: "test.Inner"))
    var random = SplitMix64(seed: 2)
    for _ in 0..<200 {
      let bytes = random.message(type, density: 80).encoded()
      #expect(try DynamicMessage(type, decoding: bytes + bytes).encoded() == bytes)
    }
  }

  @Test("Cut anywhere or changed anywhere, nothing crashes", arguments: TestFiles.messages)
  func hostile(name: String) throws {
    let type = try #require(try TestFiles.schema().message(named: name))
    var random = SplitMix64(seed: 3)
    for _ in 0..<10 {
      let bytes = random.message(type, density: 8).encoded()
      for count in bytes.indices {
        let cut = try? DynamicMessage(type, decoding: Array(bytes.prefix(count)))
        if let cut { #expect(cut.encoded().count <= 2 * count + 64) }
        var changed = bytes
        changed[count] = UInt8.random(in: .min ... .max, using: &random)
        if let message = try? DynamicMessage(type, decoding: changed) {
          let again = try DynamicMessage(type, decoding: message.encoded())
          #expect(again.encoded() == message.encoded())
          _ = message.json()
        }
      }
    }
  }

  @Test("What another type makes of the bytes is kept as unknown fields and sent on")
  func unknown() throws {
    let schema = try TestFiles.schema()
    let type = try #require(schema.message(named: "test.Every"))
    let empty = try #require(schema.message(named: "google.protobuf.Empty"))
    var random = SplitMix64(seed: 4)
    for _ in 0..<100 {
      let bytes = random.message(type).encoded()
      let relayed = try DynamicMessage(empty, decoding: bytes)
      #expect(relayed.unknownFields == bytes)
      #expect(relayed.encoded() == bytes)
    }
  }

  @Test("JSON cut or changed anywhere never crashes")
  func hostileJSON() throws {
    let type = try #require(try TestFiles.schema().message(named: "test.Every"))
    var random = SplitMix64(seed: 5)
    for _ in 0..<5 {
      let text = Array(random.message(type, density: 5).json(JSONOptions(indented: false)).utf8)
      for count in text.indices {
        let cut = String(decoding: text.prefix(count), as: UTF8.self)
        #expect(throws: JSONError.self) { try DynamicMessage(type, json: cut) }
        var changed = text
        changed[count] = UInt8.random(in: .min ... .max, using: &random)
        _ = try? DynamicMessage(type, json: String(decoding: changed, as: UTF8.self))
      }
    }
  }

  @Test("A message with many small values decodes in time that grows with its size")
  func large() throws {
    let type = try #require(try TestFiles.schema().message(named: "test.Every"))
    let items = Array(repeating: hex("ca07 02 0a00 a806 01"), count: 200_000).flatMap { $0 }
    let message = try DynamicMessage(type, decoding: items)
    #expect(message["many_message"]?.asList?.count == 200_000)
  }
}
