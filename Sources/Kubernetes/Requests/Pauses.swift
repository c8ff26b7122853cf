private import Synchronization

/// Waits that all end together when their owner ends.
final class Pauses: Sendable {
  private struct State {
    var isOver = false
    var lastID = 0
    var running: [Int: Task<Void, any Error>] = [:]
  }

  private let state = Mutex(State())

  /// False where it ended early.
  func pause(_ duration: Duration) async -> Bool {
    let task = Task { try await Task.sleep(for: duration) }
    let id = state.withLock { state in
      state.lastID += 1
      state.running[state.lastID] = task
      if state.isOver { task.cancel() }
      return state.lastID
    }
    defer { state.withLock { $0.running[id] = nil } }
    return await withTaskCancellationHandler {
      await task.result.isSuccess
    } onCancel: {
      task.cancel()
    }
  }

  func endForever() {
    state.withLock { state in
      state.isOver = true
      for task in state.running.values { task.cancel() }
    }
  }
}

extension Result {
  fileprivate var isSuccess: Bool {
    if case .success = self { true } else { false }
  }
}
