import Naming
import Testing

@testable import HTTP2

@Suite("Huffman code")
struct HuffmanTests {
  private func decode(_ bytes: [UInt8]) -> [UInt8]? {
    bytes.withUnsafeBytes { bytes in
      withUnsafeTemporaryAllocation(
        byteCount: Huffman.decodedBound(of: bytes.count), alignment: 1
      ) { memory in
        Huffman.decode(bytes, into: memory).map(Array.init)
      }
    }
  }

  private func encode(_ text: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    Huffman.append(text, to: &bytes)
    return bytes
  }

  @Test("Every byte comes back, alone and between others")
  func everyByte() {
    for byte in UInt8.min...UInt8.max {
      for text in [[byte], [97, byte, 98], [byte, byte, byte]] {
        #expect(decode(encode(text)) == text)
        #expect(Huffman.encodedCount(text) == encode(text).count)
      }
    }
  }

  @Test("Random texts come back")
  func randomTexts() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<500 {
      let count = Int.random(in: 0..<80, using: &random)
      let text = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      #expect(decode(encode(text)) == text)
    }
  }

  @Test("The code is prefix-free and complete")
  func kraft() {
    let sum = huffmanCodeLengths.reduce(UInt64(0)) { $0 + 1 << (32 - UInt64($1)) }
    #expect(huffmanCodeLengths.count == 257)
    #expect(sum == 1 << 32)
  }

  @Test(
    "Wrong padding is refused (RFC 7541 §5.2)",
    arguments: [
      "ff",  // eight bits of padding
      "1fff",  // the same after a symbol
      "18",  // zeros as padding
      "fffffffc",  // EOS
      "1ffffffffc",  // EOS after a symbol
    ])
  func wrongPadding(bytes: String) {
    #expect(decode(hexBytes(bytes)) == nil)
  }

  @Test("Padding of up to seven ones is right")
  func rightPadding() {
    #expect(decode([]) == [])
    #expect(decode([0x1f]) == Array("a".utf8))
    #expect(decode(hexBytes("a8eb10649cbf")) == Array("no-cache".utf8))
  }

  @Test("Whatever decodes encodes to the same bytes")
  func canonical() {
    var random = SplitMix64(seed: 2)
    var valid = 0
    for _ in 0..<4_000 {
      let count = Int.random(in: 1..<6, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      guard let text = decode(bytes) else { continue }
      valid += 1
      #expect(encode(text) == bytes)
    }
    #expect(valid > 50)
  }
}
