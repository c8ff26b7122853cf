import NIOCore
import NIOHPACK
import Naming
import Testing

@testable import Lab

@Suite("Frames on their way through")
struct FrameScannerTests {
  private typealias FrameType = FrameScanner.FrameType

  private static func frame(
    _ type: UInt8, _ flags: UInt8, stream: UInt32, _ payload: [UInt8]
  ) -> [UInt8] {
    let length = UInt32(payload.count)
    let head =
      [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
    return head + withUnsafeBytes(of: stream.bigEndian, Array.init) + payload
  }

  private static func random(_ generator: inout SplitMix64) -> [UInt8] {
    let type = UInt8.random(in: 0...12, using: &generator)
    let length = Int.random(in: 0...40, using: &generator)
    // Every block of header fields in one frame: END_HEADERS.
    let flags = UInt8.random(in: 0...255, using: &generator) | 0x4
    let payload = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
    return frame(type, flags, stream: .random(in: 0...0x7FFF_FFFF, using: &generator), payload)
  }

  @Test(
    "however bytes are cut, what goes on is what came, but for what was left out",
    arguments: 0..<20)
  func passesOn(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let frames = (0..<60).map { _ in Self.random(&generator) }
    let preface = [UInt8](repeating: 7, count: 24)
    var input = ByteBuffer(bytes: preface + frames.joined())
    var scanner = FrameScanner(wanted: [FrameType.ping, FrameType.settings], skipped: 24)
    var output: [UInt8] = []
    var boundaries: Set<Int> = []
    var seen: [(type: UInt8, payload: [UInt8]?)] = []
    while let chunk = input.readSlice(
      length: min(input.readableBytes, .random(in: 1...70, using: &generator)))
    {
      guard chunk.readableBytes > 0 else { break }
      scanner.feed(chunk)
      while let frame = scanner.next() {
        seen.append((frame.type, frame.payload.map { Array($0.readableBytesView) }))
        if frame.type == FrameType.ping, let passed = scanner.takeLeavingOutLast() {
          output += passed.readableBytesView
        }
      }
      if let passed = scanner.take() { output += passed.readableBytesView }
      if scanner.isAtBoundary { boundaries.insert(output.count) }
    }
    #expect(seen.map(\.type) == frames.map { $0[3] })
    for (frame, seen) in zip(frames, seen) {
      let isWanted = [FrameType.ping, FrameType.settings].contains(frame[3])
      #expect(seen.payload == (isWanted ? Array(frame.dropFirst(9)) : nil))
    }
    let kept = frames.filter { $0[3] != FrameType.ping }
    #expect(output == preface + kept.joined())
    var ends: Set<Int> = [24]
    for frame in kept { ends.insert((ends.max() ?? 0) + frame.count) }
    #expect(boundaries.isSubset(of: ends))
  }

  @Test("nothing comes between the frames of a header block")
  func headerBlocks() {
    var scanner = FrameScanner(wanted: [])
    scanner.feed(ByteBuffer(bytes: Self.frame(FrameType.headers, 0, stream: 1, [1, 2])))
    #expect(scanner.next()?.endsHeaders == false)
    #expect(!scanner.isAtBoundary)
    scanner.feed(ByteBuffer(bytes: Self.frame(FrameType.continuation, 4, stream: 1, [3])))
    #expect(scanner.next()?.endsHeaders == true)
    #expect(scanner.isAtBoundary)
  }

  @Test("statuses are those that an encoder wrote, whatever became of its table", arguments: 0..<10)
  func statuses(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
    var reader = StatusReader()
    for _ in 0..<80 {
      var headers: HPACKHeaders = [:]
      let http = [nil, 200, 404, 503].randomElement(using: &generator) ?? nil
      let grpc = [nil, 0, 1, 14, 99].randomElement(using: &generator) ?? nil
      if let http { headers.add(name: ":status", value: "\(http)") }
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        headers.add(
          name: "x-\(Int.random(in: 0...4, using: &generator))",
          value: String(repeating: "v", count: .random(in: 0...300, using: &generator)),
          indexing: .random(using: &generator) ? .indexable : .nonIndexable)
      }
      if let grpc {
        headers.add(
          name: "grpc-status", value: "\(grpc)",
          indexing: .random(using: &generator) ? .indexable : .nonIndexable)
      }
      var block = ByteBuffer()
      try encoder.encode(headers: headers, to: &block)
      let first = block.readSlice(length: .random(in: 0...block.readableBytes, using: &generator))
      var statuses = reader.read(
        .init(length: 0, type: FrameType.headers, flags: 0, stream: 1, payload: first))
      #expect(statuses == nil)
      statuses = reader.read(
        .init(length: 0, type: FrameType.continuation, flags: 4, stream: 1, payload: block))
      #expect(statuses?.http == http)
      #expect(statuses?.grpc == grpc)
    }
  }

  @Test("a block that cannot be read gives no status, then or later")
  func broken() {
    var reader = StatusReader()
    for block in [[0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x88]] as [[UInt8]] {
      let statuses = reader.read(
        .init(
          length: 0, type: FrameType.headers, flags: 4, stream: 1,
          payload: ByteBuffer(bytes: block)))
      #expect(statuses?.http == nil)
    }
  }
}
