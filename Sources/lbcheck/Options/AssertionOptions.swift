import ArgumentParser
import Distribution

/// What must hold.
struct AssertionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Must hold, or the exit code is 1: balanced, pinned, or METRIC OP VALUE such as 'skew<=1.1'. Repeatable.",
      valueName: "expr"),
    transform: Assertion.ofDistribution)
  var assert: [Assertion] = []
}

extension Assertion {
  /// Reads an `--assert` of the command line about a set of pods that stays.
  static func ofDistribution(_ text: String) throws -> Assertion {
    let assertion = try Assertion(argument: text)
    if case .metric(let metric, _, _) = assertion.claim, !Metric.ofDistribution.contains(metric) {
      throw ValidationError("\(metric.rawValue) is measured over time: lbcheck watch asserts it")
    }
    return assertion
  }

  /// Reads an `--assert` of the command line.
  init(argument text: String) throws {
    do {
      self = try Assertion(parsing: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
