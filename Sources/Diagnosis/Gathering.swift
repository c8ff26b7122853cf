internal import Balancing

/// Whether a load without a rate limit lets more answers come in before it starts the next RPCs.
/// A value: time is passed in.
///
/// Round robin deals the RPCs of a turn out to all connections, so a turn that brings few answers ends in
/// one write per RPC, and writes are most of what an RPC costs. Where answers come fast it pays to wait
/// until each connection gets several: with nghttpd at 10 × 10 an RPC then costs a quarter less. With one
/// connection there is nothing to gain: what came in one read leaves in one write. The latency of an RPC
/// counts from its start, so none of the wait is in it.
struct Gathering {
  /// The longest wait, in nanoseconds.
  static let longest: Int64 = 400_000
  /// RPCs per connection that are worth a write.
  private static let perConnection = 4
  /// Turns without a wait after one that was in vain: the server is slower than that.
  private static let pause = 100

  /// Most of the load stays with the server, so that it never runs out of work.
  private let most: Int
  private var until: MonotonicTime?
  private var turnsOff = 0

  /// - Parameter concurrency: RPCs that may be in flight.
  init(concurrency: Int) {
    most = concurrency * 2 / 5
  }

  /// True where the RPCs that could start now should wait for others.
  ///
  /// - Parameters:
  ///   - free: RPCs that could start now.
  ///   - ready: connections that are READY.
  mutating func waits(free: Int, ready: Int, at now: MonotonicTime) -> Bool {
    let goal = min(most, Self.perConnection * ready)
    guard ready > 1, goal > ready, free < goal else {
      until = nil
      return false
    }
    guard let until else {
      guard turnsOff == 0 else {
        turnsOff -= 1
        return false
      }
      self.until = now + .nanoseconds(Self.longest)
      return true
    }
    guard until <= now else { return true }
    self.until = nil
    turnsOff = Self.pause
    return false
  }
}
