/// The server's first frame, and what it may be instead.
extension ClientConnection {
  /// RFC 9113 §3.4: SETTINGS come first. What else comes tells a person what is listening there.
  func checkFirst(
    _ header: FrameHeader, at bytes: UnsafeRawPointer
  ) throws(ConnectionError) {
    guard header.type != .settings || header.flags.contains(.ack) || header.stream != 0 else {
      return
    }
    throw Self.notHTTP2(UnsafeRawBufferPointer(start: bytes, count: FrameHeader.size))
  }

  /// `bytes`: the first that the server sent, at most nine.
  static func notHTTP2(_ bytes: UnsafeRawBufferPointer) -> ConnectionError {
    let what =
      if bytes.starts(with: "HTTP/1.".utf8) {
        "the server answered in HTTP/1.x, not in HTTP/2"
      } else if bytes.count >= 2, bytes[0] == 0x15, bytes[1] == 3 {
        "the server answered with a TLS alert: it expects TLS"
      } else if bytes.count >= 2, bytes[0] == 0x16, bytes[1] == 3 {
        "the server answered with a TLS handshake: it expects TLS"
      } else {
        "the server's first bytes are not SETTINGS"
      }
    return ConnectionError(
      .protocolError, "\(what): it sent `\(escaped(bytes))` first (RFC 9113 §3.4)")
  }
}
