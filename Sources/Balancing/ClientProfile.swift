/// What differs between gRPC implementations, as data. The code of this room reads these fields and
/// never asks which client it reproduces.
package struct ClientProfile: Hashable, Sendable {
  package enum PickerOrder: Hashable, Sendable {
    /// A new order whenever the picker is rebuilt.
    case random
    case resolver
  }

  package enum PickerStart: Hashable, Sendable {
    case randomEachRebuild
    /// Drawn once; a rebuilt picker goes on counting where the old one stopped.
    case randomOnce
  }

  /// What pick_first does when the address it is connected to leaves the list.
  package enum RemovedConnection: Hashable, Sendable {
    case reconnects
    case goesIdle
  }

  /// What an answer without addresses does to the list in use.
  package enum EmptyAnswer: Hashable, Sendable {
    case dropsList
    /// Treated like a failed lookup.
    case keepsList
  }

  /// How long pick_first gives an address before it tries the next beside it (RFC 8305 §5).
  package var happyEyeballsDelay: Duration
  /// Alternates IPv4 and IPv6 in pick_first's list (RFC 8305 §4).
  package var interleavesFamilies: Bool
  package var pickerOrder: PickerOrder
  package var pickerStart: PickerStart
  package var removedConnection: RemovedConnection
  package var emptyAnswer: EmptyAnswer
  package var backoff: Backoff
  /// The least time a connection attempt gets; a longer back-off extends it.
  package var minimumConnectTimeout: Duration

  /// grpc-go 1.85: `balancer/pickfirst`, `balancer/endpointsharding`, `clientconn.go` and
  /// `internal/backoff`.
  package static let go = ClientProfile(
    happyEyeballsDelay: .milliseconds(250),
    interleavesFamilies: true,
    pickerOrder: .random,
    pickerStart: .randomEachRebuild,
    removedConnection: .reconnects,
    emptyAnswer: .dropsList,
    backoff: Backoff(
      first: .seconds(1), multiplier: 1.6, jitter: 0.2, cap: .seconds(120), jittersFirst: false,
      origin: .failure),
    minimumConnectTimeout: .seconds(20))
}
