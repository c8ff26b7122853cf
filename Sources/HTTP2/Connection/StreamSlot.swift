/// One stream: its story so far and its windows. Plain data, 96 bytes.
struct StreamSlot {
  /// RFC 9113 §5.1, from this side. A stream is kept after its end until its place is needed, for
  /// the rules about frames that come late.
  enum State: UInt8 {
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

  static let unknownLength = UInt32.max

  init(stream: UInt32, token: UInt32, sendWindow: Int32, receiveWindow: Int32, isHead: Bool) {
    end.stream = stream
    end.token = token
    self.sendWindow = sendWindow
    self.receiveWindow = receiveWindow
    self.isHead = isHead
  }

  /// Counts received body bytes and keeps the first eight.
  @inline(__always)
  mutating func addBody(_ bytes: UnsafeRawBufferPointer) {
    var known = end.bodyBytes
    if known < 8 {
      for byte in bytes.prefix(8 - Int(known)) {
        end.bodyHead |= UInt64(byte) << UInt64(known * 8)
        known += 1
      }
    }
    let (sum, overflow) = end.bodyBytes.addingReportingOverflow(
      UInt32(truncatingIfNeeded: bytes.count))
    end.bodyBytes = overflow ? .max : sum
  }

  /// RFC 9113 §8.1.1; responses without content may announce a length (RFC 9110 §8.6).
  var contradictsContentLength: Bool {
    @inline(__always) get {
      contentLength != Self.unknownLength && contentLength != end.bodyBytes
        && !isHead && end.status != 204 && end.status != 304
    }
  }
}
