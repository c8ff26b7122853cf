import ArgumentParser
import Reporting

/// The exit codes that scripts rely on. They are the same for every output format.
enum ExitStatus {
  static let held: Int32 = 0
  static let failed: Int32 = 1
  static let undecided: Int32 = 2
  static let notMeasured: Int32 = 3
  static let usage: Int32 = 64
  static let interrupted: Int32 = 130
  static let terminated: Int32 = 143

  /// Failed beats undecided beats held.
  static func code(for assertions: [Report.Assertion]) -> Int32 {
    if assertions.contains(where: { $0.held == false }) { return failed }
    if assertions.contains(where: { $0.held == nil }) { return undecided }
    return held
  }
}

/// Prints what could not be done on standard error and ends with its exit code.
func fail(_ problem: Problem, _ terminal: Terminal) -> ExitCode {
  terminal.error(render(problem, as: .table, style: terminal.errorStyle))
  return ExitCode(
    problem.phase == .usage || problem.phase == .target ? ExitStatus.usage : ExitStatus.notMeasured)
}

/// The same for a report that could not be written.
func failedOutput(_ error: any Error, _ terminal: Terminal) -> ExitCode {
  terminal.error("lbcheck: \(error)\n")
  return ExitCode(ExitStatus.notMeasured)
}
