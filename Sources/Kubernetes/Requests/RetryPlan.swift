/// When to send a request again that failed for a reason that may pass.
struct RetryPlan: Sendable {
  var attempts = 1
  private var pause: Duration
  private let patience: Duration

  /// - Parameter patience: no attempt begins later than that after the first.
  init(firstPause: Duration, patience: Duration) {
    pause = firstPause
    self.patience = patience
  }

  /// How long to wait before the next attempt; nil: there is none.
  mutating func next(after failure: APIFailure, elapsed: Duration) -> Duration? {
    let wait = max(pause, failure.retryAfter ?? .zero)
    guard failure.isTransient, attempts < 5, elapsed + wait < patience else { return nil }
    attempts += 1
    pause *= 2
    return wait
  }
}
