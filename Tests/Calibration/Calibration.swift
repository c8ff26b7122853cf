package import Distribution
internal import Naming

/// How often verdicts about drawn calls are wrong, by simulation: for the tests, and as a table for
/// `make bench`.
package struct Calibration: Sendable {
  let drawing: Drawing

  package init(_ drawing: Drawing) {
    self.drawing = drawing
  }

  /// As many calls as a verdict asks for.
  package var recommended: Int {
    verdict([Int](repeating: 1, count: drawing.pods)).neededRPCs ?? 0
  }

  /// Outcomes of so many runs of the recommended length.
  package func outcomes(runs: Int, seed: UInt64) -> [Outcome: Int] {
    var random = SplitMix64(seed: seed)
    let calls = recommended
    var outcomes: [Outcome: Int] = [:]
    for _ in 0..<runs {
      var counts = [Int](repeating: 0, count: drawing.pods)
      for _ in 0..<(calls + 63) / 64 { drawing.draw(&counts, using: &random) }
      outcomes[verdict(counts).outcome, default: 0] += 1
    }
    return outcomes
  }

  /// Outcomes of so many runs that are looked at after every 64 calls and end as soon as they are
  /// decided, at twice the recommended length at the latest.
  package func outcomesWhileLooking(runs: Int, seed: UInt64) -> [Outcome: Int] {
    var random = SplitMix64(seed: seed)
    let limit = 2 * recommended
    var outcomes: [Outcome: Int] = [:]
    for _ in 0..<runs {
      var counts = [Int](repeating: 0, count: drawing.pods)
      var outcome = Outcome.inconclusive
      while outcome == .inconclusive, counts.reduce(0, +) < limit {
        drawing.draw(&counts, using: &random)
        outcome = verdict(counts).outcome
      }
      outcomes[outcome, default: 0] += 1
    }
    return outcomes
  }

  private func verdict(_ counts: [Int]) -> Verdict {
    var tally = ConnectionTally()
    for (pod, rpcs) in counts.enumerated() where rpcs > 0 { tally.answered(pod: pod, rpcs: rpcs) }
    return judge(
      Sample(
        pods: counts.enumerated().map { Sample.Pod(name: "pod-\($0)", answered: $1) },
        connections: [tally], generations: 1, isCyclic: false, isReadySetKnown: true))
  }
}
