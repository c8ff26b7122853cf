/// A question as it came over the wire.
struct DNSQuestion {
  let id: UInt16
  let opcode: UInt8
  let recursionDesired: Bool
  /// The question section, byte for byte: clients compare it, some with random letter case.
  let section: [UInt8]
  /// Lower case, without final dot; empty for the root.
  let name: String
  let type: UInt16
  let questionClass: UInt16
  /// From the OPT record (RFC 6891 §6.1.2); nil where the client sent none.
  let edns: (payloadSize: UInt16, version: UInt8)?

  enum Failure: Error {
    /// Not even a header, or an answer: nothing is sent back.
    case unanswerable
    /// FORMERR under this id.
    case malformed(id: UInt16)
  }

  init(_ bytes: [UInt8]) throws(Failure) {
    guard bytes.count >= 12, bytes[2] & 0x80 == 0 else { throw .unanswerable }
    func word(_ index: Int) -> UInt16 { UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]) }
    id = word(0)
    opcode = bytes[2] >> 3 & 15
    recursionDesired = bytes[2] & 1 == 1
    guard word(4) == 1, word(6) == 0, word(8) == 0 else { throw .malformed(id: id) }
    var position = 12
    var labels: [String] = []
    while true {
      guard position < bytes.count else { throw .malformed(id: id) }
      let length = Int(bytes[position])
      position += 1
      if length == 0 { break }
      // A pointer has nothing to point at in the first name.
      guard length < 64, position + length <= bytes.count else { throw .malformed(id: id) }
      labels.append(String(decoding: bytes[position..<position + length], as: UTF8.self))
      position += length
    }
    guard position + 4 <= bytes.count else { throw .malformed(id: id) }
    type = word(position)
    questionClass = word(position + 2)
    position += 4
    section = Array(bytes[12..<position])
    name = labels.joined(separator: ".").lowercased()
    // OPT: root name, type 41, payload size in the class, version in the second byte of the TTL.
    let hasOPT =
      word(10) > 0 && position + 11 <= bytes.count && bytes[position] == 0
      && word(position + 1) == 41
    edns = hasOPT ? (word(position + 3), bytes[position + 6]) : nil
  }
}
