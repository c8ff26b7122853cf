/// The time that a resolver goes by.
package struct ResolverClock: Sendable {
  package var now: @Sendable () -> ContinuousClock.Instant
  /// Returns then, or throws when the task is cancelled.
  package var sleep: @Sendable (_ until: ContinuousClock.Instant) async throws -> Void

  package init(
    now: @escaping @Sendable () -> ContinuousClock.Instant,
    sleep: @escaping @Sendable (ContinuousClock.Instant) async throws -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }

  package static let continuous = ResolverClock(
    now: { .now }, sleep: { try await Task.sleep(until: $0, clock: .continuous) })
}
