import Testing

@testable import Protobuf

@Suite("Decoding and encoding")
struct DecodingTests {
  private let every: MessageType
  private let every2: MessageType
  private let inner: MessageType

  init() throws {
    let schema = try TestFiles.schema()
    every = try #require(schema.message(named: "test.Every"))
    every2 = try #require(schema.message(named: "test2.Every"))
    inner = try #require(schema.message(named: "test.Inner"))
  }

  /// Shortens what a message holds to one line.
  private func line(_ type: MessageType, _ bytes: String) throws -> String {
    try DynamicMessage(type, decoding: hex(bytes)).json(JSONOptions(indented: false))
  }

  @Test("Of singular scalars the last counts, messages are merged")
  func last() throws {
    #expect(try line(every, "18 01 18 05") == #"{"oneInt32":5}"#)
    #expect(
      try line(every, "aa01 05 0a0161 1001 aa01 02 1007")
        == #"{"oneMessage":{"name":"a","count":"7"}}"#)
    #expect(try line(every, "18 05 18 00") == "{}")
  }

  @Test("Packed and unpacked lists are read alike, also mixed; so are empty runs")
  func packed() throws {
    let list = #"{"manyInt32":[3,270,86942]}"#
    #expect(try line(every, "ba06 06 03 8e02 9ea705") == list)
    #expect(try line(every, "b806 03 b806 8e02 b806 9ea705") == list)
    #expect(try line(every, "b806 03 ba06 05 8e02 9ea705") == list)
    #expect(try line(every, "ba06 00") == "{}")
    #expect(throws: WireError(kind: .truncated, offset: 3)) { try line(every, "ba06 01 80") }
  }

  @Test("Narrow integers take the low bits of longer varints")
  func narrow() throws {
    #expect(try line(every, "18 ffffffffffffffffff01") == #"{"oneInt32":-1}"#)
    #expect(try line(every, "18 8180808020") == #"{"oneInt32":1}"#)
    #expect(try line(every, "28 ffffffff7f") == #"{"oneUint32":4294967295}"#)
    #expect(try line(every, "38 ffffffffff01") == #"{"oneSint32":-2147483648}"#)
    #expect(try line(every, "68 8002") == #"{"oneBool":true}"#)
  }

  @Test("The last member of a oneof clears the others; the same message again is merged")
  func oneof() throws {
    #expect(try line(every, "f201 0161 f801 09") == #"{"eitherNumber":"9"}"#)
    #expect(try line(every, "f801 00") == #"{"eitherNumber":"0"}"#)
    #expect(
      try line(every, "8202 03 0a0161 8202 02 1001")
        == #"{"eitherMessage":{"name":"a","count":"1"}}"#)
    #expect(
      try line(every, "8202 03 0a0161 f801 01 8202 02 1001")
        == #"{"eitherMessage":{"count":"1"}}"#)
  }

  @Test("Of a map's equal keys the last counts; key and value may be absent")
  func maps() throws {
    #expect(
      try line(every, "e212 06 0a0161 120162 e212 06 0a0161 120163 e212 00")
        == #"{"map0":{"":"","a":"c"}}"#)
    let message = try DynamicMessage(every, decoding: hex("e212 00"))
    #expect(message.encoded() == hex("e212 04 0a00 1200"))
  }

  @Test("Text keys that only Unicode calls equal stay apart")
  func equivalentKeys() throws {
    let composed = "e212 06 0a02c3a9 1200"
    let decomposed = "e212 07 0a0365cc81 1200"
    let message = try DynamicMessage(every, decoding: hex(composed + decomposed))
    #expect(message.encoded() == hex(decomposed + composed))
  }

  @Test("Enum numbers without a name: open enums keep them, of closed ones they are unknown")
  func enums() throws {
    #expect(try line(every, "a001 63") == #"{"oneColor":99}"#)
    for bytes in ["c802 07", "d002 07 d002 08", "fa02 05 0a0161 1007"] {
      let message = try DynamicMessage(every2, decoding: hex(bytes))
      #expect(message.json(JSONOptions(indented: false)) == "{}")
      #expect(message.encoded() == hex(bytes))
    }
    #expect(try line(every2, "c802 05 c802 07") == #"{"tint":"BLUE"}"#)
    let packed = try DynamicMessage(every2, decoding: hex("f202 03 05 07 03"))
    #expect(packed.encoded() == hex("f202 02 05 03 f002 07"))
  }

