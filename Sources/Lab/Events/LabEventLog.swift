private import Synchronization

/// What happened in a lab, in order. Bounded: of a long life the newest events are kept.
final class LabEventLog: Sendable {
  private struct State {
    var events: [LabEvent] = []
    var forgotten = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: at least so many events are kept, at most twice as many.
  init(limit: Int = 10_000) {
    self.limit = limit
  }

  func note(_ kind: LabEvent.Kind, pod: String) {
    state.withLock { state in
      state.events.append(LabEvent(kind, pod: pod))
      guard state.events.count >= 2 * limit else { return }
      state.events.removeFirst(limit)
      state.forgotten += limit
    }
  }

  var events: [LabEvent] { state.withLock { $0.events } }

  /// How many older events there were.
  var forgotten: Int { state.withLock { $0.forgotten } }
}
