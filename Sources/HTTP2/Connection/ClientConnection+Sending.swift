/// Writing frames.
extension ClientConnection {
  /// RFC 9113 §3.4; push is refused, what equals the defaults is not repeated.
  mutating func sendPreface() {
    precondition(0...65_535 ~= settings.headerTableSize, "header table of at most 65,535 bytes")
    precondition(1...PeerSettings.largestWindow ~= settings.initialWindowSize, "stream window")
    precondition(
      PeerSettings.defaultWindow...PeerSettings.largestWindow ~= settings.connectionWindow,
      "the connection's window cannot be less than its default (RFC 9113 §6.9.2)")
    precondition(PeerSettings.frameSizes ~= settings.maxFrameSize, "frame size of RFC 9113 §4.2")
    let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    output.claim(preface.utf8CodeUnitCount)
      .copyMemory(from: preface.utf8Start, byteCount: preface.utf8CodeUnitCount)

    var payload: [UInt8] = []
    func add(_ id: SettingID, _ value: Int, default defaultValue: Int? = nil) {
      guard value != defaultValue else { return }
      payload += [UInt8(id.rawValue >> 8), UInt8(id.rawValue & 0xff)] + bytes(UInt32(value))
    }
    add(.headerTableSize, settings.headerTableSize, default: 4_096)
    add(.enablePush, 0)
    add(.initialWindowSize, settings.initialWindowSize, default: PeerSettings.defaultWindow)
    add(.maxFrameSize, settings.maxFrameSize, default: 16_384)
    add(.maxHeaderListSize, settings.maxHeaderListSize)
    send(.settings, payload)
    replenishConnection()
  }

  /// A control frame, of any type but HEADERS and DATA.
  mutating func send(
    _ type: FrameType, flags: FrameFlags = [], stream: UInt32 = 0, _ payload: [UInt8]
  ) {
    let header = FrameHeader(length: payload.count, type: type, flags: flags, stream: stream)
    payload.withUnsafeBytes { append(header, $0) }
  }

  /// Appends one frame of any type, for the observer to see. `fields`: of the block that it ends.
  mutating func append(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer, fields: [HeaderField] = []
  ) {
    output.append(header, payload)
    observer?.frame(ObservedFrame(.sent, header, payload, fields: fields))
  }

  mutating func sendReset(_ stream: UInt32, _ code: ErrorCode) {
    send(.rstStream, stream: stream, bytes(code.rawValue))
  }

  mutating func sendGoAway(_ code: ErrorCode, debug: some Sequence<UInt8>) {
    // The server opens no streams, so the last one that we processed is 0.
    send(.goAway, bytes(0) + bytes(code.rawValue) + debug)
    sentGoAway = true
  }

  mutating func sendWindowUpdate(_ stream: UInt32, _ increment: Int) {
    let header = FrameHeader(length: 4, type: .windowUpdate, stream: stream)
    withUnsafeBytes(of: UInt32(increment).bigEndian) { append(header, $0) }
  }

  /// Opens the connection's receive window again: what arrives is counted and dropped at once.
  mutating func replenishConnection() {
    guard receiveWindow < settings.connectionWindow else { return }
    sendWindowUpdate(0, settings.connectionWindow - receiveWindow)
    receiveWindow = settings.connectionWindow
  }

  func bytes(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}