  @Test("Groups are read and written between their tags")
  func groups() throws {
    let bytes = hex("db02 0805 12 03 0a0161 dc02 e302 0a0162 e402 e302 e402")
    let message = try DynamicMessage(every2, decoding: bytes)
    #expect(
      message.json(JSONOptions(indented: false))
        == #"{"cluster":{"size":5,"inner":{"name":"a"}},"heap":[{"label":"b"},{}]}"#)
    #expect(message.encoded() == bytes)
    #expect(throws: WireError(kind: .endOfGroup, offset: 2)) { try line(every2, "db02 e402") }
    #expect(throws: WireError(kind: .truncated, offset: 4)) { try line(every2, "db02 0805") }
  }

  @Test("Fields of another wire type are kept as unknown ones, in their order")
  func unknown() throws {
    let bytes = hex("1d 01020304 a01f 05 9b1f 08 01 9c1f 0a 02 6162")
    let message = try DynamicMessage(inner, decoding: bytes)
    #expect(message.unknownFields == hex("1d 01020304 a01f 05 9b1f 08 01 9c1f"))
    #expect(message.encoded() == hex("0a 02 6162") + message.unknownFields)
  }

  @Test("Without presence the default is not sent; with presence it is; -0 is no default")
  func defaults() throws {
    var message = DynamicMessage(every)
    try message.set("one_int32", to: .integer(0))
    try message.set("maybe_int32", to: .integer(0))
    try message.set("one_double", to: .double(-0.0))
    try message.set("many_int32", to: .list([]))
    #expect(message.encoded() == hex("09 0000000000000080 b001 00"))
    #expect(message["one_int32"] == nil)
    #expect(message.value(of: try every.field(named: "one_int32")) == .integer(0))
    #expect(message["maybeInt32"] == .integer(0))
    let unset = DynamicMessage(every2)
    #expect(unset.value(of: try every2.field(named: "seven")) == .integer(-7))
  }

  @Test("What does not fit a field cannot be stored in it")
  func misfits() throws {
    var message = DynamicMessage(every)
    let misfits: [(String, Value)] = [
      ("one_int32", .integer(1 << 31)), ("one_int32", .unsigned(1)), ("one_int32", .list([])),
      ("one_uint32", .unsigned(1 << 32)), ("many_int32", .integer(1)),
      ("many_int32", .list([.integer(1), .bool(true)])), ("one_message", .string("")),
      ("one_message", .message(DynamicMessage(every))), ("map_0", .list([])),
      ("map_0", .map([.string("a"): .integer(1)])), ("map_0", .map([.integer(1): .string("")])),
    ]
    for (name, value) in misfits {
      #expect(throws: LookupError.self, "\(name)") { try message.set(name, to: value) }
    }
    #expect(message == DynamicMessage(every))
    #expect(throws: LookupError.self) { try message.set("nothing", to: .bool(true)) }
  }

  @Test("Messages are read 100 deep and no deeper")
  func depth() throws {
    func nested(_ depth: Int) -> [UInt8] {
      (1..<depth).reduce([]) { inner, _ in
        var record = WireWriter()
        record.record(3, inner)
        return record.bytes
      }
    }
    #expect(try DynamicMessage(inner, decoding: nested(100)).encoded() == nested(100))
    #expect(throws: WireError.self) { try DynamicMessage(inner, decoding: nested(101)) }
  }

  @Test("Text has to be UTF-8, but for proto2, where other bytes are kept as unknown")
  func text() throws {
    #expect(throws: WireError(kind: .invalidUTF8, offset: 2)) { try line(inner, "0a 01 ff") }
    for bytes in ["7201ff", "9207 01 ff", "fa02 05 0a01ff 1001"] {
      let message = try DynamicMessage(every2, decoding: hex(bytes))
      #expect(message.unknownFields == hex(bytes))
      #expect(message.encoded() == hex(bytes))
    }
  }

  @Test("Messages have a largest size")
  func size() {
    #expect(throws: WireError(kind: .tooLarge, offset: 0)) {
      try DynamicMessage(
        inner, decoding: Array(repeating: 0, count: Limits.messageBytes + 1))
    }
  }
}
