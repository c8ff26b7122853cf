/// Reading payloads only to show them: whatever does not have the right form is `.none`, and the
/// connection says what is wrong with it.
extension ObservedFrame.Details {
  /// Bytes of GOAWAY debug data that are shown.
  private static let shownDebugData = 1_024

  init(_ header: FrameHeader, _ payload: UnsafeRawBufferPointer) {
    func number(_ offset: Int) -> UInt32 {
      UInt32(bigEndian: payload.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    let padding = header.flags.contains(.padded) ? Int(payload.first ?? 0) : 0
    let afterPadLength = header.flags.contains(.padded) ? 1 : 0
    self = .none
    switch header.type {
    case .data:
      self = .data(padding: padding)
    case .headers:
      let hasPriority = header.flags.contains(.priority) && payload.count >= afterPadLength + 5
      self = .headers(
        padding: padding,
        priority: hasPriority
          ? ObservedFrame.Priority(number(afterPadLength), payload[afterPadLength + 4]) : nil)
    case .priority where payload.count == 5:
      self = .priority(ObservedFrame.Priority(number(0), payload[4]))
    case .rstStream where payload.count == 4:
      self = .reset(ErrorCode(rawValue: number(0)))
    case .settings where payload.count % 6 == 0:
      self = .settings(
        stride(from: 0, to: payload.count, by: 6).map { start in
          let id = UInt16(payload[start]) << 8 | UInt16(payload[start + 1])
          return (SettingID(rawValue: id), number(start + 2))
        })
    case .pushPromise where payload.count >= afterPadLength + 4:
      self = .pushPromise(padding: padding, promised: number(afterPadLength) & 0x7fff_ffff)
    case .ping where payload.count == 8:
      self = .ping(UInt64(bigEndian: payload.loadUnaligned(as: UInt64.self)))
    case .goAway where payload.count >= 8:
      self = .goAway(
        lastStream: number(0) & 0x7fff_ffff, code: ErrorCode(rawValue: number(4)),
        debug: Array(payload[8...].prefix(Self.shownDebugData)), debugCount: payload.count - 8)
    case .windowUpdate where payload.count == 4:
      self = .windowUpdate(number(0) & 0x7fff_ffff)
    default:
      break
    }
  }
}

extension ObservedFrame.Priority {
  fileprivate init(_ dependency: UInt32, _ weight: UInt8) {
    self.init(
      dependency: dependency & 0x7fff_ffff, isExclusive: dependency >> 31 == 1,
      weight: Int(weight) + 1)
  }
}
