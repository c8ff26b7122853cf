/// When a channel goes idle for want of RPCs (grpc-go's `internal/idle`).
package enum Idleness {
  package enum Step: Hashable, Sendable {
    case wait(until: MonotonicTime)
    /// Drop connections and resolver.
    case goIdle
  }

  /// - Parameters:
  ///   - isBusy: an RPC is under way.
  ///   - lastActive: when the last one began or ended.
  package static func step(
    isBusy: Bool, lastActive: MonotonicTime, timeout: Duration, at now: MonotonicTime
  ) -> Step {
    if isBusy { return .wait(until: now + timeout) }
    let end = lastActive + timeout
    return end <= now ? .goIdle : .wait(until: end)
  }
}
