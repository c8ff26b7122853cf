/// What a server permits of its clients' keepalive PINGs (gRFC A8).
package struct KeepaliveEnforcement: Hashable, Sendable {
  /// Servers of all languages: 5 min.
  package var minimumInterval = Duration.seconds(300)
  /// Without a call PINGs may come every 2 h only, unless this is true.
  package var permitsWithoutCalls = false

  package init() {}
}

/// Counts PINGs that come too early, as grpc-go's server does (`handlePing` of http2_server.go): the
/// third one in a row is one too many. HEADERS or DATA that the server sends forgive all.
struct PingEnforcer {
  private static let strikesAllowed = 2
  /// `defaultPingTimeout`
  private static let intervalWithoutCalls = Duration.seconds(7200)

  private var lastPing: LabInstant?
  private var strikes = 0
  private var isForgiven = false

  mutating func sentData() { isForgiven = true }

  /// - Returns: whether the connection must end.
  mutating func isTooMany(
    at now: LabInstant, hasCalls: Bool, _ enforcement: KeepaliveEnforcement
  ) -> Bool {
    defer { lastPing = now }
    if isForgiven {
      isForgiven = false
      strikes = 0
      return false
    }
    let interval =
      hasCalls || enforcement.permitsWithoutCalls
      ? enforcement.minimumInterval : Self.intervalWithoutCalls
    if let lastPing, now - lastPing < interval { strikes += 1 }
    return strikes > Self.strikesAllowed
  }
}
