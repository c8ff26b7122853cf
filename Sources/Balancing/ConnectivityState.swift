/// The state of a subchannel or a channel, as gRPC's connectivity semantics define it. SHUTDOWN is
/// missing because a balancer forgets what it has shut down.
package enum ConnectivityState: Int, CaseIterable, Sendable {
  case idle
  case connecting
  case ready
  case transientFailure
}
