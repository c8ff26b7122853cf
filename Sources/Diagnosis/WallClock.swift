private import Glibc

/// The time of day, for the report's `started_at`; everything that is measured uses the monotonic
/// clock.
package enum WallClock {
  package static var unixMilliseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
