/// What differs between gRPC implementations, as data. The code of this room reads these fields and
/// never asks which client it reproduces; who has which is in `ClientProfile+Clients.swift`.
package struct ClientProfile: Hashable, Sendable {
  package enum PickerOrder: Hashable, Sendable {
    /// A new order whenever the picker is rebuilt.
    case random
    case resolver
  }

  package enum PickerStart: Hashable, Sendable {
    case randomEachRebuild
    /// Drawn once; a rebuilt picker goes on counting where the old one stopped, and one over the
    /// same subchannels does not replace the old one.
    case randomOnce
  }

  /// What pick_first does when the address it is connected to leaves the list.
  package enum RemovedConnection: Hashable, Sendable {
    case reconnects
    /// Asks for another list, and connects at the next RPC.
    case goesIdle
  }

  /// What an answer without addresses does to the list in use.
  package enum EmptyAnswer: Hashable, Sendable {
    case dropsList
    /// Treated like a failed lookup.
    case keepsList
  }

  /// What a failed lookup does to a list in use.
  package enum FailedLookup: Hashable, Sendable {
    /// RPCs that fail anyway say so.
    case replacesError
    case ignored
    /// pick_first drops its connection; round_robin fails RPCs unless something is READY.
    case endsPickFirst
  }

  /// What pick_first does once every address of its list has failed.
  package enum FailedPass: Hashable, Sendable {
    /// Tries all of them in parallel, each after a back-off of its own.
    case retriesEach
    /// Tries the list again from its beginning, after one back-off for all of it. Only for clients that
    /// try one address at a time.
    case retriesList
  }

  /// Which failed connection attempts make a client ask for another list.
  package enum FailureReport: Hashable, Sendable {
    case eachAttempt
    case eachPass
    case none
  }

  /// When round_robin uses a new list.
  package enum NewList: Hashable, Sendable {
    case atOnce
    /// As soon as something in it is READY, all of it has failed, or nothing in the old one is READY.
    case whenReady
  }

  /// How long pick_first gives an address before it tries the next beside it (RFC 8305 §5); nil for a
  /// client that tries one at a time.
  package var happyEyeballsDelay: Duration?
  /// Alternates IPv4 and IPv6 in pick_first's list (RFC 8305 §4).
  package var interleavesFamilies: Bool
  /// Whether pick_first knows the list's first endpoint only.
  package var pickFirstUsesOneEndpoint: Bool
  package var pickerOrder: PickerOrder
  package var pickerStart: PickerStart
  /// Whether an endpoint that is listed twice has two turns in round_robin.
  package var countsDuplicates: Bool
  package var newList: NewList
  package var removedConnection: RemovedConnection
  package var emptyAnswer: EmptyAnswer
  package var failedLookup: FailedLookup
  package var failedPass: FailedPass
  package var failureReport: FailureReport
  package var backoff: Backoff
  /// The least time a connection attempt gets.
  package var minimumConnectTimeout: Duration
  /// Whether an attempt may take as long as the back-off that would follow it.
  package var backoffExtendsConnectTimeout: Bool
  /// How long a connection that is not used any more stays open, besides for its RPCs.
  package var closingDelay: Duration
  /// After this long without RPCs a channel drops its connections and its resolver.
  package var idleTimeout: Duration
  package var keepalive: KeepaliveRules
  package var statuses: StatusMapping

  /// The same client on another time scale: every duration times the factor.
  package func scaled(by factor: Double) -> ClientProfile {
    var profile = self
    profile.happyEyeballsDelay = happyEyeballsDelay.map { $0 * factor }
    profile.backoff.first = backoff.first * factor
    profile.backoff.cap = backoff.cap * factor
    profile.minimumConnectTimeout = minimumConnectTimeout * factor
    profile.closingDelay = closingDelay * factor
    profile.idleTimeout = idleTimeout * factor
    profile.keepalive.minimumTime = keepalive.minimumTime * factor
    return profile
  }
}
