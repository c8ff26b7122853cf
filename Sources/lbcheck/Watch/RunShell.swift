import Diagnosis
import Reporting
import Subprocess
import SystemPackage

/// Runs a command line of the user's to its end, with its output on standard error; kills it with all
/// that it started when the task is cancelled.
func runShell(_ command: String) async -> WatchPlan.Outcome {
  var options = PlatformOptions()
  // A group of its own, so that what it started goes with it.
  options.processGroupID = 0
  options.teardownSequence = [
    .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2)),
    .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
  ]
  do {
    let result = try await Subprocess.run(
      .path("/bin/sh"), arguments: ["-c", command], platformOptions: options, input: .none,
      output: .fileDescriptor(.standardError, closeAfterSpawningProcess: false),
      error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
    switch result.terminationStatus {
    case .exited(let code):
      return WatchPlan.Outcome(
        succeeded: code == 0, words: "ended with exit status \(code)")
    case .signaled(let signal):
      return WatchPlan.Outcome(succeeded: false, words: "was killed by signal \(signal)")
    }
  } catch {
    return WatchPlan.Outcome(
      succeeded: false, words: "could not be run: \(Escaping.terminal("\(error)"))")
  }
}
