/// Reads the fields of a DNS message in order.
struct DNSReader {
  let bytes: UnsafeRawBufferPointer
  var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func word() throws(DNSMessage.Malformed) -> UInt16 {
    guard position + 2 <= bytes.count else { throw DNSMessage.Malformed() }
    defer { position += 2 }
    return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
  }

  mutating func long() throws(DNSMessage.Malformed) -> UInt32 {
    UInt32(try word()) << 16 | UInt32(try word())
  }

  /// A name in presentation form without final dot; dots inside labels and everything but printable
  /// ASCII are escaped as in zone files (RFC 1035 §5.1).
  mutating func name() throws(DNSMessage.Malformed) -> String {
    var text: [UInt8] = []
    var cursor = position
    var end: Int?
    var lowest = position
    while true {
      guard cursor < bytes.count else { throw DNSMessage.Malformed() }
      let length = Int(bytes[cursor])
      switch length {
      case 0:
        position = end ?? cursor + 1
        return String(decoding: text, as: UTF8.self)
      case 1...63:
        guard cursor + 1 + length <= bytes.count else { throw DNSMessage.Malformed() }
        if !text.isEmpty { text.append(UInt8(ascii: ".")) }
        for byte in bytes[(cursor + 1)..<(cursor + 1 + length)] { Self.append(byte, to: &text) }
        // RFC 1035 §3.1 allows 255 bytes; escapes take up to four each.
        guard text.count <= 4 * 255 else { throw DNSMessage.Malformed() }
        cursor += 1 + length
      case 0xC0...0xFF:
        guard cursor + 1 < bytes.count else { throw DNSMessage.Malformed() }
        let target = (length & 0x3F) << 8 | Int(bytes[cursor + 1])
        // Strictly backwards, so that no loop is possible.
        guard target < lowest else { throw DNSMessage.Malformed() }
        end = end ?? cursor + 2
        lowest = target
        cursor = target
      default: throw DNSMessage.Malformed()
      }
    }
  }

  /// The strings of a TXT record, joined.
  mutating func characterStrings(upTo end: Int) throws(DNSMessage.Malformed) -> String {
    var text: [UInt8] = []
    while position < end {
      let next = position + 1 + Int(bytes[position])
      guard next <= end else { throw DNSMessage.Malformed() }
      text += bytes[(position + 1)..<next]
      position = next
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func append(_ byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
    case 0x21...0x7E: text.append(byte)
    default:
      let digits = [byte / 100, byte / 10 % 10, byte % 10].map { UInt8(ascii: "0") + $0 }
      text += [UInt8(ascii: "\\")] + digits
    }
  }
}
