import Testing

@testable import Protobuf

/// Bytes and values of protobuf.dev/programming-guides/encoding.
@Suite("Wire format")
struct WireReaderTests {
  @Test(
    "Varints",
    arguments: [
      ("01", 1), ("9601", 150), ("00", 0), ("7f", 127), ("8001", 128),
      ("feffffffffffffffff01", UInt64(bitPattern: -2)), ("ffffffffffffffffff01", UInt64.max),
    ])
  func varint(text: String, value: UInt64) throws {
    var reader = WireReader(hex(text))
    #expect(try reader.varint() == value)
    #expect(reader.isAtEnd)
    var writer = WireWriter()
    writer.varint(value)
    #expect(writer.bytes == hex(text))
  }

  @Test("Padded varints count; what ten bytes have beyond 64 bits is dropped")
  func padded() throws {
    var reader = WireReader(hex("8180808080808080 8000 8080808080808080807e"))
    #expect(try reader.varint() == 1)
    #expect(try reader.varint() == 0)
  }

  @Test(
    "Signed integers zigzag",
    arguments: [
      (0, 0), (-1, 1), (1, 2), (-2, 3), (0x7fff_ffff, 0xffff_fffe), (-0x8000_0000, 0xffff_ffff),
      (Int64.max, UInt64.max - 1), (Int64.min, UInt64.max),
    ])
  func zigZag(value: Int64, coded: UInt64) {
    #expect(value.zigZagEncoded == coded)
    #expect(coded.zigZagDecoded == value)
  }

  @Test("Fixed sizes are little-endian")
  func fixed() throws {
    var reader = WireReader(hex("78563412 f0debc9a78563412"))
    #expect(try reader.fixed32() == 0x1234_5678)
    #expect(try reader.fixed64() == 0x1234_5678_9abc_def0)
    var writer = WireWriter()
    writer.fixed32(0x1234_5678)
    writer.fixed64(0x1234_5678_9abc_def0)
    #expect(writer.bytes == hex("78563412 f0debc9a78563412"))
  }

  @Test("A tag has number and type; a padded one counts as well")
  func tag() throws {
    var reader = WireReader(hex("08 12 8a00 f8ffffff0f"))
    #expect(try reader.tag() == Tag(number: 1, type: .varint))
    #expect(try reader.tag() == Tag(number: 2, type: .lengthDelimited))
    #expect(try reader.tag() == Tag(number: 1, type: .lengthDelimited))
    #expect(try reader.tag() == Tag(number: Tag.highestNumber, type: .varint))
    #expect(try reader.tag() == nil)
  }

  @Test(
    "What is no message is refused, with its place",
    arguments: [
      ("08", WireError.Kind.truncated, 1), ("0880", .truncated, 1), ("0d000000", .truncated, 1),
      ("0900000000000000", .truncated, 1), ("1203 6162", .truncated, 1), ("0b", .truncated, 1),
      ("0b 0800", .truncated, 3), ("00", .fieldNumber, 0), ("0e", .wireType(6), 0),
      ("0801 0f", .wireType(7), 2), ("0c", .endOfGroup, 1), ("0b 14", .endOfGroup, 2),
      ("08 8080808080808080808000", .varintTooLong, 1), ("888080808000", .varintTooLong, 0),
      ("8080808010", .fieldNumber, 0), ("8080808000", .fieldNumber, 0),
      ("12 808080808000", .varintTooLong, 1), ("12 ffffffff0f", .truncated, 1),
    ])
  func malformed(text: String, kind: WireError.Kind, offset: Int) {
    #expect(throws: WireError(kind: kind, offset: offset)) {
      var reader = WireReader(hex(text))
      while let tag = try reader.tag() { try reader.skip(tag) }
    }
  }

  @Test("Groups within groups are passed over, up to the limit")
  func groups() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array(repeating: 0x0b, count: depth) + Array(repeating: 0x0c, count: depth)
    }
    var reader = WireReader(nested(100) + [0x08, 1])
    let tag = try #require(try reader.tag())
    try reader.skip(tag)
    #expect(try reader.tag() == Tag(number: 1, type: .varint))
    #expect(throws: WireError(kind: .tooDeep, offset: 101)) {
      var reader = WireReader(nested(101))
      if let tag = try reader.tag() { try reader.skip(tag) }
    }
  }
}
