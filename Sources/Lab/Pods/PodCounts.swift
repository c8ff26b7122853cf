/// What one pod saw and did since it was started; the truth that a client's counts are held to.
/// `received` = `answered` + `refused` + `reset` + `rejected` + `cancelled` + requests still open
/// or dropped with their connection.
package struct PodCounts: Hashable, Sendable {
  /// Requests whose headers arrived, above no GOAWAY's last stream.
  package var received = 0
  /// Requests whose whole response, with a gRPC status, was handed to the kernel.
  package var answered = 0
  /// Requests answered with RST_STREAM REFUSED_STREAM.
  package var refused = 0
  /// Requests answered with RST_STREAM and another code.
  package var reset = 0
  /// Requests that are not gRPC (method, content-type) and got an HTTP status of the 4xx class.
  package var rejected = 0
  /// Requests that the client reset before their response was complete.
  package var cancelled = 0
  /// HTTP/1.1 requests whose whole response was handed to the kernel. In none of the above.
  package var http1 = 0
  /// Calls of channelz, which are in no other count.
  package var channelz = 0
  /// In the order they were accepted, ended ones too.
  package var connections = ConnectionRecords()
  /// When the first and the newest of `received` and of `http1` came.
  package var firstRequest: LabInstant?
  package var lastRequest: LabInstant?
  /// Breaches of HTTP/2 by clients, as text; the first 100.
  package var violations: [String] = []

  /// One TCP connection to the pod.
  package struct Connection: Hashable, Sendable {
    /// The client's end, `address:port`.
    package var peer: String
    package var received = 0
    package var answered = 0
    package var http1 = 0
    /// Neither ended by the pod nor gone.
    package var isOpen: Bool { closed == nil }

    /// Of the answers to requests that came after the cold start (`ColdStart`), and of those that came
    /// before. HTTP/1.1 included.
    package var answers: [Status: Int] = [:]
    package var coldAnswers: [Status: Int] = [:]
    /// Requests that ended without an answer while the connection lived.
    package var losses: [Loss: Int] = [:]
    /// The most requests that were open at a time.
    package var peak = 0
    package var opened = LabInstant.now
    package var closed: LabInstant?
    /// Who ended it; nil while it is open.
    package var end: End?
    /// The last GOAWAY that the client was sent, and when the first one was.
    package private(set) var goAway: LabEvent.GoAway?
    package private(set) var goAwayAt: LabInstant?
    /// False where a pod with an upstream server passed on something that is not HTTP/2.
    package var isUnderstood = true

    /// Requests that are open now, or that were when the connection ended.
    package var unanswered: Int { received - ended }
    /// Requests that came and have ended, one way or another.
    var ended = 0

    mutating func note(_ goAway: LabEvent.GoAway, at now: LabInstant) {
      self.goAway = goAway
      goAwayAt = goAwayAt ?? now
    }
  }

  /// How a response says how it went.
  package enum Status: Hashable, Sendable {
    case grpc(Int)
    /// Of a response without a gRPC status.
    case http(Int)
    /// Its header fields could not be read.
    case unseen
  }

  /// Why a request got no answer.
  package enum Loss: Hashable, Sendable {
    /// RST_STREAM REFUSED_STREAM of the pod.
    case refused
    /// RST_STREAM of the pod with another code.
    case reset
    /// RST_STREAM of the client.
    case cancelled
  }

  /// What ended a connection.
  package enum End: Hashable, Sendable {
    /// The pod crashed.
    case killed
    /// The pod, after a GOAWAY and when its streams had ended.
    case drained
    /// The client closed it.
    case client
    /// A reset, or another error of the network.
    case broken
    /// The pod, because the client broke HTTP/2.
    case violation
  }

  package init() {}

  /// Connections that are open now.
  package var openConnections: Int {
    connections.count { $0.isOpen }
  }
}
