import Naming

/// A server that answers as servers do, at random: it writes frames for what a client has opened.
/// It knows the rules only as far as it must to keep them; now and then it may be told to break one.
struct ServerModel {
  private var random: SplitMix64
  private var waiting: [UInt32] = []
  private var answered: [UInt32: Stage] = [:]
  private var table: [[UInt8]] = []  // the fields that were sent with indexing, newest first
  private(set) var lastStream: UInt32?

  private enum Stage { case headers, body, done }

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  var openStreams: Int { waiting.count + answered.values.filter { $0 != .done }.count }

  mutating func opened(_ stream: UInt32) {
    waiting.append(stream)
  }

  mutating func closed(_ stream: UInt32) {
    waiting.removeAll { $0 == stream }
    answered[stream] = .done
  }

  /// The server's first frames.
  mutating func preface() -> [Frame] {
    [
      .settings([3: UInt32.random(in: 5...200, using: &random), 4: window(), 1: tableSize()]),
      .settingsAck,
    ]
  }

  /// A few frames that may come next.
  mutating func step() -> [Frame] {
    switch Int.random(in: 0..<40, using: &random) {
    case 0: [.ping((0..<8).map { _ in UInt8.random(in: .min ... .max, using: &random) })]
    case 1: [.settings([4: window(), 1: tableSize()])]
    case 2: [Frame(type: 0xe0, flags: 3, stream: 4, payload: [1, 2, 3])]
    case 3: [Frame(type: 2, stream: 1, payload: [0, 0, 0, 0, 7])]
    case 4...8: [.windowUpdate(0, UInt32.random(in: 1...40_000, using: &random))]
    case 9...13: streamWindow()
    case 14: reset()
    case 15 where random.oneIn(40): goAway()
    case 15...27: begin()
    default: goOn()
    }
  }

  /// A frame that breaks a rule, or is at least odd.
  mutating func mischief() -> Frame {
    let payload = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
      UInt8.random(in: .min ... .max, using: &random)
    }
    return Frame(
      type: UInt8.random(in: 0...10, using: &random),
      flags: UInt8.random(in: .min ... .max, using: &random),
      stream: UInt32.random(in: 0...12, using: &random), payload: payload)
  }

  private mutating func window() -> UInt32 {
    UInt32.random(in: 0...3_000, using: &random)
  }

  private mutating func tableSize() -> UInt32 {
    [0, 64, 500, 4_096].randomElement(using: &random) ?? 0
  }

  private mutating func anyStream() -> UInt32? {
    let open = waiting + answered.filter { $0.value != .done }.keys.sorted()
    return open.randomElement(using: &random)
  }

  private mutating func streamWindow() -> [Frame] {
    guard let stream = anyStream() else { return [] }
    return [.windowUpdate(stream, UInt32.random(in: 1...2_000, using: &random))]
  }

  private mutating func reset() -> [Frame] {
    guard let stream = anyStream() else { return [] }
    closed(stream)
    return [.reset(stream, UInt32.random(in: 0...14, using: &random))]
  }

  private mutating func goAway() -> [Frame] {
    let last = lastStream == nil ? 0x7fff_ffff : anyStream() ?? 0
    guard last <= lastStream ?? .max else { return [] }
    lastStream = last
    for stream in waiting + answered.keys where stream > last { closed(stream) }
    return [.goAway(last, 0, "max_age")]
  }

  private mutating func begin() -> [Frame] {
    guard let index = waiting.indices.randomElement(using: &random) else { return [] }
    let stream = waiting.remove(at: index)
    var frames: [Frame] = []
    if random.oneIn(10) { frames += blockFrames(stream, Block.status("103"), end: false) }
    let end = random.oneIn(5)
    answered[stream] = end ? .done : .headers
    frames += blockFrames(stream, Block.of(Block.ok, fields()), end: end)
    return frames
  }

  private mutating func goOn() -> [Frame] {
    let open = answered.filter { $0.value != .done }.keys.sorted()
    guard let stream = open.randomElement(using: &random) else { return [] }
    if random.oneIn(2) {
      let end = random.oneIn(4)
      if end { answered[stream] = .done }
      let bytes = Array(repeating: UInt8(7), count: Int.random(in: 0...300, using: &random))
      guard random.oneIn(3) else { return [.data(stream, bytes, end: end)] }
      let padding = UInt8.random(in: 0...20, using: &random)
      return [
        Frame(
          type: 0, flags: Frame.padded | (end ? 1 : 0), stream: stream,
          payload: [padding] + bytes + Array(repeating: 0, count: Int(padding)))
      ]
    }
    answered[stream] = .done
    return blockFrames(stream, fields(), end: true)
  }

  /// A block in one frame or in several.
  private mutating func blockFrames(_ stream: UInt32, _ block: [UInt8], end: Bool) -> [Frame] {
    guard random.oneIn(4) else { return [.headers(stream, block, end: end)] }
    let cut = Int.random(in: 0...block.count, using: &random)
    return [
      .headers(stream, Array(block[..<cut]), end: end, complete: false),
      .continuation(stream, [], complete: false), .continuation(stream, Array(block[cut...])),
    ]
  }

  /// Fields as literals of every kind and as indices.
  private mutating func fields() -> [UInt8] {
    var block: [UInt8] = []
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      if let index = table.indices.randomElement(using: &random), random.oneIn(2) {
        block.append(0x80 | UInt8(62 + index))
        continue
      }
      let name = ["x-pod", "grpc-status", "x-other"].randomElement(using: &random) ?? "x"
      let value = String(Int.random(in: 0...5, using: &random))
      let pattern: UInt8 = [0, 0x10, 0x40].randomElement(using: &random) ?? 0
      block += Block.literal(name, value, pattern: pattern)
      if pattern == 0x40 {
        table.insert(Array(name.utf8), at: 0)
        table = Array(table.prefix(30))
      }
    }
    return block
  }
}
