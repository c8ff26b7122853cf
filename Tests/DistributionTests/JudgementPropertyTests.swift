import Distribution
import Naming
import Testing

@Suite("Judgement, over random runs")
struct JudgementPropertyTests {
  /// Strict round robin: pickers one after the other, each in its own random order from a random
  /// start, as grpc-go builds them.
  private func roundRobin(
    pods: Int, rpcs: Int, generations: Int, _ random: inout SplitMix64
  ) -> Sample {
    var counts = [Int](repeating: 0, count: pods)
    var cuts = (1..<generations).map { _ in Int.random(in: 0...rpcs, using: &random) }
    cuts.append(rpcs)
    var sent = 0
    for end in cuts.sorted() {
      let order = (0..<pods).shuffled(using: &random)
      var next = Int.random(in: 0..<pods, using: &random)
      while sent < end {
        counts[order[next % pods]] += 1
        next += 1
        sent += 1
      }
    }
    return .cyclic(counts, generations: generations)
  }

  @Test("Strict round robin is balanced as soon as the pickers' starts are within the tolerance")
  func strictRoundRobin() throws {
    var random = SplitMix64(seed: 21)
    for _ in 0..<2000 {
      let n = Int.random(in: 2...50, using: &random)
      let g = Int.random(in: 1...12, using: &random)
      let enough = max(20, 10 * g) * n
      let rpcs = Int.random(in: enough...(3 * enough), using: &random)
      let sample = roundRobin(pods: n, rpcs: rpcs, generations: g, &random)
      #expect(try #require(sample.counts.max()) - (try #require(sample.counts.min())) <= g)
      #expect(judge(sample).outcome == .balanced, "\(n) pods, \(g) pickers: \(sample.counts)")
    }
  }

  @Test("Strict round robin is never called uneven, however short or restless the run")
  func neverAccused() {
    var random = SplitMix64(seed: 22)
    for _ in 0..<5000 {
      let n = Int.random(in: 2...50, using: &random)
      let g = Int.random(in: 1...40, using: &random)
      let rpcs = Int.random(in: 1...(30 * n), using: &random)
      let sample = roundRobin(pods: n, rpcs: rpcs, generations: g, &random)
      let verdict = judge(sample)
      #expect(
        verdict.outcome == .balanced || verdict.outcome == .inconclusive,
        "\(n) pods, \(g) pickers: \(sample.counts)")
      if verdict.outcome == .inconclusive {
        #expect((verdict.neededRPCs ?? 0) > rpcs)
      }
    }
  }

  @Test("With a silent pod the verdict is never balanced, on any basis")
  func silentPod() {
    var random = SplitMix64(seed: 23)
    for _ in 0..<5000 {
      let n = Int.random(in: 2...50, using: &random)
      var counts = (0..<n).map { _ in Int.random(in: 15...25, using: &random) }
      counts[Int.random(in: 0..<n, using: &random)] = 0
      let isCyclic = Bool.random(using: &random)
      var sample =
        isCyclic
        ? Sample.cyclic(counts, generations: Int.random(in: 1...30, using: &random))
        : Sample.perConnection(pods: n, counts.indices.map { (pod: $0, rpcs: counts[$0]) })
      sample.isReadySetKnown = Int.random(in: 0..<4, using: &random) > 0
      sample.membershipChanged = Int.random(in: 0..<8, using: &random) == 0
      #expect(judge(sample).outcome != .balanced)
    }
  }

  @Test("A silent pod is reported as soon as it was passed over twice")
  func silentPodIsFound() {
    var random = SplitMix64(seed: 24)
    for _ in 0..<2000 {
      let n = Int.random(in: 3...50, using: &random)
      let g = Int.random(in: 1...5, using: &random)
      var sample = roundRobin(
        pods: n - 1, rpcs: 20 * n + Int.random(in: 0...100, using: &random), generations: g, &random
      )
      sample.pods.append(Sample.Pod(name: "silent", answered: 0))
      let verdict = judge(sample)
      #expect(verdict.outcome == .partial)
      #expect(verdict.reason.contains("silent stayed silent"))
    }
  }

  @Test("One pod that has it all is pinned, whichever it is")
  func onePod() {
    var random = SplitMix64(seed: 25)
    for _ in 0..<2000 {
      let n = Int.random(in: 2...50, using: &random)
      let pod = Int.random(in: 0..<n, using: &random)
      let rpcs = Int.random(in: (2 * n + 1)...(40 * n), using: &random)
      var counts = [Int](repeating: 0, count: n)
      counts[pod] = rpcs
      #expect(judge(.cyclic(counts)).outcome == .pinned)
      #expect(judge(.perConnection(pods: n, [(pod: pod, rpcs: rpcs)])).outcome == .pinned)
    }
  }

  @Test("The verdict does not depend on the order of the pods")
  func permutation() {
    var random = SplitMix64(seed: 26)
    for _ in 0..<2000 {
      let n = Int.random(in: 1...30, using: &random)
      let top = [2, 30, 1000].randomElement(using: &random) ?? 2
      let counts = (0..<n).map { _ in Int.random(in: 0...top, using: &random) }
      let g = Int.random(in: 1...5, using: &random)
      let verdict = judge(.cyclic(counts, generations: g))
      let other = judge(.cyclic(counts.shuffled(using: &random), generations: g))
      #expect(verdict.outcome == other.outcome && verdict.neededRPCs == other.neededRPCs)
    }
  }

  @Test("What is needed is more than there was, and balanced needs every pod near its share")
  func consistency() {
    var random = SplitMix64(seed: 27)
    for _ in 0..<5000 {
      let n = Int.random(in: 2...20, using: &random)
      let base = Int.random(in: 0...300, using: &random)
      let counts = (0..<n).map { _ in base + Int.random(in: 0...(base / 4 + 1), using: &random) }
      let g = Int.random(in: 1...9, using: &random)
      let verdict = judge(.cyclic(counts, generations: g))
      let total = counts.reduce(0, +)
      if let needed = verdict.neededRPCs {
        #expect(verdict.outcome == .inconclusive && needed > total)
      }
      guard total > 0 else { continue }
      let share = Double(total) / Double(n)
      let worst = counts.map { abs(Double($0) - share) }.max() ?? 0
      switch verdict.outcome {
      case .balanced: #expect(worst <= 0.1 * share + Double(g) + 1e-6 && share >= 10 - 1e-6)
      case .skewed: #expect(worst > 0.1 * share + Double(g))
      case .pinned, .partial: #expect(counts.contains(0))
      case .inconclusive: break
      }
    }
  }
}
