/// Opening and giving up streams.
extension ClientConnection {
  /// Writes the request; a body that the windows do not let through follows later by itself.
  /// `token` comes back in `StreamEnd`. Returns the stream's id; nil unless `canOpen`.
  package mutating func open(_ request: RequestTemplate, token: UInt32) -> UInt32? {
    guard canOpen else { return nil }
    let stream = nextStream
    nextStream += 2
    idleFrames = 0
    let slot = streams.insert(
      StreamSlot(
        stream: stream, token: token, sendWindow: peer.initialWindow,
        receiveWindow: streamReceiveWindow, isHead: request.isHead,
        keptBody: request.keptBody))
    guard observer == nil, let frames = prepared.find(request, version: encoder.version),
      frames.bodyCount <= sendWindow, frames.bodyCount <= slot.pointee.sendWindow
    else {
      openAnew(stream, request)
      return stream
    }
    frames.write(to: output.claim(frames.count), stream: stream)
    sendWindow -= frames.bodyCount
    slot.pointee.sendWindow -= Int32(truncatingIfNeeded: frames.bodyCount)
    return stream
  }

  @inline(never)
  private mutating func openAnew(_ stream: UInt32, _ request: RequestTemplate) {
    var block: [UInt8] = []
    let version = encoder.version
    encoder.encode(request, into: &block)
    if encoder.version == version, block.count <= PeerSettings.frameSizes.lowerBound {
      prepared.keep(request, block: block, version: version)
    }
    sendHeaders(stream, block, request)
    if !request.body.isEmpty {
      let rest = sendBody(UnsentBody(stream: stream, request: request, sent: 0))
      if let rest {
        unsentBodies.append(rest)
        streams.find(stream)?.pointee.hasUnsentBody = true
      }
    }
  }

  /// HEADERS, and CONTINUATION for what the server's frame size does not let through at once.
  private mutating func sendHeaders(
    _ stream: UInt32, _ block: [UInt8], _ request: RequestTemplate
  ) {
    var type = FrameType.headers
    var start = 0
    repeat {
      let end = min(block.count, start + peer.maxFrameSize)
      var header = FrameHeader(length: end - start, type: type, stream: stream)
      if type == .headers, request.body.isEmpty { header.flags.insert(.endStream) }
      if end == block.count { header.flags.insert(.endHeaders) }
      block[start..<end].withUnsafeBytes {
        append(header, $0, fields: end == block.count ? request.fields : [])
      }
      type = .continuation
      start = end
    } while start < block.count
  }

  /// Sends as much as the windows allow; returns what is left.
  private mutating func sendBody(_ body: UnsentBody) -> UnsentBody? {
    guard let slot = streams.find(body.stream) else { return nil }
    var rest = body
    let total = rest.request.body.count
    while rest.sent < total {
      let size = min(
        total - rest.sent, peer.maxFrameSize, sendWindow, Int(slot.pointee.sendWindow))
      guard size > 0 else { return rest }
      let isLast = rest.sent + size == total
      let header = FrameHeader(
        length: size, type: .data, flags: isLast ? .endStream : [], stream: rest.stream)
      rest.request.body[rest.sent..<rest.sent + size].withUnsafeBytes { append(header, $0) }
      rest.sent += size
      sendWindow -= size
      slot.pointee.sendWindow -= Int32(size)
    }
    return nil
  }

  /// A window has opened: waiting bodies go on, oldest first.
  mutating func resumeBodies() {
    guard !unsentBodies.isEmpty, sendWindow > 0 else { return }
    let waiting = unsentBodies
    unsentBodies = []
    for body in waiting {
      if let rest = sendBody(body) {
        unsentBodies.append(rest)
      } else {
        streams.find(body.stream)?.pointee.hasUnsentBody = false
      }
    }
  }

  /// Gives a stream up: RST_STREAM with `code`, no `StreamEnd`; what the server still sends on it is
  /// ignored. Does nothing for a stream that has ended.
  package mutating func cancel(_ stream: UInt32, code: ErrorCode = .cancel) {
    guard phase != .over, let slot = streams.findLive(stream) else { return }
    sendReset(stream, code)
    bodies[stream] = nil
    close(slot, as: .resetByUs)
  }

  /// Forgets a stream's unsent body and its place among the live ones.
  @inline(__always)
  mutating func close(_ slot: StreamTable.Slot, as state: StreamSlot.State) {
    if slot.pointee.hasUnsentBody { dropBody(of: slot.pointee.end.stream) }
    streams.close(slot, as: state)
  }

  private mutating func dropBody(of stream: UInt32) {
    unsentBodies.removeAll { $0.stream == stream }
  }

  /// Sends PING; `Event.pong` with the same payload is its answer.
  package mutating func ping(_ payload: UInt64) {
    guard phase != .over else { return }
    pings.append(payload)
    send(.ping, withUnsafeBytes(of: payload.bigEndian) { Array($0) })
  }

  /// Sends GOAWAY: no stream can be opened any more, those that live go on. `debug` is for the
  /// server's log.
  package mutating func shutDown(code: ErrorCode, debug: [UInt8] = []) {
    guard phase != .over, !sentGoAway else { return }
    sendGoAway(code, debug: debug)
  }
}
