import Reporting

/// Something that is said about gRPC load balancing on Kubernetes, and how it is measured in the lab.
struct Claim: Sendable {
  struct Observation: Sendable {
    var held: Bool
    /// What was seen, in a few words.
    var measured: String
  }

  /// As `lbcheck demo NAME` takes it.
  var name: String
  var sentence: String
  /// Why it is so, for somebody who has never heard of subchannels.
  var why: String
  var expected: String
  /// Real seconds that a second of this scenario stands for; nil where it is one.
  var timeScale: Double?
  /// With the seed of every random choice.
  var measure: @Sendable (UInt64) async throws -> Observation

  static let all: [Claim] = virtualIP + headless + scaling + kubernetes + faults

  /// Holds where one pod answers everything.
  static func onePod(
    _ seed: UInt64, _ run: (DemoLab) async throws -> Report
  ) async throws -> Observation {
    try await DemoLab.with(seed) { lab in
      let report = try await run(lab)
      return Observation(held: report.answering == 1, measured: report.told)
    }
  }

  /// The claim and why it is so, ending in a newline.
  func explanation(style: Style) -> String {
    explained([sentence, why, "Expected: \(expected)."], style: style)
  }

  /// A scenario that could not be carried out does not hold.
  func result(seed: UInt64) async -> DemoReport.Claim {
    let observation: Observation
    do {
      observation = try await measure(seed)
    } catch {
      observation = Observation(held: false, measured: "it could not be measured: \(error)")
    }
    return DemoReport.Claim(
      name: name, claim: sentence, expected: expected, measured: observation.measured,
      held: observation.held, timeScale: timeScale)
  }
}
