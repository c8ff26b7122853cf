import Naming

/// The parts of a DNS message (RFC 1035 §4) that an answer is made of. Reads bytes from outside:
/// every length is checked, and compression pointers only lead backwards.
struct DNSMessage: Equatable {
  let id: UInt16
  let isResponse: Bool
  let isTruncated: Bool
  /// Without the upper bits that EDNS adds.
  let responseCode: UInt16
  /// Lower case, without final dot.
  let questionName: String
  let questionType: UInt16
  /// Of the answer section; of types that are not known nothing is kept.
  var records: [DNSRecord] = []
  var aliases: [DNSAlias] = []
  /// Of the additional section: addresses of SRV targets, which CoreDNS sends along.
  var additional: [DNSRecord] = []

  struct Malformed: Error, Equatable {}

  /// Reads header and question only.
  init(head bytes: UnsafeRawBufferPointer) throws(Malformed) {
    var reader = DNSReader(bytes)
    try self.init(&reader)
  }

  /// Reads the records, too.
  init(_ bytes: UnsafeRawBufferPointer) throws(Malformed) {
    var reader = DNSReader(bytes)
    try self.init(&reader)
    let counts = [6, 8, 10].map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
    for _ in 0..<counts[0] { records += try readRecord(&reader) }
    for _ in 0..<counts[1] + counts[2] {
      additional += try readRecord(&reader, keepingAliases: false)
    }
  }

  private init(_ reader: inout DNSReader) throws(Malformed) {
    id = try reader.word()
    let flags = try reader.word()
    isResponse = flags & 0x8000 != 0
    isTruncated = flags & 0x0200 != 0
    responseCode = flags & 15
    let questions = try reader.word()
    for _ in 0..<3 { _ = try reader.word() }
    guard questions == 1 else { throw Malformed() }
    questionName = try reader.name().lowercased()
    questionType = try reader.word()
    guard try reader.word() == 1 else { throw Malformed() }
  }

  /// - Returns: one record, or none where its type is not known or an alias was kept instead.
  private mutating func readRecord(
    _ reader: inout DNSReader, keepingAliases: Bool = true
  ) throws(Malformed) -> [DNSRecord] {
    let name = try reader.name()
    let type = try reader.word()
    let recordClass = try reader.word()
    // RFC 2181 §8: a TTL with the top bit set is zero.
    let rawTTL = try reader.long()
    let ttl = rawTTL >> 31 == 0 ? rawTTL : 0
    let length = Int(try reader.word())
    let end = reader.position + length
    guard end <= reader.bytes.count else { throw Malformed() }
    defer { reader.position = end }
    guard recordClass == 1 else { return [] }
    let data: DNSRecord.Data
    switch type {
    case DNSRecordType.a.rawValue:
      guard length == 4 else { throw Malformed() }
      data = .address(.v4(try reader.long()))
    case DNSRecordType.aaaa.rawValue:
      guard length == 16 else { throw Malformed() }
      let words = [try reader.long(), try reader.long(), try reader.long(), try reader.long()]
      data = .address(
        .v6(
          high: UInt64(words[0]) << 32 | UInt64(words[1]),
          low: UInt64(words[2]) << 32 | UInt64(words[3])))
    case DNSRecordType.srv.rawValue:
      let fields = (try reader.word(), try reader.word(), try reader.word())
      data = .srv(
        priority: fields.0, weight: fields.1, port: fields.2, target: try reader.name())
    case DNSRecordType.txt.rawValue:
      data = .txt(try reader.characterStrings(upTo: end))
    case 5:
      let alias = DNSAlias(name: name, target: try reader.name(), ttl: ttl)
      if keepingAliases { aliases.append(alias) }
      return []
    default: return []
    }
    guard reader.position <= end else { throw Malformed() }
    return [DNSRecord(name: name, ttl: ttl, data: data)]
  }
}
