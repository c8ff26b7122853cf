/// What differs between gRPC implementations in keepalive (gRFC A8).
package struct KeepaliveRules: Hashable, Sendable {
  /// A shorter keepalive time is raised to this one.
  package var minimumTime: Duration
  /// Whether anything that is read answers a ping, or its acknowledgement alone.
  package var anyReadAnswers: Bool
  /// Whether a ping that was due while no RPC was under way is sent with the next RPC, or given up.
  package var remembersCalls: Bool
  /// After so many pings without a request in between it sends no more until the next one; nil for no
  /// limit (`grpc.http2.max_pings_without_data`).
  package var pingsWithoutData: Int?
}

/// What a user asks of keepalive: gRPC's three settings (gRFC A8). Without them it is off.
package struct KeepaliveSettings: Hashable, Sendable {
  /// A ping is sent when nothing has been read for this long.
  package var time: Duration
  /// How long its answer may take before the connection is closed.
  package var timeout: Duration
  /// Whether pings are sent while no RPC is under way.
  package var withoutCalls: Bool

  package init(time: Duration, timeout: Duration = .seconds(20), withoutCalls: Bool = false) {
    self.time = time
    self.timeout = timeout
    self.withoutCalls = withoutCalls
  }

  /// The same on another time scale.
  package func scaled(by factor: Double) -> KeepaliveSettings {
    KeepaliveSettings(
      time: time * factor, timeout: timeout * factor, withoutCalls: withoutCalls)
  }

  /// What a client with these rules makes of it.
  package func raised(to rules: KeepaliveRules) -> KeepaliveSettings {
    KeepaliveSettings(
      time: max(time, rules.minimumTime), timeout: timeout, withoutCalls: withoutCalls)
  }
}
