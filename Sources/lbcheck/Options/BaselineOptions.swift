import ArgumentParser
import Distribution
import FoundationEssentials
import Reporting

/// An earlier report that the run is held against.
struct BaselineOptions: ParsableArguments {
  @Option(
    name: .customLong("baseline"),
    help: ArgumentHelp(
      "Must not be worse than this earlier JSON report of the same target and policy, or the exit code is 1: outcome, coverage, skew and error rate.",
      valueName: "file"))
  var file: String?

  @Option(
    name: .customLong("baseline-p99"),
    help: ArgumentHelp(
      "With --baseline: nor may p99 be more than so many times the earlier one, such as 2.",
      valueName: "factor"))
  var latencyFactor: Double?

  func validate() throws {
    if let latencyFactor {
      guard file != nil else { throw ValidationError("--baseline-p99 needs --baseline") }
      guard (1...1000).contains(latencyFactor) else {
        throw ValidationError("--baseline-p99 must be from 1 to 1000")
      }
    }
  }

  /// Nil where none is given. What cannot be read or compared is a usage error: nothing is sent then.
  /// - Parameter difference: in what the report is of another run than this one.
  func baseline(
    _ difference: (Report) -> String?
  ) throws -> (run: Baseline, latencyFactor: Double?)? {
    guard let file else { return nil }
    func refused(_ problem: String) -> ValidationError {
      ValidationError(
        "--baseline \(printable(file)): \(printable(problem))")
    }
    let report: Report
    do {
      report = try SavedReport.run(InputFile.read(file))
    } catch {
      throw refused(error.description)
    }
    if let difference = difference(report) { throw refused("it \(difference)") }
    guard let baseline = report.baseline else {
      throw refused("its numbers make no sense: was it edited?")
    }
    return (baseline, latencyFactor)
  }
}
