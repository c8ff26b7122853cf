/// Frames and flags by name, as RFC 9113 §6 writes them.
extension FrameType {
  private static let names = [
    "DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY",
    "WINDOW_UPDATE", "CONTINUATION",
  ]

  /// `UNKNOWN(0x0c)` for a type without a name.
  var name: String {
    Int(rawValue) < Self.names.count
      ? Self.names[Int(rawValue)] : "UNKNOWN(0x\(hex(UInt64(rawValue), digits: 2)))"
  }

  /// The names of the flags that are set and mean something in this frame.
  func names(of flags: FrameFlags) -> [String] {
    let meanings: [(FrameFlags, String)] =
      switch self {
      case .data: [(.endStream, "END_STREAM"), (.padded, "PADDED")]
      case .headers:
        [
          (.endStream, "END_STREAM"), (.endHeaders, "END_HEADERS"), (.padded, "PADDED"),
          (.priority, "PRIORITY"),
        ]
      case .pushPromise: [(.endHeaders, "END_HEADERS"), (.padded, "PADDED")]
      case .continuation: [(.endHeaders, "END_HEADERS")]
      case .settings, .ping: [(.ack, "ACK")]
      default: []
      }
    return meanings.filter { flags.contains($0.0) }.map { $0.1 }
  }
}
