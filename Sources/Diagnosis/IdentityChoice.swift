internal import Transport

/// How a response is traced to its pod (`--identity`).
package enum IdentityChoice: Sendable, Equatable {
  /// Whatever names the pod: a response field that is known to, the message of gRPC's own test
  /// service, channelz, or the peer address.
  case auto
  /// The peer address alone: the user vouches that it is the pod's.
  case peer
  /// The response field of this name, header or trailer.
  case header(String)
  /// What the server's channelz says of each connection.
  case channelz
  /// The field of the response message that this path leads to, such as `info.pod_name`.
  case body(String)

  /// What to watch for.
  var fields: IdentityFields {
    switch self {
    // With channelz, to see connections that several pods answer and to check what it says.
    case .auto, .channelz: .known
    case .peer, .body: IdentityFields(pod: [], host: [])
    case .header(let name): IdentityFields(pod: [name.lowercased()], host: [])
    }
  }

  /// What is left of it for who sends no RPCs.
  var overHTTP1: IdentityChoice {
    switch self {
    case .channelz, .body: .auto
    case .auto, .peer, .header: self
    }
  }

  /// As the report names it.
  var source: String {
    switch self {
    case .auto, .channelz: "header"
    case .peer: "peer"
    case .header(let name): "header:\(name)"
    case .body(let field): "body:\(field)"
    }
  }

  /// The value that counts, as a `ValuePool` id; 0 for none. Once the pool has overflowed, the
  /// field is not a pod's name but something that differs per response: it is left alone, as is an
  /// answer that names two pods.
  func choose(_ attempt: Attempt) -> UInt32 {
    guard !attempt.namesContradict else { return 0 }
    let identity = attempt.identity != 0 ? attempt.identity : attempt.fallbackIdentity
    return identity == LoopContext.overflowIdentity ? 0 : identity
  }

  /// The pod in a field's value: Istio's `x-envoy-peer-metadata-id` is `sidecar~IP~POD.NS~DOMAIN`.
  static func podName(_ text: String) -> String {
    let parts = text.split(separator: "~", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "sidecar" || parts[0] == "router",
      let dot = parts[2].lastIndex(of: "."), dot > parts[2].startIndex
    else { return text }
    return String(parts[2][..<dot])
  }
}
