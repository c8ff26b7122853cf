/// Something that happened to a pod, a connection, or a source of news, as one client saw it.
package struct TimelineEvent: Hashable, Sendable {
  /// Where news comes from that no channel brought.
  package enum Source: String, Hashable, Sendable {
    case dns, kubernetes
  }

  package enum Kind: Hashable, Sendable {
    /// Of the pod's endpoint in the Kubernetes API.
    case ready, notReady, terminating, gone
    /// Of its address in the answers of DNS.
    case inDNS, leftDNS
    /// Of its address in the channel's list.
    case listed, unlisted
    /// A connection is READY; how long that took, in nanoseconds.
    case connected(connection: Int, took: Int64)
    case connectFailed(String)
    case goAway(connection: Int, GoAwayNotice)
    case closed(connection: Int, ConnectionEnd, String)
    /// The first RPC was sent to the pod.
    case firstRPC
    /// RPCs to it have ended at their deadlines, and nothing was heard from it since.
    case silent
    /// The channel's resolver could not look up.
    case lookUpFailed(String)
    /// The source cannot be heard; what it came back with.
    case outage(Source, String)
    case recovered(Source)
    /// The run itself: a command began or ended, the load stopped.
    case note(String)
  }

  /// Nanoseconds since the run began.
  package var time: Int64
  /// The position of the resolver whose channel saw it; nil for what no channel did.
  package var lane: Int?
  /// Nil where it concerns no pod.
  package var address: String?
  /// The pod's name where it is known. From outside: escape it before it is shown.
  package var pod: String?
  package var kind: Kind

  package init(
    _ kind: Kind, at time: Int64, lane: Int? = nil, address: String? = nil, pod: String? = nil
  ) {
    self.kind = kind
    self.time = time
    self.lane = lane
    self.address = address
    self.pod = pod
  }
}

/// What a GOAWAY frame says (RFC 9113 §6.8), and how old its connection was.
package struct GoAwayNotice: Hashable, Sendable {
  /// RFC 9113 §7 name, such as `NO_ERROR`.
  package var code: String
  package var lastStream: UInt32
  /// From outside: escape it before it is shown.
  package var debug: String
  /// Nanoseconds, from READY to the frame.
  package var age: Int64

  package init(code: String, lastStream: UInt32, debug: String, age: Int64) {
    self.code = code
    self.lastStream = lastStream
    self.debug = debug
    self.age = age
  }
}

/// Who ended a connection, and how.
package enum ConnectionEnd: String, Hashable, Sendable, CaseIterable {
  /// The server closed it (FIN).
  case fin
  /// The network or the server reset it (RST), or TCP gave it up.
  case reset
  /// No answer to a keepalive ping, or to RPCs.
  case silence
  /// This client did, after a GOAWAY.
  case drained
  /// This client did: the address left the list, or the run was over.
  case client
  /// The server broke HTTP/2.
  case protocolError = "protocol_error"
}

extension TimelineEvent.Kind {
  /// As the JSON lines name it.
  package var name: String {
    switch self {
    case .ready: "ready"
    case .notReady: "not_ready"
    case .terminating: "terminating"
    case .gone: "gone"
    case .inDNS: "in_dns"
    case .leftDNS: "left_dns"
    case .listed: "listed"
    case .unlisted: "unlisted"
    case .connected: "connected"
    case .connectFailed: "connect_failed"
    case .goAway: "goaway"
    case .closed: "closed"
    case .firstRPC: "first_rpc"
    case .silent: "silent"
    case .lookUpFailed: "look_up_failed"
    case .outage: "outage"
    case .recovered: "recovered"
    case .note: "note"
    }
  }
}
