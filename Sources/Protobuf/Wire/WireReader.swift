/// Walks over the records of a message (protobuf.dev/programming-guides/encoding). A copy is a
/// second reader at the same place.
struct WireReader {
  let bytes: [UInt8]
  private(set) var offset: Int
  private let end: Int

  init(_ bytes: [UInt8]) {
    self.init(bytes, from: 0, to: bytes.count)
  }

  private init(_ bytes: [UInt8], from offset: Int, to end: Int) {
    self.bytes = bytes
    self.offset = offset
    self.end = end
  }

  var isAtEnd: Bool { offset == end }

  func error(_ kind: WireError.Kind) -> WireError { WireError(kind: kind, offset: offset) }

  /// Nil at the end. Takes nothing when it throws, so that the error points at the tag.
  mutating func tag() throws(WireError) -> Tag? {
    if isAtEnd { return nil }
    var ahead = self
    let word = try ahead.varint(atMost: 5)
    guard let type = WireType(rawValue: UInt8(word & 7)) else {
      throw error(.wireType(UInt8(word & 7)))
    }
    let number = word >> 3
    guard number >= 1, number <= UInt64(Tag.highestNumber) else { throw error(.fieldNumber) }
    offset = ahead.offset
    return Tag(number: Int(number), type: type)
  }

  /// What ten bytes hold beyond 64 bits is dropped, as most implementations do. Tags and lengths
  /// have at most five bytes.
  mutating func varint(atMost limit: Int = 10) throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    var next = offset
    for index in 0..<limit {
      guard next < end else { throw error(.truncated) }
      let byte = bytes[next]
      next += 1
      value |= UInt64(byte & 0x7f) << UInt64(7 * index)
      if byte < 0x80 {
        offset = next
        return value
      }
    }
    throw error(.varintTooLong)
  }

  mutating func fixed32() throws(WireError) -> UInt32 {
    UInt32(truncatingIfNeeded: try littleEndian(4))
  }

  mutating func fixed64() throws(WireError) -> UInt64 { try littleEndian(8) }

  private mutating func littleEndian(_ count: Int) throws(WireError) -> UInt64 {
    guard end - offset >= count else { throw error(.truncated) }
    defer { offset += count }
    return (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  /// The length-delimited value that comes next, as a reader over it.
  mutating func block() throws(WireError) -> WireReader {
    var ahead = self
    let count = try ahead.varint(atMost: 5)
    guard count <= UInt64(end - ahead.offset) else { throw error(.truncated) }
    let block = WireReader(bytes, from: ahead.offset, to: ahead.offset + Int(count))
    offset = ahead.offset + Int(count)
    return block
  }

  mutating func byteString() throws(WireError) -> [UInt8] { try block().rest }

  mutating func string() throws(WireError) -> String {
    let block = try block()
    guard let text = String(validating: bytes[block.offset..<block.end], as: UTF8.self) else {
      throw block.error(.invalidUTF8)
    }
    return text
  }

  /// All that has not been read.
  var rest: [UInt8] { Array(bytes[offset..<end]) }

  /// Passes over the value of a field whose tag was just taken, a group with all that is in it.
  mutating func skip(_ tag: Tag) throws(WireError) {
    var open: [Int] = []
    var tag = tag
    while true {
      switch tag.type {
      case .varint: _ = try varint()
      case .fixed64: _ = try fixed64()
      case .fixed32: _ = try fixed32()
      case .lengthDelimited: _ = try block()
      case .startGroup:
        guard open.count < Limits.depth else { throw error(.tooDeep) }
        open.append(tag.number)
      case .endGroup:
        guard open.popLast() == tag.number else { throw error(.endOfGroup) }
      }
      if open.isEmpty { return }
      guard let next = try self.tag() else { throw error(.truncated) }
      tag = next
    }
  }
}

extension UInt64 {
  /// 0, 1, 2, 3 … stand for 0, -1, 1, -2 … (encoding, "Signed Integers").
  var zigZagDecoded: Int64 { Int64(bitPattern: self >> 1) ^ -Int64(bitPattern: self & 1) }
}
