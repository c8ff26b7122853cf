/// What a pod does with connections and requests, faults included. The default is a healthy pod.
/// It may be changed at any time: a connection is greeted as the value says when it is accepted,
/// and a request is treated as the value says when its headers arrive.
package struct PodBehaviour: Hashable, Sendable {
  /// What a client meets when it connects.
  package enum Greeting: Hashable, Sendable {
    /// HTTP/2, with prior knowledge in cleartext or by ALPN over TLS; HTTP/1.1 for who begins so.
    case http2
    /// The TCP connection is accepted and never answered, not even with a TLS handshake.
    case silent
    /// The connection is closed as soon as it is accepted.
    case closed
    /// Bytes that are no HTTP/2 frame, where SETTINGS should be (after the handshake with TLS).
    case garbage
    /// A server that speaks HTTP/1.1 only: ALPN `http/1.1`, `400 Bad Request` to what it is sent.
    case http1
  }

  /// How a request ends that no other fault has taken.
  package enum Answer: Hashable, Sendable {
    /// A gRPC status code (0 is OK, with a message body) and its text.
    case status(Int, message: String = "")
    /// Nothing, ever: the client's deadline decides.
    case never
  }

  /// Where a response names its pod.
  package enum Identity: Hashable, Sendable {
    case header, trailer, none
  }

  /// What becomes of calls of `grpc.channelz.v1`.
  package enum Channelz: Hashable, Sendable {
    /// Not registered: UNIMPLEMENTED.
    case off
    /// The truth about the pod's own connections.
    case on
    /// Pages without end of sockets whose addresses are no IP addresses.
    case lies
    /// No answer, ever.
    case never
  }

  package var greeting = Greeting.http2
  package var answer = Answer.status(0)
  /// What `grpc.health.v1.Health/Check` answers: SERVING, or NOT_SERVING.
  package var isServing = true
  /// Time between the end of the request and its response.
  package var delay = Duration.zero
  package var identity = Identity.header
  package var channelz = Channelz.off

  /// Every k-th request of the pod is answered with RST_STREAM REFUSED_STREAM: not processed,
  /// so a client may retry it (RFC 9113 §8.7). 1 refuses all; nil none.
  package var refuseEvery: Int?
  /// Every k-th request of the pod is answered with RST_STREAM and `resetCode`.
  package var resetEvery: Int?
  /// An error code of RFC 9113 §7; 2 is INTERNAL_ERROR.
  package var resetCode: UInt32 = 2
  /// A connection that has brought so many requests is drained with the debug data `max_age`.
  package var goAwayAfter: Int?
  /// How old an HTTP/2 connection becomes, ±10 % that are drawn for each, before it is drained with
  /// the debug data `max_age` (gRFC A9); nil for no limit.
  package var maxConnectionAge: Duration?
  /// How long its requests have then to end before it is closed; nil for ever.
  package var maxConnectionAgeGrace: Duration?
  /// How long an HTTP/2 connection may have no requests before it is drained with the debug data
  /// `max_idle`; nil for no limit.
  package var maxConnectionIdle: Duration?
  /// Clients that send more PINGs than this permits get GOAWAY ENHANCE_YOUR_CALM with the debug data
  /// `too_many_pings`; nil permits all.
  package var keepaliveEnforcement: KeepaliveEnforcement?
  /// SETTINGS_MAX_CONCURRENT_STREAMS of connections accepted from now on; nil announces 2³¹−1,
  /// which is no limit in practice.
  package var maxConcurrentStreams: Int?

  /// How many HTTP/1.1 requests a connection may bring: the response to the last one says
  /// `Connection: close`; nil for no limit. Of the other members HTTP/1.1 heeds `answer` (500 for
  /// what is not OK), `delay` and `identity` (`.header` only).
  package var http1RequestLimit: Int?

  package init() {}

  package static let healthy = PodBehaviour()
}

/// How a pod's connections end when it is killed.
package enum Ending: Hashable, Sendable {
  /// FIN after the bytes already written, as when the kernel closes a dead process's sockets.
  case fin
  /// RST (SO_LINGER 0): what is still on its way to the client may be lost.
  case reset
}
