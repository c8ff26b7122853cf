private import Glibc

/// An instant of CLOCK_MONOTONIC: the same clock as a client's on this machine, in another process
/// too.
package struct LabInstant: Comparable, Hashable, Sendable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  package static var now: LabInstant { LabInstant(nanoseconds: read(CLOCK_MONOTONIC)) }

  /// Milliseconds since 1970 by the wall clock of now.
  package var unixMilliseconds: Int64 {
    (Self.read(CLOCK_REALTIME) - (Self.now.nanoseconds - nanoseconds)) / 1_000_000
  }

  package static func < (left: LabInstant, right: LabInstant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// From the right instant to the left one.
  package static func - (left: LabInstant, right: LabInstant) -> Duration {
    .nanoseconds(left.nanoseconds - right.nanoseconds)
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
