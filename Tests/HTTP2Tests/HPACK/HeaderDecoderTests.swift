import Naming
import Testing

@testable import HTTP2

@Suite("Header decoder")
struct HeaderDecoderTests {
  @Test(
    "What is not HPACK is refused",
    arguments: [
      ("80", CompressionError.unknownIndex),  // index 0
      ("be", .unknownIndex),  // the table is empty
      ("ff7f", .unknownIndex),
      ("7e0161", .unknownIndex),  // the name's index
      ("ff", .truncated),  // an integer without end
      ("ff8080", .truncated),
      ("ff8080808001", .integerTooLarge),
      ("ffffffffffffffffffff7f", .integerTooLarge),
      ("00", .truncated),  // no name
      ("000161", .truncated),  // no value
      ("0002610161", .truncated),
      ("0001617f8001", .truncated),  // a length past the end
      ("00016181ff", .huffman),
      ("0081ff0161", .huffman),
      ("3fe21f", .sizeUpdateTooLarge),  // 4097
      ("883f00", .sizeUpdateLate),
    ])
  func refused(bytes: String, error: CompressionError) {
    let decoder = FullDecoder()
    #expect(throws: error) { try decoder.decode(hexBytes(bytes)) }
  }

  @Test("An entry too large for the table empties it")
  func largeEntry() throws {
    let decoder = FullDecoder(tableSize: 64)
    _ = try decoder.decode(hexBytes("3f21") + Block.literal("a", "b", pattern: 0x40))
    #expect(try decoder.lines([0xbe]) == ["a: b"])
    let large = String(repeating: "x", count: 40)
    _ = try decoder.decode(Block.literal("a", large, pattern: 0x40))
    #expect(throws: CompressionError.unknownIndex) { try decoder.decode([0xbe]) }
  }

  @Test("A name may come from the entry that its own insertion evicts (RFC 7541 §4.4)")
  func evictedName() throws {
    let decoder = FullDecoder(tableSize: 64)
    let first = Block.literal("long-name", "0123456789", pattern: 0x40)
    #expect(try decoder.lines(hexBytes("3f21") + first) == ["long-name: 0123456789"])
    #expect(try decoder.lines(hexBytes("7e 0a 39383736353433323130")) == ["long-name: 9876543210"])
    #expect(try decoder.lines([0xbe]) == ["long-name: 9876543210"])
    #expect(throws: CompressionError.unknownIndex) { try decoder.decode([0xbf]) }
  }

  @Test("A smaller table that the server acknowledged must be used from the next block on")
  func shrink() throws {
    let decoder = FullDecoder(tableSize: 100, acknowledged: false)
    _ = try decoder.decode(Block.literal("a", "b", pattern: 0x40))
    decoder.acknowledge(100)
    #expect(throws: CompressionError.sizeUpdateMissing) { try decoder.decode([0xbe]) }
    #expect(throws: CompressionError.sizeUpdateMissing) { try decoder.decode([]) }
    #expect(throws: CompressionError.sizeUpdateTooLarge) { try decoder.decode(hexBytes("3f46")) }
    #expect(try decoder.lines(hexBytes("3f45be")) == ["a: b"])
    #expect(try decoder.lines([0xbe]) == ["a: b"])
  }

  @Test("Size updates may come twice, and the smaller one evicts")
  func twoUpdates() throws {
    let decoder = FullDecoder()
    _ = try decoder.decode(Block.literal("a", "b", pattern: 0x40))
    #expect(throws: CompressionError.unknownIndex) { try decoder.decode(hexBytes("203fe11fbe")) }
  }

  @Test("The table agrees with a simple model of RFC 7541 over random insertions")
  func model() throws {
    var random = SplitMix64(seed: 3)
    let decoder = FullDecoder(tableSize: 600, acknowledged: false)
    var model: [(String, String)] = []  // newest first
    var limit = 4096
    func evict() {
      while model.reduce(0, { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }) > limit {
        model.removeLast()
      }
    }
    for step in 0..<800 {
      if step == 300 || random.oneIn(100) {
        limit =
          step < 300
          ? Int.random(in: 0...4096, using: &random) : Int.random(in: 0...600, using: &random)
        var update: [UInt8] = []
        PrefixInteger.append(limit, prefix: 5, pattern: 0x20, to: &update)
        _ = try decoder.decode(update)
        if step == 300 { decoder.acknowledge(600) }
        evict()
      }
      let name = String(repeating: "n", count: Int.random(in: 1...20, using: &random))
      let value =
        String(step) + String(repeating: "v", count: Int.random(in: 0...80, using: &random))
      var block: [UInt8] = []
      var expected = name
      if !model.isEmpty, random.oneIn(2) {
        let index = Int.random(in: 0..<model.count, using: &random)
        PrefixInteger.append(62 + index, prefix: 6, pattern: 0x40, to: &block)
        expected = model[index].0
      } else {
        block += [0x40, UInt8(name.utf8.count)] + name.utf8
      }
      block += [UInt8(value.utf8.count)] + value.utf8
      #expect(try decoder.lines(block) == ["\(expected): \(value)"])
      model.insert((expected, value), at: 0)
      evict()
      for index in model.indices {
        var indexed: [UInt8] = []
        PrefixInteger.append(62 + index, prefix: 7, pattern: 0x80, to: &indexed)
        #expect(try decoder.lines(indexed) == ["\(model[index].0): \(model[index].1)"])
      }
      var past: [UInt8] = []
      PrefixInteger.append(62 + model.count, prefix: 7, pattern: 0x80, to: &past)
      #expect(throws: CompressionError.unknownIndex) { try decoder.decode(past) }
    }
  }
}
