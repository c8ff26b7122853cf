import Distribution
import Naming
import Testing

@Suite("Judging runs that lost attempts")
struct LossTests {
  @Test(
    "Equal answers prove nothing where too much got none",
    arguments: [
      // Every pod fell silent in the middle of the run.
      (.cyclic([50, 50, 50, 50, 50], lost: [50, 50, 50, 50, 50]), "250 of 500 attempts"),
      // One pod was chosen twice as often as the others, and lost the difference.
      (.cyclic([100, 100, 100, 100, 100], lost: [100, 0, 0, 0, 0]), "100 of 600 attempts"),
      (
        .perConnection(pods: 2, [(pod: 0, rpcs: 100), (pod: 1, rpcs: 100)]).losing(30),
        "30 of 230 attempts"
      ),
      // Behind a balancer all that was lost may have been one pod's.
      (.perCall([10_000, 10_000, 10_000]).losing(2_000), "2000 of 32000 attempts"),
    ] as [(Sample, String)])
  func hidden(sample: Sample, words: String) {
    let verdict = judge(sample)
    #expect(verdict.outcome == .inconclusive)
    #expect(verdict.reason.contains(words), "\(verdict.reason)")
    #expect(verdict.neededRPCs == nil)
    var complete = sample
    complete.unplacedLosses = 0
    for index in complete.pods.indices { complete.pods[index].lost = 0 }
    #expect(judge(complete).outcome == .balanced)
  }

  @Test("Losses too few to move a share by the tolerance leave a run balanced, and are named")
  func few() {
    let verdict = judge(.cyclic([100, 98, 100, 100, 100], lost: [0, 2, 0, 0, 0]))
    #expect(verdict.outcome == .balanced)
    #expect(verdict.reason.hasSuffix("; 2 attempts at pod-1 got no answer"))
    #expect(judge(.perCall([10_000, 10_000, 10_000]).losing(20)).outcome == .balanced)
  }

  @Test("A pod that lost attempts was chosen: the one that answered is not pinned")
  func notPinned() {
    #expect(judge(.cyclic([0, 100, 0], lost: [100, 0, 100])).outcome == .partial)
    // What was lost at the pod itself, or never had one, leads to no other.
    #expect(judge(.cyclic([0, 100, 0], lost: [0, 100, 0]).losing(50)).outcome == .pinned)
  }

  @Test("Over random runs: losses never help, and balanced bounds what may have been lost")
  func random() {
    var random = SplitMix64(seed: 41)
    var balanced = 0
    for _ in 0..<20_000 {
      let n = Int.random(in: 2...20, using: &random)
      let base = Int.random(in: 10...200, using: &random)
      let counts = (0..<n).map { _ in base + Int.random(in: 0...(base / 5), using: &random) }
      let most = Int.random(in: 0...(base / 3), using: &random)
      let lost = (0..<n).map { _ in max(0, Int.random(in: -most...most, using: &random)) }
      let g = Int.random(in: 1...4, using: &random)
      var sample = Sample.cyclic(counts, generations: g, lost: lost)
      sample.unplacedLosses = Int.random(in: 0...most, using: &random)
      let verdict = judge(sample)
      guard verdict.outcome == .balanced else { continue }
      balanced += 1
      #expect(judge(.cyclic(counts, generations: g)).outcome == .balanced)
      let share = Double(counts.reduce(0, +) + sample.lost) / Double(n)
      for pod in sample.pods {
        #expect(Double(pod.answered) >= 0.9 * share - Double(g) - 1e-6)
        #expect(Double(pod.answered + pod.lost) <= 1.1 * share + Double(g) + 1e-6)
      }
    }
    #expect(balanced > 1000)
  }
}

extension Sample {
  /// Attempts lost at no pod in particular, too.
  fileprivate func losing(_ attempts: Int) -> Sample {
    var sample = self
    sample.unplacedLosses = attempts
    return sample
  }
}
