import Distribution
import Naming
import Testing

@Suite("Measures")
struct MeasuresTests {
  @Test("One pod of five has it all")
  func pinned() throws {
    let measures = try #require(Measures(counts: [0, 500, 0, 0, 0]))
    #expect(measures.coverage == 0.2)
    #expect(measures.skew == 5)
    #expect(measures.effectivePods == 1)
    #expect(measures.usableCapacity == 0.2)
    #expect(measures.jain == 0.2)
    #expect(measures.maxShare == 1)
    #expect(measures.minShare == 0)
    #expect(measures.answering == 1)
    #expect(measures.rpcs == 500)
  }

  @Test("Equal shares")
  func equal() throws {
    let measures = try #require(Measures(counts: [100, 100, 100, 100]))
    #expect(measures.coverage == 1)
    #expect(measures.skew == 1)
    #expect(measures.effectivePods == 4)
    #expect(measures.usableCapacity == 1)
    #expect(measures.jain == 1)
    #expect(measures.maxShare == 0.25)
    #expect(measures.minShare == 0.25)
  }

  @Test("A known mixture: shares 1/2, 1/4, 1/4, 0")
  func mixture() throws {
    let measures = try #require(Measures(counts: [2, 1, 1, 0]))
    #expect(measures.coverage == 0.75)
    #expect(measures.skew == 2)
    #expect(abs(measures.effectivePods - 8.0 / 3) < 1e-12)
    #expect(abs(measures.jain - 2.0 / 3) < 1e-12)
  }

  @Test("Nothing to measure without pods or answers")
  func absent() {
    #expect(Measures(counts: []) == nil)
    #expect(Measures(counts: [0, 0, 0]) == nil)
  }

  @Test("Ranges and relations hold for any counts, in any order")
  func invariants() throws {
    var random = SplitMix64(seed: 11)
    for _ in 0..<3000 {
      let n = Int.random(in: 1...60, using: &random)
      let top = [1, 3, 100, 1_000_000].randomElement(using: &random) ?? 1
      var counts = (0..<n).map { _ in Int.random(in: 0...top, using: &random) }
      guard let measures = Measures(counts: counts) else {
        #expect(counts.allSatisfy { $0 == 0 })
        continue
      }
      let pods = Double(n)
      let slack = 1e-9
      #expect(measures.coverage >= 1 / pods - slack && measures.coverage <= 1)
      #expect(measures.skew >= 1 - slack && measures.skew <= pods + slack)
      #expect(measures.effectivePods >= 1 && measures.effectivePods <= Double(measures.answering))
      #expect(measures.jain >= 1 / pods - slack && measures.jain <= 1)
      #expect(measures.minShare <= 1 / pods + slack && 1 / pods - slack <= measures.maxShare)
      #expect(abs(measures.usableCapacity * measures.skew - 1) < slack)
      #expect(abs(measures.skew - measures.maxShare * pods) < slack)
      // Simpson's concentration lies between the largest share and its square.
      #expect(measures.effectivePods >= 1 / measures.maxShare - slack)
      counts.shuffle(using: &random)
      let shuffled = try #require(Measures(counts: counts))
      #expect(abs(shuffled.effectivePods - measures.effectivePods) < 1e-6)
      #expect(shuffled.skew == measures.skew && shuffled.coverage == measures.coverage)
    }
  }

  @Test("Random connections reach n(1 − (1 − 1/n)^K) pods")
  func reached() {
    #expect(expectedPodsReached(connections: 0, pods: 5) == 0)
    #expect(expectedPodsReached(connections: 3, pods: 0) == 0)
    #expect(abs(expectedPodsReached(connections: 1, pods: 5) - 1) < 1e-12)
    #expect(abs(expectedPodsReached(connections: 3, pods: 5) - 2.44) < 1e-12)
    var random = SplitMix64(seed: 3)
    var sum = 0
    for _ in 0..<20_000 {
      sum += Set((0..<7).map { _ in Int.random(in: 0..<6, using: &random) }).count
    }
    let mean = Double(sum) / 20_000
    #expect(abs(mean - expectedPodsReached(connections: 7, pods: 6)) < 0.03)
  }
}
