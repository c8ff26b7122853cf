internal import Balancing
internal import Naming

/// What a channel needs to try RPCs again as its service config says.
struct Retries {
  private let policy: ServiceConfig.RetryPolicy
  private var throttle: RetryThrottle?
  /// By the slot of the RPC that waits for its next attempt.
  private var waiting: [Int: LoopTimer] = [:]

  /// Nil where nothing is retried.
  init?(_ options: ChannelOptions) {
    guard let policy = options.method.retry else { return nil }
    self.policy = policy
    throttle = options.throttling.map(RetryThrottle.init)
  }

  mutating func succeeded() { throttle?.succeeded() }

  /// When to try again; nil for not at all.
  mutating func next(
    _ state: inout RetryState, after attempt: FailedAttempt, _ random: inout SplitMix64
  ) -> Duration? {
    state.next(
      after: attempt, policy, throttle: &throttle,
      jitter: Double.random(in: 0.8...1.2, using: &random))
  }

  mutating func wait(_ call: Int, for timer: LoopTimer) { waiting[call] = timer }

  mutating func waited(_ call: Int) { waiting.removeValue(forKey: call)?.cancel() }

  /// The slots of those that wait no more.
  mutating func forgetAll() -> [Int] {
    defer { waiting = [:] }
    for timer in waiting.values { timer.cancel() }
    return Array(waiting.keys)
  }
}
