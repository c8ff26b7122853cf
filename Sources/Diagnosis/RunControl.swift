private import Synchronization

/// The way to a run that is under way, from a signal handler or a display.
package final class RunControl: Sendable {
  private struct State {
    var isStopped = false
    var hasBegun = false
    var onStop: (@Sendable () -> Void)?
    var progress: (@Sendable () async -> Progress?)?
  }

  private let state = Mutex(State())

  package init() {}

  package var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Whether something has been measured, or is.
  package var hasBegun: Bool { state.withLock { $0.hasBegun } }

  /// Ends the run early: nothing new is sent, what is in flight is waited for, and the report of
  /// what was measured is made.
  package func stop() {
    let action = state.withLock { state in
      state.isStopped = true
      return state.onStop
    }
    action?()
  }

  /// What has been counted so far; nil where no RPCs are being sent.
  package func progress() async -> Progress? {
    await state.withLock { $0.progress }?()
  }

  /// From here on there is something to report.
  func begin() { state.withLock { $0.hasBegun = true } }

  func attach(
    stop: @escaping @Sendable () -> Void, progress: @escaping @Sendable () async -> Progress?
  ) {
    let isStopped = state.withLock { state in
      state.hasBegun = true
      state.onStop = stop
      state.progress = progress
      return state.isStopped
    }
    if isStopped { stop() }
  }

  func detach() {
    state.withLock { state in
      state.onStop = nil
      state.progress = nil
    }
  }
}
