import ArgumentParser
import Diagnosis

/// What counts as balanced.
struct JudgementOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How far a pod may be from an equal share and still be balanced, such as 10% or 0.1.",
      valueName: "fraction"),
    transform: { try JudgementOptions.fraction($0, "--tolerance", 0...1) })
  var tolerance = 0.1

  @Option(
    help: ArgumentHelp(
      "With which a verdict holds where something in the path draws a pod for every call.",
      valueName: "fraction"),
    transform: { try JudgementOptions.fraction($0, "--confidence", 0.5...0.999999) })
  var confidence = 0.99

  func apply(to plan: inout DistributePlan) {
    plan.tolerance = tolerance
    plan.confidence = confidence
  }

  private static func fraction(
    _ text: String, _ name: String, _ range: ClosedRange<Double>
  ) throws -> Double {
    let isPercentage = text.hasSuffix("%")
    guard let number = Double(isPercentage ? String(text.dropLast()) : text),
      range.contains(isPercentage ? number / 100 : number)
    else {
      throw ValidationError(
        "\(name): '\(printable(text))' is not a fraction from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return isPercentage ? number / 100 : number
  }
}
