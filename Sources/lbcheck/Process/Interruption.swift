import Diagnosis
import Dispatch
import Glibc

/// SIGINT, SIGTERM and SIGHUP while a run is under way: the first one ends the run early and lets it
/// report, the second one ends the process at once. A run that has not begun has nothing to report: it
/// is given a moment, for what it waits for may never come.
struct Interruption {
  private let sources: [any DispatchSourceSignal]
  private let received = FirstSignal()

  init(_ control: RunControl) {
    let received = received
    sources = onSignals { number in
      guard received.note(number) else { _exit(128 + number) }
      control.stop()
      DispatchQueue.global().asyncAfter(deadline: .now() + 2) {
        if !control.hasBegun { _exit(128 + number) }
      }
    }
  }

  /// The exit code of the signal that came; nil while none has.
  var exitCode: Int32? { received.number.map { 128 + $0 } }
}
