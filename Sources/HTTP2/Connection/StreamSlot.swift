/// One stream: its story so far and its windows. Plain data, 96 bytes.
struct StreamSlot {
  /// RFC 9113 §5.1, from this side. A stream is kept after its end until its place is needed, for
  /// the rules about frames that come late.
  enum State: UInt8 {
    /// No stream has been here yet.
    case unused
    case open
    /// The server ended it with END_STREAM.
    case ended
    /// The server sent RST_STREAM.
    case resetByServer
    /// We sent RST_STREAM; what the server sent before it knew is ignored.
    case resetByUs
  }

  var end = StreamEnd()
  /// The server's content-length, or `unknownLength`.
  var contentLength = unknownLength
  /// Bytes that we may still send; negative after the server lowered its window (§6.9.2).
  var sendWindow: Int32
  /// Bytes that the server may still send.
  var receiveWindow: Int32
  var state = State.open
  /// Part of the request's body waits for the windows.
  var hasUnsentBody = false
  /// The response has no body, whatever its content-length says.
  var isHead: Bool
  /// How many bytes of the body are kept aside.
  var keptBody: UInt32

  static let unknownLength = UInt32.max

  init(
    stream: UInt32, token: UInt32, sendWindow: Int32, receiveWindow: Int32, isHead: Bool,
    keptBody: UInt32 = 0
  ) {
    end.stream = stream
    end.token = token
    self.sendWindow = sendWindow
    self.receiveWindow = receiveWindow
    self.isHead = isHead
    self.keptBody = keptBody
  }

  /// Counts received body bytes and keeps the first eight.
  @inline(__always)
  mutating func addBody(_ bytes: UnsafeRawBufferPointer) {
    if end.bodyBytes == 0, bytes.count >= 8 {
      end.bodyHead = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    } else if end.bodyBytes < 8 {
      addBodyHead(bytes)
    }
    let (sum, overflow) = end.bodyBytes.addingReportingOverflow(
      UInt32(truncatingIfNeeded: bytes.count))
    end.bodyBytes = overflow ? .max : sum
  }

  private mutating func addBodyHead(_ bytes: UnsafeRawBufferPointer) {
    for (offset, byte) in bytes.prefix(8 - Int(end.bodyBytes)).enumerated() {
      end.bodyHead |= UInt64(byte) << UInt64((Int(end.bodyBytes) + offset) * 8)
    }
  }

  /// RFC 9113 §8.1.1; responses without content may announce a length (RFC 9110 §8.6).
  var contradictsContentLength: Bool {
    @inline(__always) get {
      contentLength != Self.unknownLength && contentLength != end.bodyBytes
        && !isHead && end.status != 204 && end.status != 304
    }
  }
}

extension UnsafeMutablePointer<StreamSlot> {
  /// The eight notes of the stream, for a decoder to write; valid as long as the pointer.
  var notes: UnsafeMutablePointer<UInt32> {
    @inline(__always) get {
      // `end` comes first in the slot, and `notes` first in it.
      UnsafeMutableRawPointer(self).assumingMemoryBound(to: UInt32.self)
    }
  }
}
