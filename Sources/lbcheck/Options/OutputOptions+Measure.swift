import ArgumentParser
import Diagnosis
import Reporting

extension OutputOptions {
  /// Runs a measurement that Ctrl-C can cut short, with its progress drawn meanwhile, and writes its
  /// report.
  /// - Parameter body: gives the report's renderings and the exit code of a run that was not cut
  ///   short; a `Problem` ends the command with its own.
  func measure(
    _ terminal: Terminal,
    _ body: (RunControl) async throws -> (
      render: (OutputFormat, Style) -> String, code: Int32
    )
  ) async throws -> ExitCode {
    let control = RunControl()
    let interruption = Interruption(control)
    let display = Task {
      guard terminal.errorIsTerminal, !quiet, verbose < 2 else { return }
      await LiveProgress(terminal: terminal, control: control).draw()
    }
    let result: Result<(render: (OutputFormat, Style) -> String, code: Int32), any Error>
    do {
      result = .success(try await body(control))
    } catch {
      result = .failure(error)
    }
    display.cancel()
    await display.value
    switch result {
    case .failure(let problem as Problem):
      let code = fail(problem, terminal)
      return interruption.exitCode.map { ExitCode($0) } ?? code
    case .failure(let error):
      throw error
    case .success(let measured):
      do {
        try emit(terminal, measured.render)
      } catch {
        return failedOutput(error, terminal)
      }
      return ExitCode(interruption.exitCode ?? measured.code)
    }
  }
}
