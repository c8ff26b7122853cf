/// DATA and the windows that bound it in either direction (RFC 9113 §5.2 and §6.9).
extension ClientConnection {
  @inline(__always)
  mutating func readData(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    try checkStreamFrame(header)
    // Padding counts, and so do bytes for streams that are over.
    receiveWindow -= payload.count
    guard receiveWindow >= 0 else {
      throw ConnectionError(
        .flowControlError, "DATA past the connection's window (RFC 9113 §6.9.1)")
    }
    if receiveWindow <= settings.connectionWindow / 2 { replenishConnection() }
    let body = header.flags.contains(.padded) ? try withoutPadding(header, payload) : payload
    guard let slot = streams.findLive(header.stream) else {
      try readLate(header)
      return
    }
    slot.pointee.receiveWindow -= Int32(truncatingIfNeeded: payload.count)
    guard slot.pointee.receiveWindow >= 0 else {
      streamError(slot, .flowControlError)
      return
    }
    guard slot.pointee.end.status >= 0 else {
      // RFC 9113 §8.1: a response begins with HEADERS.
      streamError(slot, .protocolError)
      return
    }
    if slot.pointee.keptBody > 0 { keep(body, of: slot) }
    slot.pointee.addBody(body)
    if header.flags.contains(.endStream) {
      idleFrames = 0
      finish(slot, .endStreamData)
    } else if body.isEmpty {
      try countIdleFrame()
    } else {
      idleFrames = 0
      replenish(slot)
    }
  }

  @inline(never)
  private mutating func keep(_ body: UnsafeRawBufferPointer, of slot: StreamTable.Slot) {
    let room = Int(slot.pointee.keptBody) - Int(slot.pointee.end.bodyBytes)
    guard room > 0 else { return }
    bodies[slot.pointee.end.stream, default: []].append(contentsOf: body.prefix(room))
  }

  /// The body of a response whose end has been told, as much of it as the request asks to keep;
  /// `StreamEnd.bodyBytes` says how long it was. Each can be taken once.
  package mutating func takeBody(of stream: UInt32) -> [UInt8] {
    bodies.removeValue(forKey: stream) ?? []
  }

  @inline(__always)
  private mutating func replenish(_ slot: StreamTable.Slot) {
    guard slot.pointee.receiveWindow <= streamReceiveWindow / 2 else { return }
    let increment = Int(streamReceiveWindow - slot.pointee.receiveWindow)
    slot.pointee.receiveWindow = streamReceiveWindow
    sendWindowUpdate(slot.pointee.end.stream, increment)
  }

  /// RFC 9113 §6.9.
  mutating func readWindowUpdate(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    guard payload.count == 4, let start = payload.baseAddress else { throw wrongSize(header) }
    let increment = Int(bigEndianUInt32(start) & 0x7fff_ffff)
    guard header.stream != 0 else {
      try openConnectionWindow(by: increment)
      return
    }
    try checkStreamFrame(header)
    guard let slot = streams.findLive(header.stream) else {
      try countIdleFrame()
      return
    }
    let window = Int(slot.pointee.sendWindow) + increment
    guard increment > 0 else {
      streamError(slot, .protocolError)
      return
    }
    guard window <= PeerSettings.largestWindow else {
      streamError(slot, .flowControlError)
      return
    }
    slot.pointee.sendWindow = Int32(window)
    if slot.pointee.hasUnsentBody { resumeBodies() }
  }

  private mutating func openConnectionWindow(by increment: Int) throws(ConnectionError) {
    guard increment > 0 else {
      throw ConnectionError(
        .protocolError, "WINDOW_UPDATE of 0 for the connection (RFC 9113 §6.9)")
    }
    guard sendWindow + increment <= PeerSettings.largestWindow else {
      throw ConnectionError(
        .flowControlError, "the connection's window exceeds 2^31-1 (RFC 9113 §6.9.1)")
    }
    sendWindow += increment
    resumeBodies()
  }
}
