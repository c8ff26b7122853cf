import Resolution
import Synchronization

/// A clock that a test moves.
final class ManualClock: Sendable {
  private struct Sleeper {
    var until: ContinuousClock.Instant
    var wake: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now: ContinuousClock.Instant
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
    var next = 0
  }

  let start = ContinuousClock.now
  private let state: Mutex<State>
  /// Tells of every sleep that begins, by its end.
  let sleeps: AsyncStream<ContinuousClock.Instant>
  private let sleeping: AsyncStream<ContinuousClock.Instant>.Continuation

  init() {
    state = Mutex(State(now: start))
    (sleeps, sleeping) = AsyncStream.makeStream()
  }

  var resolverClock: ResolverClock {
    ResolverClock(now: { self.state.withLock { $0.now } }, sleep: { try await self.sleep($0) })
  }

  func advance(to instant: ContinuousClock.Instant) {
    let due = state.withLock { state in
      state.now = instant
      let due = state.sleepers.filter { $0.value.until <= instant }
      for key in due.keys { state.sleepers[key] = nil }
      return due.values
    }
    for sleeper in due { sleeper.wake.resume() }
  }

  private func sleep(_ until: ContinuousClock.Instant) async throws {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isOver = state.withLock { state in
          if state.cancelled.contains(number) || until <= state.now { return true }
          state.sleepers[number] = Sleeper(until: until, wake: continuation)
          return false
        }
        if isOver { continuation.resume() } else { sleeping.yield(until) }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        state.cancelled.insert(number)
        return state.sleepers.removeValue(forKey: number)
      }
      sleeper?.wake.resume(throwing: CancellationError())
    }
  }
}
