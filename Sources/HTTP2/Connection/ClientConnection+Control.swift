/// PING, GOAWAY, RST_STREAM and PRIORITY.
extension ClientConnection {
  /// RFC 9113 §6.7.
  mutating func readPing(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    try checkConnectionFrame(header)
    guard payload.count == 8 else { throw wrongSize(header) }
    guard header.flags.contains(.ack) else {
      try countReply()
      let answer = FrameHeader(length: 8, type: .ping, flags: .ack, stream: 0)
      append(answer, payload)
      return
    }
    let opaque = UInt64(bigEndian: payload.loadUnaligned(as: UInt64.self))
    guard let index = pings.firstIndex(of: opaque) else {
      try countIdleFrame()
      return
    }
    pings.remove(at: index)
    events.append(other: .pong(opaque))
  }

  /// RFC 9113 §6.8. The first may be a warning with the highest id; the real one follows.
  mutating func readGoAway(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    try checkConnectionFrame(header)
    guard payload.count >= 8, let start = payload.baseAddress else { throw wrongSize(header) }
    try countIdleFrame()
    let last = bigEndianUInt32(start) & 0x7fff_ffff
    let code = ErrorCode(rawValue: bigEndianUInt32(start + 4))
    if let lastStream, last > lastStream {
      throw ConnectionError(
        .protocolError,
        "GOAWAY raises the last stream from \(lastStream) to \(last) (RFC 9113 §6.8)")
    }
    lastStream = last
    let debug = Array(payload[8...].prefix(settings.maxDebugData))
    events.append(other: .goAway(lastStream: last, code: code, debug: debug))
    // Numbers above nextStream cannot be in use, so the warning costs nothing.
    guard last < nextStream else { return }
    for stream in streams.liveStreams() where stream > last {
      guard let slot = streams.findLive(stream) else { continue }
      slot.pointee.end.code = ErrorCode.refusedStream.rawValue
      end(slot, .refused, as: .resetByServer)
    }
  }

  /// RFC 9113 §6.4.
  mutating func readReset(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    try checkStreamFrame(header)
    guard payload.count == 4, let start = payload.baseAddress else { throw wrongSize(header) }
    guard let slot = streams.findLive(header.stream) else {
      try countIdleFrame()
      return
    }
    let code = ErrorCode(rawValue: bigEndianUInt32(start))
    slot.pointee.end.code = code.rawValue
    end(slot, code == .refusedStream ? .refused : .reset, as: .resetByServer)
  }

  /// RFC 9113 §5.3.2: ignored, but its form is not.
  mutating func readPriority(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    guard header.stream != 0 else { throw wrongStream(header) }
    try countIdleFrame()
    guard payload.count == 5 else {
      // RFC 9113 §6.3: the one frame whose wrong size is an error of its stream only.
      if let slot = streams.findLive(header.stream) { streamError(slot, .frameSizeError) }
      return
    }
  }
}
