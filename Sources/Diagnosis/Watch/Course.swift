internal import Distribution
private import Synchronization
internal import Transport

/// When a watch is over: at its time, when its command has ended and what that did has settled, or when
/// it is interrupted.
struct Course {
  let plan: WatchPlan
  let recorder: WatchRecorder
  let control: RunControl
  let beginning: Beginning

  /// Throws where nothing can be watched. The command starts once every channel has a connection.
  func untilOver() async throws -> WatchEnd {
    var end = WatchEnd()
    let outcome = Outcome()
    var command: Task<Void, Never>?
    defer { command?.cancel() }
    let least = plan.duration.map { $0.nanoseconds } ?? 0
    var settlingSince: Int64?
    while true {
      try? await Task.sleep(for: .milliseconds(100))
      let now = recorder.time()
      recorder.update {
        $0.advance(to: now)
        return nil
      }
      if control.isStopped {
        end.interrupted = true
        if let command {
          command.cancel()
          await command.value
        }
        break
      }
      guard try beginning.isOver() else { continue }
      guard let during = plan.during else {
        if plan.duration != nil, now >= least { break }
        continue
      }
      command = command ?? start(during, outcome)
      guard let result = outcome.value.withLock({ $0 }), now >= least else { continue }
      end.outcome = result
      let since = settlingSince ?? now
      settlingSince = since
      if isSettled(at: now, since: since) {
        end.settled = true
        break
      }
      if now - since >= plan.settle.nanoseconds {
        end.settled = false
        end.disagreements = recorder.read { $0.disagreements(connectsAll: connectsAll) }
        break
      }
    }
    end.outcome = end.outcome ?? outcome.value.withLock { $0 }
    return end
  }

  private func start(_ during: WatchPlan.During, _ outcome: Outcome) -> Task<Void, Never> {
    Task {
      note("command started: \(during.command)")
      let result = await during.body()
      note("command \(result.words)")
      outcome.value.withLock { $0 = result }
    }
  }

  private func isSettled(at now: Int64, since: Int64) -> Bool {
    recorder.read {
      now - max($0.lastChange, since) >= plan.quiet.nanoseconds
        && $0.disagreements(connectsAll: connectsAll).isEmpty
    }
  }

  private var connectsAll: Bool { plan.run.policy == .roundRobin }

  private func note(_ text: String) {
    recorder.record(TimelineEvent(.note(text), at: recorder.time()))
  }

  private final class Outcome: Sendable {
    let value = Mutex<WatchPlan.Outcome?>(nil)
  }
}
