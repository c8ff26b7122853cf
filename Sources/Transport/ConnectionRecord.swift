package import Balancing
internal import HTTP2
package import Naming

/// What is known of one connection for the report: plain facts, in the order they were learnt.
package struct ConnectionRecord: Sendable {
  package struct GoAway: Sendable, Equatable {
    /// RFC 9113 §7 name, such as `NO_ERROR`.
    package var code: String
    package var lastStream: UInt32
    /// The server's debug data as text, such as `max_age`; may be empty. Not escaped.
    package var debug: String
    package var at: MonotonicTime
  }

  /// Answers that this side ended, because they broke HTTP/2 or were longer than it takes.
  package struct GivenUp: Sendable, Equatable {
    package var count = 0
    /// What was wrong with the last one.
    package var reason = ""
  }

  /// Why it is no longer open.
  package enum Closing: Sendable, Equatable {
    case never
    /// This side ended it: the run was over, or the balancer dropped its address.
    case here(String)
    /// The server closed it (FIN), with what was going on.
    case peerClosed
    /// This side gave it up: the server did not answer a keepalive ping (gRFC A8).
    case keepalive(String)
    /// The network or the server reset it; the system's own words.
    case broken(String)
    /// The server broke HTTP/2; what it did.
    case protocolError(String)
    /// It never became READY.
    case notConnected(ConnectFailure)
  }

  package var channel: Int
  package var target: TransportAddress
  /// The two ends of the socket, once connected.
  package var local: TransportAddress?
  package var remote: TransportAddress?
  /// Whether TLS is spoken, or asked for.
  package var usesTLS: Bool
  package var startedAt: MonotonicTime
  /// When the server's first SETTINGS had come, as gRPC defines READY.
  package var readyAt: MonotonicTime?
  package var closedAt: MonotonicTime?
  package var closing = Closing.never
  package var goAway: GoAway?
  package var givenUp = GivenUp()
  /// The server's MAX_CONCURRENT_STREAMS, nil where it sets no limit.
  package var maxConcurrentStreams: UInt32?
  /// The last response's `server` that was seen. From outside: escape it before it is shown.
  package var server: String?
  /// The name of the last field seen that only proxies and meshes send.
  package var marker: String?
}

/// Why a connection attempt failed, in the terms of an lbcheck error.
package struct ConnectFailure: Sendable, Equatable {
  package enum Phase: String, Sendable {
    case connect, tls, http2, http1
  }

  package var phase: Phase
  /// What came back, one line.
  package var cameBack: String
  /// The next thing to try.
  package var hint: String

  package init(phase: Phase, cameBack: String, hint: String) {
    self.phase = phase
    self.cameBack = cameBack
    self.hint = hint
  }
}

extension ConnectionRecord.GivenUp {
  /// - Parameter code: that the stream was reset with.
  mutating func add(_ code: ErrorCode) {
    count += 1
    reason =
      code == .enhanceYourCalm
      ? "a header list of more than \(ClientSettings().maxHeaderListSize) bytes "
        + "(SETTINGS_MAX_HEADER_LIST_SIZE)"
      : code.description
  }
}
