/// SETTINGS (RFC 9113 §6.5).
extension ClientConnection {
  mutating func readSettings(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    try checkConnectionFrame(header)
    try countIdleFrame()
    if header.flags.contains(.ack) {
      guard payload.isEmpty else { throw wrongSize(header) }
      try ourSettingsAcknowledged()
      return
    }
    guard payload.count % 6 == 0 else { throw wrongSize(header) }
    for start in stride(from: 0, to: payload.count, by: 6) {
      let entry = UnsafeRawBufferPointer(rebasing: payload[start..<start + 6])
      let id = SettingID(rawValue: UInt16(entry[0]) << 8 | UInt16(entry[1]))
      try apply(id, UInt32(bigEndian: entry.loadUnaligned(fromByteOffset: 2, as: UInt32.self)))
    }
    try countReply()
    send(.settings, flags: .ack, [])
    if phase == .awaitingSettings {
      phase = .ready
      events.append(other: .ready)
    } else if !events.endsWithSettingsChanged {
      events.append(other: .settingsChanged)
    }
    resumeBodies()
  }

  private mutating func apply(_ id: SettingID, _ value: UInt32) throws(ConnectionError) {
    switch id {
    case .headerTableSize:
      encoder.peerTableSize(Int(value))
    case .enablePush:
      guard value == 0 else { throw invalid(id, value, .protocolError) }
    case .maxConcurrentStreams:
      peer.maxConcurrentStreams = value
    case .initialWindowSize:
      guard value <= UInt32(PeerSettings.largestWindow) else {
        throw invalid(id, value, .flowControlError)
      }
      try changeInitialWindow(to: Int32(value))
    case .maxFrameSize:
      guard PeerSettings.frameSizes ~= Int(value) else { throw invalid(id, value, .protocolError) }
      peer.maxFrameSize = Int(value)
    case .enableConnectProtocol:
      // RFC 8441 §3.
      guard value <= 1 else { throw invalid(id, value, .protocolError) }
    default:
      // MAX_HEADER_LIST_SIZE is advice, and the server enforces it itself; others are unknown.
      break
    }
  }

  private func invalid(_ id: SettingID, _ value: UInt32, _ code: ErrorCode) -> ConnectionError {
    ConnectionError(code, "\(id.name) of \(value) is not allowed (RFC 9113 §6.5.2)")
  }

  /// RFC 9113 §6.9.2: the difference applies to every open stream, whose window may become negative.
  private mutating func changeInitialWindow(to window: Int32) throws(ConnectionError) {
    let difference = Int(window) - Int(peer.initialWindow)
    peer.initialWindow = window
    var overflows = false
    streams.forEachLive { slot in
      let changed = Int(slot.pointee.sendWindow) + difference
      overflows = overflows || changed > PeerSettings.largestWindow
      slot.pointee.sendWindow = Int32(clamping: changed)
    }
    guard overflows else { return }
    throw ConnectionError(
      .flowControlError,
      "SETTINGS_INITIAL_WINDOW_SIZE takes a stream's window past 2^31-1 (RFC 9113 §6.9.2)")
  }

  /// From here on the server keeps to what we announced (RFC 9113 §6.5.3).
  private mutating func ourSettingsAcknowledged() throws(ConnectionError) {
    guard !settingsAcknowledged else {
      throw ConnectionError(
        .protocolError, "SETTINGS acknowledged that were never sent (RFC 9113 §6.5)")
    }
    settingsAcknowledged = true
    decoder.tableSizeAcknowledged(settings.headerTableSize)
    let difference = Int32(settings.initialWindowSize - PeerSettings.defaultWindow)
    streamReceiveWindow += difference
    streams.forEachLive { $0.pointee.receiveWindow &+= difference }
  }
}
