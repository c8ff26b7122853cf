package import Balancing
package import Distribution
private import Synchronization
internal import Transport

/// The timeline of a run under way, written to from event loops and observers and read by displays.
package final class WatchRecorder: Sendable {
  package let start = MonotonicTime.now()
  /// Of the same instant, in milliseconds since 1970.
  package let startUnixMilliseconds = WallClock.unixMilliseconds
  /// Every event as it is recorded. For one reader, which must read; ends with the run.
  package let events: AsyncStream<TimelineEvent>

  private let publisher: AsyncStream<TimelineEvent>.Continuation
  private let state: Mutex<Timeline>

  init(_ timeline: Timeline) {
    (events, publisher) = AsyncStream.makeStream(of: TimelineEvent.self)
    state = Mutex(timeline)
  }

  /// Nanoseconds since the run began.
  package func time(_ instant: MonotonicTime = .now()) -> Int64 {
    instant.nanoseconds - start.nanoseconds
  }

  package var timeline: Timeline { state.withLock { $0 } }

  func record(_ event: TimelineEvent) {
    guard let shown = state.withLock({ $0.record(event) }) else { return }
    publisher.yield(shown)
  }

  /// Changes the timeline by what is no event, and records the events that come of it.
  func update(_ body: (inout Timeline) -> TimelineEvent?) {
    let shown = state.withLock { timeline in body(&timeline).flatMap { timeline.record($0) } }
    if let shown { publisher.yield(shown) }
  }

  func read<Value: Sendable>(_ body: (inout Timeline) -> sending Value) -> Value {
    state.withLock { body(&$0) }
  }

  func finish() { publisher.finish() }
}
