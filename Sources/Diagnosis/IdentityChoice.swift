internal import Transport

/// How a response is traced to its pod (`--identity`).
package enum IdentityChoice: Sendable, Equatable {
  /// A response field that is known to name pods, else the peer address.
  case auto
  /// The peer address alone: the user vouches that it is the pod's.
  case peer
  /// The response field of this name, header or trailer.
  case header(String)

  /// What to watch for.
  var fields: IdentityFields {
    switch self {
    case .auto: .known
    case .peer: IdentityFields(pod: [], host: [])
    case .header(let name): IdentityFields(pod: [name.lowercased()], host: [])
    }
  }

  /// The value that counts, as a `ValuePool` id; 0 for none. Once the pool has overflowed, the
  /// field is not a pod's name but something that differs per response: it is left alone.
  func choose(_ attempt: Attempt) -> UInt32 {
    let identity = attempt.identity != 0 ? attempt.identity : attempt.fallbackIdentity
    return identity == LoopContext.overflowIdentity ? 0 : identity
  }
}
