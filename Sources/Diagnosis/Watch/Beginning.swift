internal import Reporting
private import Synchronization

/// Whether the channels of a watch have had their first connection, or could not have one.
final class Beginning: Sendable {
  private let state: Mutex<(waiting: Int, connected: Int, problem: Problem?)>

  /// - Parameter count: of the channels, each of which says once how it began.
  init(of count: Int) {
    state = Mutex((count, 0, nil))
  }

  /// - Parameter problem: nil where a connection is READY.
  func began(_ problem: Problem?) {
    state.withLock { state in
      state.waiting -= 1
      if problem == nil { state.connected += 1 }
      state.problem = state.problem ?? problem
    }
  }

  /// False while a channel is still trying. Throws where none has anything to watch.
  func isOver() throws(Problem) -> Bool {
    let (waiting, connected, problem) = state.withLock { $0 }
    guard waiting == 0 else { return false }
    if connected == 0, let problem { throw problem }
    return true
  }
}
