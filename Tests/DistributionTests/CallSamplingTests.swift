import Calibration
import Testing

@testable import Distribution

@Suite("Judging draws per call")
struct CallSamplingTests {
  @Test("10,000 uniform runs of the recommended length: at most 1 % are accused, most are cleared")
  func uniform() {
    let outcomes = Calibration(.uniform).outcomes(runs: 10_000, seed: 1)
    #expect(outcomes[.skewed, default: 0] + outcomes[.partial, default: 0] <= 100)
    #expect(outcomes[.balanced, default: 0] >= 8_500, "\(outcomes)")
  }

  @Test("10,000 runs with one pod at 1.5 times its share: at most 1 % are called balanced")
  func uneven() {
    let outcomes = Calibration(.uneven).outcomes(runs: 10_000, seed: 2)
    #expect(outcomes[.balanced, default: 0] <= 100)
    #expect(outcomes[.skewed, default: 0] >= 9_900, "\(outcomes)")
  }

  @Test("looked at after every 64 calls, until it is decided: the errors stay within 1 %")
  func continuousLooking() {
    for (drawing, wrong) in [
      (Drawing.uniform, [Outcome.skewed, .partial]), (.uneven, [.balanced]),
    ] {
      let outcomes = Calibration(drawing).outcomesWhileLooking(runs: 1_000, seed: 3)
      #expect(wrong.reduce(0) { $0 + outcomes[$1, default: 0] } <= 10, "\(outcomes)")
    }
  }

  @Test("a silent pod is not blamed on chance for ever")
  func silence() {
    #expect(judge(.perCall([5, 5, 0])).outcome == .inconclusive)
    let verdict = judge(.perCall([100, 100, 0]))
    #expect(verdict.outcome == .partial)
    #expect(verdict.reason.contains("pod-2 stayed silent"))
  }

  @Test("balanced is never said where a pod is silent, nor where too little was seen")
  func never() {
    for total in [1, 10, 100, 1_000] {
      #expect(judge(.perCall([total, total, total, 0])).outcome != .balanced)
    }
    let few = judge(.perCall([50, 50, 50]))
    #expect(few.outcome == .inconclusive)
    #expect(few.neededRPCs.map { $0 > 1_000 } == true)
    #expect(judge(.perCall([10_000, 10_000, 10_000])).outcome == .balanced)
  }

  @Test("where not all ready pods are known, only too much for one of them is certain")
  func unknownSet() {
    #expect(
      judge(.perCall([9_000, 1_000], isReadySetKnown: false)).outcome == .skewed)
    #expect(
      judge(.perCall([10_000, 10_000], isReadySetKnown: false)).outcome == .inconclusive)
  }

  @Test("an interval holds the observed share, and narrows with the number of calls")
  func intervals() {
    var width = 1.0
    for calls in [100, 1_000, 10_000, 100_000] {
      let interval = CallSampling(pods: 4, calls: calls, tolerance: 0.1, confidence: 0.99)
        .interval(calls / 4)
      #expect(interval.contains(0.25))
      #expect(interval.upperBound - interval.lowerBound < width)
      width = interval.upperBound - interval.lowerBound
    }
    #expect(width < 0.02)
    let silent = CallSampling(pods: 4, calls: 100, tolerance: 0.1, confidence: 0.99).interval(0)
    #expect(silent.lowerBound == 0)
  }

  @Test("more confidence takes more calls, a wider tolerance fewer")
  func needs() {
    func enough(_ tolerance: Double, _ confidence: Double) -> Int {
      CallSampling(pods: 5, calls: 1, tolerance: tolerance, confidence: confidence).enough
    }
    #expect(enough(0.1, 0.999) > enough(0.1, 0.99))
    #expect(enough(0.2, 0.99) < enough(0.1, 0.99))
    #expect((15_000...30_000).contains(enough(0.1, 0.99)))
  }
}
