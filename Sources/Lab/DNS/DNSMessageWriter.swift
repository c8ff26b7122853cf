import Naming

/// Writes one answer message, compressing names (RFC 1035 §4.1.4).
struct DNSMessageWriter {
  private(set) var bytes: [UInt8] = []
  private var suffixes: [String: Int] = [:]
  private var answers: UInt16 = 0
  private var authorities: UInt16 = 0
  private var additionals: UInt16 = 0

  /// Begins with the header and the question repeated.
  init(answering question: DNSQuestion, responseCode: UInt16, truncated: Bool = false) {
    word(question.id)
    // QR, opcode, AA, TC, RD repeated; RA set, since Go takes an empty answer without AA and RA
    // for a lame referral.
    bytes.append(
      0x80 | question.opcode << 3 | 0x04 | (truncated ? 0x02 : 0)
        | (question.recursionDesired ? 1 : 0))
    bytes.append(0x80 | UInt8(responseCode & 15))
    for count: UInt16 in [1, 0, 0, 0] { word(count) }
    remember(question.name, at: bytes.count)
    bytes += question.section
  }

  /// The message with its counts filled in.
  func finished() -> [UInt8] {
    var message = bytes
    for (index, count) in [answers, authorities, additionals].enumerated() {
      message[6 + 2 * index] = UInt8(count >> 8)
      message[7 + 2 * index] = UInt8(count & 255)
    }
    return message
  }

  mutating func answer(_ owner: String, _ record: ZoneRecord, ttl: UInt32) {
    answers += 1
    write(owner, record, ttl: ttl)
  }

  /// A record that was not asked for: the address of an SRV target.
  mutating func additional(_ owner: String, _ record: ZoneRecord, ttl: UInt32) {
    additionals += 1
    write(owner, record, ttl: ttl)
  }

  private mutating func write(_ owner: String, _ record: ZoneRecord, ttl: UInt32) {
    header(owner, type: record.kind.rawValue, ttl: ttl)
    data { writer in
      switch record {
      case .address(.v4(let value)): writer.long(value)
      case .address(.v6(let high, let low)):
        for half in [high, low] {
          writer.long(UInt32(half >> 32))
          writer.long(UInt32(truncatingIfNeeded: half))
        }
      case .cname(let target): writer.name(target)
      case .srv(let priority, let weight, let port, let target):
        for field in [priority, weight, port] { writer.word(field) }
        // RFC 2782 forbids compression of the target.
        writer.name(target, compressed: false)
      case .txt(let strings): for string in strings { writer.characterStrings(string) }
      }
    }
  }

  /// The SOA record of negative answers; its minimum is how long they may be cached, in seconds.
  mutating func authority(origin: String, minimum: UInt32) {
    authorities += 1
    header(origin, type: 6, ttl: minimum)
    data { writer in
      writer.name("ns.dns.\(origin)")
      writer.name("hostmaster.\(origin)")
      for field in [1, 7200, 1800, 86400, minimum] { writer.long(field) }
    }
  }

  /// The OPT record of the answer (RFC 6891 §6.1.3).
  mutating func edns(payloadSize: UInt16, responseCode: UInt16) {
    additionals += 1
    bytes.append(0)
    word(41)
    word(payloadSize)
    bytes += [UInt8(responseCode >> 4), 0, 0, 0]
    word(0)
  }

  private mutating func header(_ owner: String, type: UInt16, ttl: UInt32) {
    name(owner)
    word(type)
    word(1)
    long(ttl)
  }

  private mutating func data(_ write: (inout Self) -> Void) {
    let start = bytes.count
    word(0)
    write(&self)
    let length = bytes.count - start - 2
    bytes[start] = UInt8(length >> 8)
    bytes[start + 1] = UInt8(length & 255)
  }

  private mutating func name(_ name: String, compressed: Bool = true) {
    var rest = DNSZone.canonical(name)[...]
    while !rest.isEmpty {
      if compressed, let offset = suffixes[String(rest)] { return word(0xC000 | UInt16(offset)) }
      if compressed, bytes.count < 0x4000 { suffixes[String(rest)] = bytes.count }
      let label = rest.prefix { $0 != "." }
      precondition((1...63).contains(label.utf8.count), "a label has 1 to 63 bytes")
      bytes.append(UInt8(label.utf8.count))
      bytes += label.utf8
      rest = rest.dropFirst(label.count + 1)
    }
    bytes.append(0)
  }

  private mutating func remember(_ name: String, at offset: Int) {
    var rest = name[...]
    while !rest.isEmpty {
      suffixes[String(rest)] = offset + name.utf8.count - rest.utf8.count
      rest = rest.drop { $0 != "." }.dropFirst()
    }
  }

  /// RFC 1035 §3.3: pieces of up to 255 bytes, each after its length; at least one.
  private mutating func characterStrings(_ text: String) {
    var rest = Array(text.utf8)[...]
    repeat {
      let piece = rest.prefix(255)
      bytes.append(UInt8(piece.count))
      bytes += piece
      rest = rest.dropFirst(255)
    } while !rest.isEmpty
  }

  private mutating func word(_ value: UInt16) {
    bytes += [UInt8(value >> 8), UInt8(value & 255)]
  }

  private mutating func long(_ value: UInt32) {
    word(UInt16(value >> 16))
    word(UInt16(truncatingIfNeeded: value))
  }
}
