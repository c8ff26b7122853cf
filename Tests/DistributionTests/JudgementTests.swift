import Distribution
import Naming
import Testing

@Suite("Judgement")
struct JudgementTests {
  @Test("round_robin with equal counts is balanced")
  func balanced() {
    let verdict = judge(.cyclic([100, 100, 101, 100, 99]))
    #expect(verdict.outcome == .balanced)
    #expect(verdict.basis == .cyclic)
    #expect(verdict.neededRPCs == nil)
    #expect(
      verdict.reason == """
        all 5 ready pods answered, 99 to 101 of 500 RPCs each: no share is more than 1.0 % away \
        from an equal one
        """)
  }

  @Test("One connection pins every RPC to its pod")
  func pinned() {
    let verdict = judge(.perConnection(pods: 5, [(pod: 2, rpcs: 500)]))
    #expect(verdict.outcome == .pinned)
    #expect(verdict.basis == .perConnection)
    #expect(
      verdict.reason == """
        one of 5 ready pods answered all 500 RPCs: pod-2; all RPCs of a connection go to the pod \
        at its end, and this client has 1 connection
        """)
  }

  @Test("Attempts that never became a connection do not ask for more answers")
  func neverOpened() {
    var sample = Sample.perConnection(pods: 5, [(pod: 2, rpcs: 20)])
    sample.connections += Array(repeating: ConnectionTally(), count: 11)
    #expect(judge(sample).outcome == .pinned)
    sample.opened = sample.connections.count
    #expect(judge(sample).neededRPCs == 24)
  }

  @Test("Three connections reach a part of the pods")
  func partial() {
    let verdict = judge(
      .perConnection(pods: 5, [(pod: 0, rpcs: 200), (pod: 3, rpcs: 200), (pod: 0, rpcs: 200)]))
    #expect(verdict.outcome == .partial)
    #expect(
      verdict.reason == """
        2 of 5 ready pods answered all 600 RPCs, and pod-1, pod-2 and pod-4 stayed silent: all \
        RPCs of a connection go to the pod at its end, and 3 connections opened at random reach \
        2.4 of 5 pods on average
        """)
  }

  @Test("A pod that swallows its turns is named with what it lost")
  func hanging() {
    let verdict = judge(.cyclic([125, 125, 0, 125], lost: [0, 0, 125]))
    #expect(verdict.outcome == .partial)
    #expect(
      verdict.reason == """
        3 of 4 ready pods answered all 375 RPCs, and pod-2 stayed silent: the policy takes pods in \
        turn, so the others were not connected or gave no answer; 125 attempts at pod-2 got no \
        answer
        """)
  }

  @Test("A share outside the tolerance is skewed")
  func skewed() {
    let hot = judge(.cyclic([250, 100, 100, 100]))
    #expect(hot.outcome == .skewed)
    #expect(
      hot.reason == "pod-0 answered 250 of 550 RPCs, 1.82 times an equal share among 4 pods")
    let cold = judge(.cyclic([100, 100, 20, 100]))
    #expect(cold.outcome == .skewed)
    #expect(
      cold.reason == "pod-2 answered 20 of 320 RPCs, 0.25 times an equal share among 4 pods")
  }

  @Test("What the counts cannot show is inconclusive", arguments: Doubt.allCases)
  func inconclusive(doubt: Doubt) {
    let verdict = judge(doubt.sample)
    #expect(verdict.outcome == .inconclusive)
    #expect(verdict.basis == doubt.basis)
    #expect(verdict.reason.contains(doubt.words), "\(verdict.reason)")
    #expect(verdict.neededRPCs == nil)
  }

  @Test("Too few RPCs ask for as many as would decide")
  func tooFew() {
    // A silent pod means nothing before two turns and the picker's own start.
    let silent = judge(.cyclic([3, 3, 3, 3, 0], generations: 3))
    #expect(silent.outcome == .inconclusive && silent.neededRPCs == 13)
    #expect(judge(.cyclic([4, 3, 3, 3, 0], generations: 3)).outcome == .partial)
    // One RPC each is equal, but a single count is more than the tolerance.
    let equal = judge(.cyclic([1, 1, 1, 1, 1]))
    #expect(equal.outcome == .inconclusive && equal.neededRPCs == 50)
    #expect(judge(.cyclic([10, 10, 10, 10, 10])).outcome == .balanced)
    // Ten pickers may have moved what is seen.
    let moved = judge(.cyclic([24, 20, 20, 16], generations: 10))
    #expect(moved.outcome == .inconclusive && moved.neededRPCs == 400)
    // Two connections might each have gone anywhere.
    let young = judge(.perConnection(pods: 3, [(pod: 0, rpcs: 1), (pod: 0, rpcs: 1)]))
    #expect(young.outcome == .inconclusive && young.neededRPCs == 4)
  }

  @Test("The tolerance is the user's")
  func tolerance() {
    let sample = Sample.cyclic([1150, 1000, 1000, 850])
    #expect(judge(sample, tolerance: 0.2).outcome == .balanced)
    #expect(judge(sample, tolerance: 0.1).outcome == .skewed)
    #expect(judge(.cyclic([1000, 1000, 1000]), tolerance: 0).outcome == .balanced)
    #expect(judge(.cyclic([1000, 1010, 1000]), tolerance: 0).outcome == .skewed)
    #expect(judge(sample, tolerance: 0.2).tolerance == 0.2)
  }

  @Test("Unknown ready pods: uneven is certain, even is not")
  func unknownReadySet() {
    let uneven = Sample.perConnection(
      pods: 2, [(pod: 0, rpcs: 900), (pod: 1, rpcs: 100)], isReadySetKnown: false)
    #expect(judge(uneven).outcome == .skewed)
    #expect(judge(uneven).reason.hasSuffix("; silent pods would make it worse"))
    let even = Sample.perConnection(
      pods: 2, [(pod: 0, rpcs: 500), (pod: 1, rpcs: 500)], isReadySetKnown: false)
    #expect(judge(even).outcome == .inconclusive)
  }

  @Test("Connections are tested, not the calls on them")
  func overConnections() throws {
    // 200 connections as chance lays them: calls differ far more than chance would let calls
    // differ.
    var random = SplitMix64(seed: 200)
    let connections = (0..<200).map { _ in (pod: Int.random(in: 0..<5, using: &random), rpcs: 25) }
    let sample = Sample.perConnection(pods: 5, connections)
    let test = try #require(sample.chiSquare)
    #expect(test.unit == .connections && test.df == 4)
    #expect(!test.isSignificant)
    #expect(
      abs(test.value * 25 - (try #require(ChiSquare(counts: sample.counts, unit: .rpcs))).value)
        < 1e-6)
  }

  enum Doubt: CaseIterable {
    case nothing, onlyLosses, opaque, partlyOpaque, changed, single, oneSeen

    var sample: Sample {
      switch self {
      case .nothing: return .cyclic([0, 0, 0])
      case .onlyLosses: return .cyclic([0, 0, 0], lost: [7, 7, 6])
      case .opaque:
        var sample = Sample.perConnection(pods: 1, [(pod: 0, rpcs: 500)], isReadySetKnown: false)
        sample.pods[0].isIdentified = false
        return sample
      case .partlyOpaque:
        var sample = Sample.cyclic([100, 100, 100])
        sample.unattributed = 1
        return sample
      case .changed:
        var sample = Sample.cyclic([100, 100, 100])
        sample.membershipChanged = true
        return sample
      case .single: return .cyclic([500])
      case .oneSeen: return .perConnection(pods: 1, [(pod: 0, rpcs: 500)], isReadySetKnown: false)
      }
    }

    var basis: Basis {
      switch self {
      case .nothing, .onlyLosses, .changed, .single: .cyclic
      case .opaque, .partlyOpaque: .opaque
      case .oneSeen: .perConnection
      }
    }

    var words: String {
      switch self {
      case .nothing: "no pod answered"
      case .onlyLosses: "no pod answered: 20 attempts got no answer"
      case .opaque: "500 of 500 answers did not show their pod"
      case .partlyOpaque: "1 of 301 answers did not show their pod"
      case .changed: "changed while RPCs were counted"
      case .single: "nothing to balance"
      case .oneSeen: "it may be the only one"
      }
    }
  }
}
