import Distribution
import Lab
import Naming
import Reporting
import Testing

@testable import Diagnosis

@Suite("Until it is decided", .timeLimit(.minutes(1)))
struct EarlyEndTests {
  @Test(
    "the window ends as soon as the outcome is certain, and the pods' counts are the report's",
    arguments: [
      (DistributePlan.Policy.roundRobin, "balanced"), (.pickFirst, "pinned"),
    ])
  func early(policy: DistributePlan.Policy, outcome: String) async throws {
    let run = try await LabRun.measure(policy) { plan, _ in
      plan.untilDecided = true
      plan.amount = .rpcs(1_000_000)
      plan.rate = 2000
    }
    try run.expectTruth()
    #expect(run.report.verdict.outcome == outcome)
    #expect(run.report.verdict.decidedAt == run.report.rpcs.answered)
    #expect(run.report.rpcs.answered < 100_000)
  }

  @Test("what is not decided by its bound is inconclusive, with what it takes")
  func bound() async throws {
    let run = try await LabRun.measure(.roundRobin) { plan, _ in
      plan.untilDecided = true
      plan.amount = .rpcs(20)
    }
    #expect(run.report.verdict.outcome == "inconclusive")
    #expect(run.report.verdict.decidedAt == nil)
    #expect(run.report.verdict.neededRPCs == 50)
    #expect(run.report.rpcs.sent == 20)
  }

  /// Sends ten RPCs at a time; what it counts are the numbers of these parts.
  private actor Parts: MeasuringWindow {
    private(set) var sent = 0
    private(set) var ends = 0
    private var waiting: CheckedContinuation<Void, Never>?

    func send(isFirst: Bool) async {
      sent += 1
      await withCheckedContinuation { waiting = $0 }
    }

    func counts() -> Counts {
      var counts = Counts()
      counts.warmup = waiting == nil ? sent : -sent
      return counts
    }

    func endEarly() -> Bool {
      ends += 1
      waiting?.resume()
      waiting = nil
      return true
    }
  }

  @Test("where the answers that were in flight make it uncertain again, it goes on")
  func again() async throws {
    let window = Parts()
    // Under way every look decides; what has come in by the end does from the third part on.
    let earlyEnd = EarlyEnd { counts in
      Verdict(
        outcome: counts.warmup < 0 || counts.warmup >= 3 ? .balanced : .inconclusive,
        basis: .cyclic, reason: "", tolerance: 0.1)
    }
    let counts = try await earlyEnd.run(window)
    #expect(counts.decidedAt == 0)
    #expect(await window.sent == 3)
    #expect(await window.ends == 3)
  }
}
