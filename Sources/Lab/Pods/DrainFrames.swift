internal import NIOCore

/// The frames of the graceful end of RFC 9113 §6.8 as gRPC servers make it (gRFC A9): GOAWAY without
/// a limit and a PING; at its answer GOAWAY with the real last stream; the end when all streams have
/// ended.
enum DrainFrames {
  /// grpc-go's wait for the PING's answer between the two GOAWAY frames.
  static let patience = TimeAmount.seconds(5)
  static let pingData = ByteBuffer(integer: UInt64(0x6C62_6472_6169_6E00))

  static let ping: ByteBuffer = {
    var frame = ByteBuffer(bytes: [0, 0, 8, 0x6, 0, 0, 0, 0, 0])
    frame.writeImmutableBuffer(pingData)
    return frame
  }()

  /// - Parameter code: an error code of RFC 9113 §7.
  static func goAway(lastStream: UInt32, code: UInt32 = 0, debug: String) -> ByteBuffer {
    var frame = ByteBuffer()
    frame.writeInteger(UInt32(8 + debug.utf8.count) << 8 | 0x7)
    frame.writeInteger(UInt8(0))
    frame.writeInteger(UInt32(0))
    frame.writeInteger(lastStream)
    frame.writeInteger(code)
    frame.writeString(debug)
    return frame
  }
}
