/// A frame as tests write and read it, independent of the code under test.
struct Frame: Equatable {
  var type: UInt8
  var flags: UInt8 = 0
  var stream: UInt32 = 0
  var payload: [UInt8] = []
  /// Written instead of the payload's length, to lie about it.
  var claimedLength: Int?

  var bytes: [UInt8] {
    let length = UInt32(claimedLength ?? payload.count)
    return Array(bigEndian(length).dropFirst()) + [type, flags] + bigEndian(stream) + payload
  }

  /// Cuts bytes into frames; what is left over at the end is a frame of type 255.
  static func parse(_ bytes: [UInt8]) -> [Frame] {
    var frames: [Frame] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let head = Array(rest.prefix(9))
      guard head.count == 9 else { return frames + [Frame(type: 255, payload: Array(rest))] }
      let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      guard rest.count >= 9 + length else {
        return frames + [Frame(type: 255, payload: Array(rest))]
      }
      let start = rest.startIndex + 9
      frames.append(
        Frame(
          type: head[3], flags: head[4], stream: number(head[5...]),
          payload: Array(rest[start..<start + length])))
      rest = rest[(start + length)...]
    }
    return frames
  }
}

/// Frames that a server sends.
extension Frame {
  static let endStream: UInt8 = 1
  static let ack: UInt8 = 1
  static let endHeaders: UInt8 = 4
  static let padded: UInt8 = 8
  static let hasPriority: UInt8 = 32

  static func settings(_ entries: KeyValuePairs<UInt16, UInt32> = [:]) -> Frame {
    Frame(
      type: 4,
      payload: entries.flatMap { id, value in bigEndian(UInt32(id)).suffix(2) + bigEndian(value) })
  }

  static let settingsAck = Frame(type: 4, flags: ack)

  static func headers(
    _ stream: UInt32, _ block: [UInt8], end: Bool = false, complete: Bool = true
  ) -> Frame {
    Frame(
      type: 1, flags: (end ? endStream : 0) | (complete ? endHeaders : 0), stream: stream,
      payload: block)
  }

  static func continuation(_ stream: UInt32, _ block: [UInt8], complete: Bool = true) -> Frame {
    Frame(type: 9, flags: complete ? endHeaders : 0, stream: stream, payload: block)
  }

  static func data(_ stream: UInt32, _ bytes: [UInt8], end: Bool = false) -> Frame {
    Frame(type: 0, flags: end ? endStream : 0, stream: stream, payload: bytes)
  }

  static func reset(_ stream: UInt32, _ code: UInt32) -> Frame {
    Frame(type: 3, stream: stream, payload: bigEndian(code))
  }

  static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> Frame {
    Frame(type: 8, stream: stream, payload: bigEndian(increment))
  }

  static func ping(_ payload: [UInt8], ack: Bool = false) -> Frame {
    Frame(type: 6, flags: ack ? 1 : 0, payload: payload)
  }

  static func goAway(_ last: UInt32, _ code: UInt32, _ debug: String = "") -> Frame {
    Frame(type: 7, payload: bigEndian(last) + bigEndian(code) + debug.utf8)
  }
}

/// Header blocks of literals without indexing.
enum Block {
  /// `:status: 200` from the static table.
  static let ok: [UInt8] = [0x88]

  /// The parts in a row. Sums of array literals inside a larger literal cost the compiler minutes.
  static func of(_ parts: [UInt8]...) -> [UInt8] {
    parts.flatMap { $0 }
  }

  static func literal(_ name: String, _ value: String, pattern: UInt8 = 0) -> [UInt8] {
    literal(Array(name.utf8), Array(value.utf8), pattern: pattern)
  }

  static func literal(_ name: [UInt8], _ value: [UInt8], pattern: UInt8 = 0) -> [UInt8] {
    precondition(name.count < 127 && value.count < 127)
    return [pattern, UInt8(name.count)] + name + [UInt8(value.count)] + value
  }

  static func status(_ status: String) -> [UInt8] {
    literal(":status", status)
  }
}

func bigEndian(_ value: UInt32) -> [UInt8] {
  [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
}

func number(_ bytes: some Sequence<UInt8>) -> UInt32 {
  bytes.reduce(0) { $0 << 8 | UInt32($1) }
}

/// `"82 86:84 41"`, blanks and colons ignored.
func hexBytes(_ text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  precondition(digits.count % 2 == 0)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}
