/// How long a subchannel waits after failed connection attempts (gRPC's connection-backoff doc):
/// exponential, with jitter so that many clients do not return together.
package struct Backoff: Hashable, Sendable {
  /// When the wait begins.
  package enum Origin: Hashable, Sendable {
    case failure
    case attemptStart
  }

  /// The wait after the first failure.
  package var first: Duration
  package var multiplier: Double
  /// A fraction of the wait, drawn evenly from both sides. Applied after the cap, so that a wait
  /// may exceed it by as much.
  package var jitter: Double
  package var cap: Duration
  package var jittersFirst: Bool
  package var origin: Origin

  package init(
    first: Duration, multiplier: Double, jitter: Double, cap: Duration, jittersFirst: Bool,
    origin: Origin
  ) {
    self.first = first
    self.multiplier = multiplier
    self.jitter = jitter
    self.cap = cap
    self.jittersFirst = jittersFirst
    self.origin = origin
  }

  /// The wait if the attempt that starts now fails, after `failures` failed ones in a row.
  package func delay(
    afterFailures failures: Int, using random: inout some RandomNumberGenerator
  ) -> Duration {
    var delay = first
    for _ in 0..<failures where delay < cap {
      delay = delay * multiplier
    }
    delay = min(delay, cap)
    guard failures > 0 || jittersFirst else { return delay }
    return delay * (1 + Double.random(in: -jitter...jitter, using: &random))
  }
}
