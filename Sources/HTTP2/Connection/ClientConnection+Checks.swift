/// Rules that several frames share.
extension ClientConnection {
  /// A frame that belongs to a stream: one that we have opened at some time. The server may open
  /// none, since it may not push (RFC 9113 §5.1 and §5.1.1).
  @inline(__always)
  mutating func checkStreamFrame(_ header: FrameHeader) throws(ConnectionError) {
    guard header.stream & 1 == 1, header.stream < nextStream else { throw wrongStream(header) }
  }

  @inline(__always)
  mutating func checkConnectionFrame(_ header: FrameHeader) throws(ConnectionError) {
    guard header.stream == 0 else { throw wrongStream(header) }
  }

  func wrongStream(_ header: FrameHeader) -> ConnectionError {
    ConnectionError(
      .protocolError,
      "\(header.type.name) on stream \(header.stream), which "
        + (header.stream == 0
          ? "is the connection"
          : header.stream & 1 == 0 ? "only a push could open" : "was never opened")
        + " (RFC 9113 §5.1)")
  }

  func wrongSize(_ header: FrameHeader) -> ConnectionError {
    ConnectionError(
      .frameSizeError, "\(header.type.name) of \(header.length) bytes (RFC 9113 §4.2 and §6)")
  }

  /// What is left without the pad length and the padding (RFC 9113 §6.1). For other frames than
  /// padded ones the payload itself.
  func withoutPadding(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) -> UnsafeRawBufferPointer {
    guard header.flags.contains(.padded) else { return payload }
    guard let padding = payload.first else { throw wrongSize(header) }
    guard Int(padding) < payload.count else {
      throw ConnectionError(
        .protocolError,
        "\(header.type.name) of \(payload.count) bytes with \(padding) bytes of padding "
          + "(RFC 9113 §6.1)")
    }
    return UnsafeRawBufferPointer(rebasing: payload[1..<payload.count - Int(padding)])
  }

  /// HEADERS or DATA on a stream that has ended (RFC 9113 §5.1, "closed"). After our own RST_STREAM
  /// they are ignored, as they are when the stream is too long gone to know how it ended.
  mutating func readLate(_ header: FrameHeader) throws(ConnectionError) {
    try countIdleFrame()
    guard let slot = streams.find(header.stream) else { return }
    switch slot.pointee.state {
    case .ended:
      throw ConnectionError(
        .streamClosed,
        "\(header.type.name) on stream \(header.stream) after END_STREAM (RFC 9113 §5.1)")
    case .resetByServer:
      slot.pointee.state = .resetByUs
      sendReset(header.stream, .streamClosed)
    case .unused, .open, .resetByUs:
      break
    }
  }
}
