import Lab
import Naming
import Synchronization

/// A schedule that runs beside the user's program. What of it cannot be done is said on standard error.
final class ScheduleRun: Sendable {
  private let task: Task<Void, Never>
  private let failures: Failures

  private final class Failures: Sendable {
    private let count = Mutex(0)
    var isEmpty: Bool { count.withLock { $0 == 0 } }
    func add() { count.withLock { $0 += 1 } }
  }

  init(_ schedule: LabSchedule, on cluster: LabCluster, _ terminal: Terminal) {
    let failures = Failures()
    self.failures = failures
    task = Task {
      await cluster.run(schedule) { step, failure in
        failures.add()
        terminal.error(
          "lbcheck lab: at \(step.time.inSeconds), \(printable("\(step.action)")): "
            + printable("\(failure)") + "\n")
      }
    }
  }

  /// Whether a step could not be done: what was measured is not what was asked for.
  var hasFailed: Bool { !failures.isEmpty }

  func cancel() { task.cancel() }
}
