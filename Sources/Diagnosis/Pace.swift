internal import Balancing

/// When the next RPC may start, for a load with a rate limit. A value: time is passed in.
struct Pace {
  private let interval: Int64
  private var next: MonotonicTime

  /// - Parameter rate: RPCs per second; 0 for no limit.
  init(rate: Double, start: MonotonicTime) {
    interval = rate > 0 ? Int64(1e9 / rate) : 0
    next = start
  }

  /// True where an RPC may start now, and counts it then.
  mutating func take(at now: MonotonicTime) -> Bool {
    guard interval > 0 else { return true }
    guard next <= now else { return false }
    // After a stall the missed RPCs are not sent as one burst: at most ten intervals are made up.
    next.nanoseconds = max(next.nanoseconds, now.nanoseconds - 10 * interval) + interval
    return true
  }

  /// When the RPC that is to start next may: it has this turn from now on.
  mutating func reserve(at now: MonotonicTime) -> MonotonicTime {
    guard interval > 0 else { return now }
    next.nanoseconds = max(next.nanoseconds, now.nanoseconds - 10 * interval)
    defer { next.nanoseconds += interval }
    return next
  }

  /// Nanoseconds until the next RPC may start; nil without a limit.
  func delay(at now: MonotonicTime) -> Int64? {
    interval > 0 ? max(0, next.nanoseconds - now.nanoseconds) : nil
  }
}
