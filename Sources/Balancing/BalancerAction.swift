package import Naming

/// What a `LoadBalancer` wants done, in this order.
package enum BalancerAction: Hashable, Sendable {
  /// Open a connection. Answer with `.connected` or, at the deadline at the latest,
  /// `.connectFailed`, unless `.abandonConnect` comes first.
  case connect(SubchannelID, TransportAddress, deadline: MonotonicTime)

  /// Drop the attempt under way; the subchannel is gone.
  case abandonConnect(SubchannelID)

  /// Close the connection, if it is still open, once its RPCs have ended; the subchannel is gone.
  case drain(SubchannelID)

  /// Ask the resolver for a fresh list; it applies its own floor.
  case reResolve

  /// Look the name up anew: the channel was idle, and a new resolver knows no floor.
  case lookUpAnew

  /// Send `.timer` at that time. A later action with an earlier time replaces this one.
  case wake(at: MonotonicTime)

  /// `pick()` may answer differently now: pick again for the RPCs that wait.
  case pickerChanged
}
