import Naming
import Testing

@testable import Resolution

@Suite("DNS messages read from bytes")
struct DNSMessageTests {
  /// An answer for `a.b` A: a CNAME to `c.b`, then 10.0.0.5, with compression.
  static let answer: [UInt8] =
    [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0]
    + [1, 0x41, 1, 0x62, 0, 0, 1, 0, 1]
    + [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, 0x63, 0xC0, 14]
    + [0xC0, 33, 0, 1, 0, 1, 0x80, 0, 0, 1, 0, 4, 10, 0, 0, 5]

  private func read(_ bytes: [UInt8]) throws(DNSMessage.Malformed) -> DNSMessage {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(DNSMessage.Malformed) in try DNSMessage(buffer) }
    }
    return try result.get()
  }

  @Test("give header, question, chain and records")
  func reads() throws {
    let message = try read(Self.answer)
    #expect(message.id == 0x1234)
    #expect(message.isResponse)
    #expect(message.responseCode == 0)
    #expect(message.questionName == "a.b")
    #expect(message.questionType == 1)
    #expect(message.aliases == [DNSAlias(name: "A.b", target: "c.b", ttl: 60)])
    // RFC 2181 §8: the top bit makes a TTL zero.
    #expect(
      message.records == [DNSRecord(name: "c.b", ttl: 0, data: .address(.v4(0x0A00_0005)))])
  }

  @Test("that break off are malformed, wherever they do")
  func truncated() {
    for length in 0..<Self.answer.count {
      #expect(throws: DNSMessage.Malformed.self) {
        try read(Array(Self.answer.prefix(length)))
      }
    }
  }

  @Test("with pointers that lead nowhere, forwards or round in circles are malformed")
  func pointers() {
    for target: UInt8 in [21, 22, 33, 200] {
      var bytes = Self.answer
      bytes[22] = target
      #expect(throws: DNSMessage.Malformed.self) { try read(bytes) }
    }
  }

  @Test("have strange labels escaped as in zone files")
  func escapes() throws {
    var bytes = Self.answer
    bytes[13] = 0x1B
    #expect(try read(bytes).questionName == "\\027.b")
    bytes[13] = UInt8(ascii: ".")
    #expect(try read(bytes).questionName == "\\..b")
  }

  @Test("with records of the wrong length are malformed")
  func lengths() {
    for (index, value) in [(48, 3), (48, 5), (31, 3), (31, 5)] as [(Int, UInt8)] {
      var bytes = Self.answer
      bytes[index] = value
      #expect(throws: DNSMessage.Malformed.self, "\(index)") { try read(bytes) }
    }
  }

  @Test("with any bytes changed are read or refused, never trapped on")
  func noise() {
    var state: UInt64 = 42
    func random() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    var read = 0
    for _ in 0..<20_000 {
      var bytes = Self.answer
      for _ in 0...(random() % 4) { bytes[random() % bytes.count] = UInt8(random() & 255) }
      if (try? self.read(bytes)) != nil { read += 1 }
    }
    #expect((1..<20_000).contains(read))
  }
}
