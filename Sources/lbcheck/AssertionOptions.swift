import ArgumentParser
import Distribution

/// What must hold.
struct AssertionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Must hold, or the exit code is 1: balanced, pinned, or METRIC OP VALUE such as 'skew<=1.1'. Repeatable.",
      valueName: "expr"),
    transform: Assertion.init(argument:))
  var assert: [Assertion] = []
}

extension Assertion {
  /// Reads an `--assert` of the command line.
  init(argument text: String) throws {
    do {
      self = try Assertion(parsing: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
