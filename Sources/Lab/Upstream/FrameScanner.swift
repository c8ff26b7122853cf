internal import NIOCore

/// Finds the frames of one direction of an HTTP/2 connection (RFC 9113 §4.1) in bytes that are to be
/// passed on as they are, and says where one may be left out or another put in. It holds no more of
/// them than the beginning of a frame that has to be seen whole.
struct FrameScanner {
  enum FrameType {
    static let data: UInt8 = 0x0
    static let headers: UInt8 = 0x1
    static let resetStream: UInt8 = 0x3
    static let settings: UInt8 = 0x4
    static let ping: UInt8 = 0x6
    static let goAway: UInt8 = 0x7
    static let continuation: UInt8 = 0x9
  }

  struct Frame {
    var length: Int
    var type: UInt8
    var flags: UInt8
    var stream: UInt32
    /// Of frames that are wanted whole.
    var payload: ByteBuffer?

    /// END_STREAM of DATA and HEADERS.
    var endsStream: Bool {
      flags & 0x1 != 0 && (type == FrameType.data || type == FrameType.headers)
    }
    /// Of SETTINGS and PING.
    var isAcknowledgement: Bool { flags & 0x1 != 0 }
    /// Of HEADERS and CONTINUATION.
    var endsHeaders: Bool { flags & 0x4 != 0 }
    var isPadded: Bool { flags & 0x8 != 0 }
    var hasPriority: Bool { flags & 0x20 != 0 }
  }

  private static let headerLength = 9

  private var bytes = ByteBuffer()
  /// Up to where `bytes` may be passed on.
  private var position = 0
  /// Where the last frame began.
  private var frameStart = 0
  /// How much of the last frame's payload is still to come.
  private var missing: Int
  /// A bit for each type of frame.
  private let wanted: UInt64
  private var isInHeaderBlock = false

  /// - Parameters:
  ///   - wanted: the types of frames whose payload is needed.
  ///   - skipped: bytes before the first frame.
  init(wanted: [UInt8], skipped: Int = 0) {
    self.wanted = wanted.reduce(0) { $0 | 1 << UInt64($1) }
    missing = skipped
  }

  /// Whether a frame may be put in after what was taken: frames are not cut, and nothing comes
  /// between the frames of a header block (RFC 9113 §6.2).
  var isAtBoundary: Bool { missing == 0 && !isInHeaderBlock }

  mutating func feed(_ more: ByteBuffer) {
    let passed = position - bytes.readerIndex
    if bytes.readableBytes == 0 {
      bytes = more
    } else {
      bytes.writeImmutableBuffer(more)
    }
    position = bytes.readerIndex + passed
    advance()
  }

  /// The next frame that has begun, or that is there whole where it has to be.
  mutating func next() -> Frame? {
    guard missing == 0, bytes.writerIndex - position >= Self.headerLength,
      let word = bytes.getInteger(at: position, as: UInt64.self),
      let last = bytes.getInteger(at: position + 8, as: UInt8.self)
    else { return nil }
    var frame = Frame(
      length: Int(word >> 40), type: UInt8(truncatingIfNeeded: word >> 32),
      flags: UInt8(truncatingIfNeeded: word >> 24),
      stream: UInt32(truncatingIfNeeded: (word & 0x7F_FFFF) << 8) | UInt32(last))
    if frame.type < 64, wanted & 1 << UInt64(frame.type) != 0 {
      frame.payload = bytes.getSlice(at: position + Self.headerLength, length: frame.length)
      guard frame.payload != nil else { return nil }
    }
    if frame.type == FrameType.headers || frame.type == FrameType.continuation {
      isInHeaderBlock = !frame.endsHeaders
    }
    frameStart = position
    position += Self.headerLength
    missing = frame.length
    advance()
    return frame
  }

  /// What is to be passed on by now; nil where that is nothing.
  mutating func take() -> ByteBuffer? {
    let length = position - bytes.readerIndex
    return length > 0 ? bytes.readSlice(length: length) : nil
  }

  /// The same without the last frame, which has to be one that was wanted whole.
  mutating func takeLeavingOutLast() -> ByteBuffer? {
    let end = position
    position = frameStart
    defer {
      bytes.moveReaderIndex(to: end)
      position = end
    }
    return take()
  }

  private mutating func advance() {
    let here = min(missing, bytes.writerIndex - position)
    position += here
    missing -= here
  }
}
