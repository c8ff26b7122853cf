/// Cutting the received bytes into frames.
extension ClientConnection {
  /// Reads bytes as they come, cut anywhere. Does nothing after a connection error.
  package mutating func receive(_ bytes: UnsafeRawBufferPointer) {
    guard phase != .over else { return }
    do {
      let rest = partialFrame.isEmpty ? bytes : try completeFrame(bytes)
      let used = try readFrames(rest)
      if used < rest.count { partialFrame.append(contentsOf: rest[used...]) }
    } catch {
      fail(error)
    }
  }

  /// Takes what the partial frame lacks, reads it if that suffices, and returns the bytes after it.
  private mutating func completeFrame(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ConnectionError) -> UnsafeRawBufferPointer {
    var rest = takePartial(upTo: FrameHeader.size, from: bytes)
    guard partialFrame.count >= FrameHeader.size else { return rest }
    if partialFrame.count == FrameHeader.size {
      // Checks the header, and is done if there is no payload.
      if try readPartial() { return rest }
    }
    let length = Int(partialFrame[0]) << 16 | Int(partialFrame[1]) << 8 | Int(partialFrame[2])
    rest = takePartial(upTo: FrameHeader.size + length, from: rest)
    _ = try readPartial()
    return rest
  }

  /// Reads the partial frame if it is complete, and says whether it was.
  private mutating func readPartial() throws(ConnectionError) -> Bool {
    let frame = partialFrame
    partialFrame = []
    let used = try frame.withUnsafeBufferPointer { frame throws(ConnectionError) in
      try readFrames(UnsafeRawBufferPointer(frame))
    }
    if used == 0 { partialFrame = frame }
    return used > 0
  }

  private mutating func takePartial(
    upTo count: Int, from bytes: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    let taken = min(max(0, count - partialFrame.count), bytes.count)
    partialFrame.append(contentsOf: bytes[..<taken])
    return UnsafeRawBufferPointer(rebasing: bytes[taken...])
  }

  /// Reads all complete frames and returns how many bytes they had. The header of an incomplete one
  /// is checked already: nobody should wait for a frame that is too large.
  private mutating func readFrames(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ConnectionError) -> Int {
    guard let start = bytes.baseAddress else { return 0 }
    var used = 0
    while bytes.count - used >= FrameHeader.size {
      let header = FrameHeader(reading: start + used)
      try check(header, at: start + used)
      let end = used + FrameHeader.size + header.length
      guard end <= bytes.count else { break }
      let payload = UnsafeRawBufferPointer(
        start: start + used + FrameHeader.size, count: header.length)
      used = end
      if observer != nil { observe(header, payload) }
      try read(header, payload)
    }
    return used
  }

  // Mutating, like others on the way of every frame, although it changes nothing: a borrowed `self`
  // would be copied to the stack, all 500 bytes of it.
  @inline(__always)
  private mutating func check(
    _ header: FrameHeader, at bytes: UnsafeRawPointer
  ) throws(ConnectionError) {
    if phase == .awaitingSettings { try checkFirst(header, at: bytes) }
    if header.length > settings.maxFrameSize { throw tooLarge(header) }
    if partialBlock.stream != 0,
      header.type != .continuation || header.stream != partialBlock.stream
    {
      throw ConnectionError(
        .protocolError,
        "another frame inside the header block of stream \(partialBlock.stream) (RFC 9113 §6.10)")
    }
  }

  private func tooLarge(_ header: FrameHeader) -> ConnectionError {
    observer?.frame(ObservedFrame(.received, header, UnsafeRawBufferPointer(start: nil, count: 0)))
    return ConnectionError(
      .frameSizeError,
      "a frame of \(header.length) bytes, more than our SETTINGS_MAX_FRAME_SIZE of "
        + "\(settings.maxFrameSize) (RFC 9113 §4.2)")
  }

  @inline(__always)
  private mutating func read(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    switch header.type {
    case .headers: try readHeaders(header, payload)
    case .data: try readData(header, payload)
    case .windowUpdate: try readWindowUpdate(header, payload)
    case .ping: try readPing(header, payload)
    case .rstStream: try readReset(header, payload)
    case .continuation: try readContinuation(header, payload)
    case .settings: try readSettings(header, payload)
    case .goAway: try readGoAway(header, payload)
    case .priority: try readPriority(header, payload)
    case .pushPromise:
      throw ConnectionError(
        .protocolError, "PUSH_PROMISE although SETTINGS_ENABLE_PUSH is 0 (RFC 9113 §8.4)")
    default:
      // RFC 9113 §4.1: unknown types are ignored.
      try countIdleFrame()
    }
  }

  /// Shows a frame before it is acted upon. Frames that end a header block are shown after their
  /// block has been decoded.
  @inline(never)
  private mutating func observe(_ header: FrameHeader, _ payload: UnsafeRawBufferPointer) {
    let carriesBlock = header.type == .headers || header.type == .continuation
    if carriesBlock, header.flags.contains(.endHeaders) { return }
    observer?.frame(ObservedFrame(.received, header, payload))
  }

  /// One more frame that moves nothing forward.
  mutating func countIdleFrame() throws(ConnectionError) {
    idleFrames += 1
    guard idleFrames > settings.maxIdleFrames else { return }
    throw ConnectionError(
      .enhanceYourCalm,
      "\(idleFrames) frames in a row that carry nothing (RFC 9113 §10.5)")
  }

  /// One more answer that the server makes us queue.
  mutating func countReply() throws(ConnectionError) {
    queuedReplies += 1
    guard queuedReplies > settings.maxQueuedReplies else { return }
    throw ConnectionError(
      .enhanceYourCalm,
      "\(queuedReplies) frames that want an answer, faster than answers can be sent "
        + "(RFC 9113 §10.5)")
  }
}
