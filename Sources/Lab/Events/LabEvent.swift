/// Something that happened to a pod, on the lab's side.
package struct LabEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// In the API, and not ready.
    case created
    case ready, notReady, terminating, gone
    /// Crashed.
    case killed
    case blackHoled
    /// Listens again, or is heard again.
    case revived
    /// The answers of the DNS server have its address from now on, or no longer. (What a cache in
    /// front of it says comes later.)
    case inDNS, leftDNS
    /// Its endpoint is ready in the Kubernetes API from now on, or no longer. The virtual IP and the
    /// proxy follow at once.
    case inAPI, leftAPI
    /// Sent on the connection from the address `peer`; two of them make a graceful end (gRFC A9).
    case goAway(GoAway, peer: String)
    case firstRequest, lastRequest
  }

  /// What a GOAWAY frame says (RFC 9113 §6.8).
  package struct GoAway: Hashable, Sendable {
    package var lastStream: Int
    /// An error code of RFC 9113 §7.
    package var code: Int
    package var debug: String
  }

  package let time: LabInstant
  /// Of the same instant.
  package let unixMilliseconds: Int64
  package let pod: String
  package let kind: Kind

  init(_ kind: Kind, pod: String, at time: LabInstant = LabInstant.now) {
    self.kind = kind
    self.pod = pod
    self.time = time
    unixMilliseconds = time.unixMilliseconds
  }

  /// One JSON object: `event`, `pod`, `monotonic_ns`, `unix_ms`, and of a GOAWAY `peer`,
  /// `last_stream`, `code`, `debug`.
  package var json: String {
    var said: (GoAway, peer: String)?
    if case .goAway(let goAway, let peer) = kind { said = (goAway, peer) }
    let value: JSONValue = [
      "event": .string(kind.name), "pod": .string(pod),
      "monotonic_ns": .integer(time.nanoseconds), "unix_ms": .integer(unixMilliseconds),
      "peer": said.map { .string($0.peer) },
      "last_stream": said.map { .integer($0.0.lastStream) },
      "code": said.map { .integer($0.0.code) },
      "debug": said.map { .string($0.0.debug) },
    ]
    return value.description
  }
}

extension LabEvent.Kind {
  /// As `kubectl` and RFC 9113 would call it, in snake case.
  package var name: String {
    switch self {
    case .created: "created"
    case .ready: "ready"
    case .notReady: "not_ready"
    case .terminating: "terminating"
    case .gone: "gone"
    case .killed: "killed"
    case .blackHoled: "black_holed"
    case .revived: "revived"
    case .inDNS: "in_dns"
    case .leftDNS: "left_dns"
    case .inAPI: "in_api"
    case .leftAPI: "left_api"
    case .goAway: "goaway"
    case .firstRequest: "first_request"
    case .lastRequest: "last_request"
    }
  }
}
