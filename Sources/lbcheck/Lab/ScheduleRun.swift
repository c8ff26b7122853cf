import Lab
import Naming
import Synchronization

/// A schedule that runs beside the user's program. What of it cannot be done is said on standard error.
final class ScheduleRun: Sendable {
  private let task: Task<Void, Never>
  private let failure: Failure

  private final class Failure: Sendable {
    let isThere = Mutex(false)
  }

  init(_ schedule: LabSchedule, on cluster: LabCluster, _ terminal: Terminal) {
    let seen = Failure()
    failure = seen
    task = Task {
      await cluster.run(schedule) { step, failure in
        seen.isThere.withLock { $0 = true }
        terminal.error(
          "lbcheck lab: at \(step.time.inSeconds), \(printable("\(step.action)")): "
            + printable("\(failure)") + "\n")
      }
    }
  }

  /// Whether a step could not be done: what was measured is not what was asked for.
  var hasFailed: Bool { failure.isThere.withLock { $0 } }

  func cancel() { task.cancel() }
}
