private import Distribution

extension Report {
  /// One connection, or one attempt to open one.
  package struct Connection: Codable, Hashable, Sendable {
    /// Unique in the report, from 0 in order of the attempt.
    package var id: Int
    /// Which client channel it belonged to, from 0.
    package var channel: Int
    /// Our own address; null when it never opened.
    package var local: String?
    package var remote: String
    /// Every pod that answered on it; more than one means a balancer behind it chooses per call.
    package var pods: [String]
    /// When it became ready, in milliseconds from the start of the run; null if it never did.
    package var opened: Double?
    /// When it closed or failed, in milliseconds from the start of the run; null if it was open at
    /// the end of the measuring window.
    package var closed: Double?
    /// Null while it was open at the end of the measuring window.
    package var closedBy: ClosedBy?
    /// What the transport said about the end, for people.
    package var error: String?
    /// The last GOAWAY that came; null if none did.
    package var goAway: GoAway?
    /// Attempts answered on it in the measuring window.
    package var rpcs: Int

    package init(
      id: Int, channel: Int, local: String?, remote: String, pods: [String], opened: Double?,
      closed: Double? = nil, closedBy: ClosedBy? = nil, error: String? = nil,
      goAway: GoAway? = nil, rpcs: Int
    ) {
      self.id = id
      self.channel = channel
      self.local = local
      self.remote = remote
      self.pods = pods
      self.opened = opened?.rounded(places: 3)
      self.closed = closed?.rounded(places: 3)
      self.closedBy = closedBy
      self.error = error
      self.goAway = goAway
      self.rpcs = rpcs
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case id, channel, local, remote, pods
      case opened = "opened_ms"
      case closed = "closed_ms"
      case closedBy = "closed_by"
      case error
      case goAway = "goaway"
      case rpcs
    }
  }

  /// Who ended a connection.
  package enum ClosedBy: String, Codable, CaseIterable, Sendable {
    /// The client, which is lbcheck but for reports of `lab`: an address left the list, another attempt
    /// won, or the run was over.
    case client
    /// The server announced it (GOAWAY) and the streams in flight could end.
    case goAway = "goaway"
    /// The server closed without a GOAWAY.
    case server
    /// lbcheck, because no answer to a keepalive ping came.
    case keepalive
    /// A TCP reset or another error of the network.
    case network
    /// One side, because the other broke a rule of HTTP/2.
    case protocolError = "protocol_error"
    /// It never became ready: refused, timed out, TLS failed, or no HTTP/2 came back.
    case connectFailed = "connect_failed"
  }

  /// RFC 9113 §6.8.
  package struct GoAway: Codable, Hashable, Sendable {
    /// The name of the error code, for example `NO_ERROR`.
    package var code: String
    /// The debug data as text; gRPC servers say here why (`max_age`, `too_many_pings`).
    package var debug: String
    /// The last stream id that the server may have acted on.
    package var lastStream: UInt32
    /// When it came, in milliseconds from the start of the run; null in reports of versions that had
    /// no such key.
    package var at: Double?

    package init(code: String, debug: String, lastStream: UInt32, at: Double? = nil) {
      self.code = code
      self.debug = debug
      self.lastStream = lastStream
      self.at = at?.rounded(places: 3)
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case code, debug
      case lastStream = "last_stream"
      case at = "at_ms"
    }
  }
}
