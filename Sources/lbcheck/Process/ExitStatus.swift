import ArgumentParser
import Reporting

/// The exit codes that scripts rely on. They are the same for every output format.
enum ExitStatus {
  static let held: Int32 = 0
  static let failed: Int32 = 1
  static let undecided: Int32 = 2
  static let notMeasured: Int32 = 3
  static let usage: Int32 = 64
  /// As the shell, env(1) and timeout(1) say it of a program that they should run.
  static let commandNotRun: Int32 = 126
  static let commandMissing: Int32 = 127
  static let interrupted: Int32 = 130
  static let terminated: Int32 = 143

  /// Failed beats undecided beats held.
  static func code(for assertions: [Report.Assertion]) -> Int32 {
    if assertions.contains(where: { $0.held == false }) { return failed }
    if assertions.contains(where: { $0.held == nil }) { return undecided }
    return held
  }

  /// Of `lab`: an assertion that failed beats the program's own failure, and that one a signal and an
  /// assertion that could not be decided.
  static func code(for assertions: [Report.Assertion], program: Int32, signal: Int32?) -> Int32 {
    let code = code(for: assertions)
    if code == failed { return code }
    if program != 0 { return program }
    return signal.map { 128 + $0 } ?? code
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
