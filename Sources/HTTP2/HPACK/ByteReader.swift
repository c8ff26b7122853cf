/// Walks over a header block. Borrows the bytes: it must not outlive them.
struct ByteReader {
  private(set) var next: UnsafeRawPointer
  private let end: UnsafeRawPointer

  /// Nil for an empty buffer.
  @inline(__always)
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
    next = start
    end = start + bytes.count
  }

  var isAtEnd: Bool {
    @inline(__always) get { next == end }
  }

  /// The byte that comes next, without taking it; nil at the end.
  var peek: UInt8? {
    @inline(__always) get { next < end ? next.load(as: UInt8.self) : nil }
  }

  /// Takes an integer whose first byte shares its upper bits with something else (RFC 7541 §5.1).
  /// `prefix`: how many low bits of the first byte belong to it, 4 to 7. Values of more than 28
  /// bits and more than four further bytes are refused: no length or index can need them.
  @inline(__always)
  mutating func integer(prefix: Int) throws(CompressionError) -> Int {
    guard next < end else { throw .truncated }
    let mask = (1 << prefix) - 1
    let value = Int(next.load(as: UInt8.self)) & mask
    next += 1
    return value < mask ? value : try integerTail(from: mask)
  }

  @inline(never)
  private mutating func integerTail(from start: Int) throws(CompressionError) -> Int {
    var value = start
    for shift in stride(from: 0, through: 21, by: 7) {
      guard next < end else { throw .truncated }
      let byte = next.load(as: UInt8.self)
      next += 1
      value += Int(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw .integerTooLarge
  }

  /// Takes a string literal (RFC 7541 §5.2) as it is on the wire.
  mutating func string() throws(CompressionError) -> StringLiteral {
    guard let first = peek else { throw .truncated }
    let count = try integer(prefix: 7)
    guard count <= end - next else { throw .truncated }
    defer { next += count }
    return StringLiteral(
      bytes: UnsafeRawBufferPointer(start: next, count: count), isHuffmanCoded: first >= 0x80)
  }
}

/// A string as it stands in a header block.
struct StringLiteral {
  let bytes: UnsafeRawBufferPointer
  let isHuffmanCoded: Bool

  /// Bytes of scratch memory that `resolve` may write: 0 where the string can be used in place.
  var scratch: Int {
    isHuffmanCoded ? Huffman.decodedBound(of: bytes.count) : 0
  }

  /// The text itself, decoded into `memory` when need be. Nil for invalid Huffman code.
  func resolve(in memory: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard isHuffmanCoded else { return bytes }
    return Huffman.decode(bytes, into: memory)
  }
}
