import Distribution
import Naming
import Testing

@Suite("How many pods theory has a client reach")
struct ExpectationTests {
  @Test("round robin reaches all; one draw reaches one; many draws approach all")
  func values() {
    #expect(Expectation.everyPod.pods(of: 5) == 5)
    #expect(abs(Expectation.draws(1).pods(of: 5) - 1) < 0.0001)
    #expect(abs(Expectation.draws(5).pods(of: 5) - 3.3616) < 0.0001)
    #expect(abs(Expectation.draws(1000).pods(of: 5) - 5) < 0.0001)
    #expect(Expectation.draws(3).pods(of: 0) == 0)
  }

  @Test("the formula is the mean of real draws", arguments: [(3, 2), (5, 5), (20, 10)])
  func simulation(pods: Int, draws: Int) {
    var random = SplitMix64(seed: 11)
    var reached = 0
    for _ in 0..<20_000 {
      reached += Set((0..<draws).map { _ in Int.random(in: 0..<pods, using: &random) }).count
    }
    #expect(abs(Double(reached) / 20_000 - Expectation.draws(draws).pods(of: pods)) < 0.05)
  }
}
