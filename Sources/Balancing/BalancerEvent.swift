package import Naming

/// What happened outside a `LoadBalancer`. Events that no longer fit the state of their subchannel
/// (an attempt that ended after it was abandoned) change nothing.
package enum BalancerEvent: Hashable, Sendable {
  case resolved(ResolverUpdate)

  /// The attempt succeeded: TCP, TLS and the server's first SETTINGS are done.
  case connected(SubchannelID)

  /// The attempt failed or passed its deadline. The text goes into the status of failing RPCs.
  case connectFailed(SubchannelID, String)

  /// The server asked the subchannel's current connection to go away. It gets no new RPCs and ends
  /// with those in flight, which is the transport's to do: no `.drain` follows.
  case goAway(SubchannelID)

  /// The subchannel's current connection ended. Not for one that drains already.
  case connectionLost(SubchannelID, String)

  /// A `.wake(at:)` may be due. Coming early does no harm: what is not due yet is asked for again.
  /// Every other event does the work of one that is due, too.
  case timer

  /// An RPC waits while the channel is idle.
  case exitIdle

  /// There was no RPC for the profile's `idleTimeout`, and none is under way.
  case idleTimeout
}
