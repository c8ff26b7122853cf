internal import Distribution

/// A measuring window that can be looked at while it is under way, and ended.
protocol MeasuringWindow: Sendable {
  /// Sends until the load is sent or `endEarly` was called, and nothing is in flight any more.
  /// - Parameter isFirst: false to go on where an early end was called too soon.
  func send(isFirst: Bool) async
  /// Everything counted in the window so far.
  func counts() async throws -> Counts
  /// Starts no more RPCs.
  /// - Returns: false where the window was ending anyway.
  func endEarly() async -> Bool
}

/// Ends a window as soon as its outcome is certain (`--until-decided`).
///
/// Looks cost the loops what a look at their tallies costs, at most a twentieth of the time, and come
/// further and further apart, so that no more than a tenth of the RPCs is sent in vain. What was in flight
/// when a look decided is counted, too: where that makes it uncertain again, as a slow pod may, the window
/// goes on.
struct EarlyEnd: Sendable {
  /// The outcome of what was counted, `inconclusive` where it is not certain.
  let verdict: @Sendable (Counts) -> Verdict

  private static let shortestPause = Duration.milliseconds(20)
  private static let longestPause = Duration.seconds(1)

  /// Runs the window to its early end, or to its end.
  /// - Returns: what was counted, and at how many answers it was decided.
  func run(_ window: some MeasuringWindow) async throws -> Counts {
    var isFirst = true
    while true {
      let isHeldBack = await withTaskGroup(of: Bool?.self) { tasks in
        let isFirstPart = isFirst
        tasks.addTask {
          await window.send(isFirst: isFirstPart)
          return nil
        }
        tasks.addTask { await look(at: window) }
        var isHeldBack = false
        for await result in tasks {
          if let result { isHeldBack = isHeldBack || result } else { tasks.cancelAll() }
        }
        return isHeldBack
      }
      var counts = try await window.counts()
      guard isHeldBack else { return counts }
      if verdict(counts).outcome != .inconclusive {
        counts.decidedAt = counts.rows.reduce(0) { $0 + $1.tally.answered }
        return counts
      }
      isFirst = false
    }
  }

  /// Looks until the outcome is certain or the task is cancelled.
  /// - Returns: whether the window was ended early.
  private func look(at window: some MeasuringWindow) async -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    var cost = Duration.zero
    while true {
      let pause = max(
        Self.shortestPause, cost * 20, min(Self.longestPause, start.duration(to: clock.now) / 10))
      try? await clock.sleep(for: pause)
      guard !Task.isCancelled, let counts = try? await window.counts() else { return false }
      let before = clock.now
      if verdict(counts).outcome != .inconclusive, await window.endEarly() { return true }
      cost = before.duration(to: clock.now)
    }
  }
}
