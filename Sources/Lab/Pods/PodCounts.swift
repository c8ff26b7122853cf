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
    package var isOpen = true
  }

  package init() {}

  /// Connections that are open now.
  package var openConnections: Int {
    connections.count { $0.isOpen }
  }
}
