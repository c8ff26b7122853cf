import Diagnosis
import Lab
import Reporting
import Testing
import Transport

@Suite("Counts stay true when servers misbehave", .timeLimit(.minutes(3)))
struct FaultTests {
  @Test("a pod is killed in the middle of the run", arguments: [Ending.fin])
  func killed(ending: Ending) async throws {
    let run = try await LabRun.measure(
      .roundRobin,
      meanwhile: { cluster, _ in
        try await cluster.answered(300, by: 2)
        try await cluster.kill(pod: 2, ending)
      },
      adjust: { plan, _ in plan.amount = .rpcs(8000) })
    try run.expectTruth()
    let killed = try run.pod("mygrpc-2")
    #expect(killed.rpcs < 1600)
    #expect(run.report.pods.filter { $0.pod != "mygrpc-2" }.allSatisfy { $0.rpcs > 1600 })
    #expect(run.report.connections.contains { $0.pods == ["mygrpc-2"] && $0.closed != nil })
    #expect(run.report.verdict.outcome != "balanced")
  }

  @Test("a pod drains gracefully: nothing is lost")
  func drained() async throws {
    let run = try await LabRun.measure(
      .roundRobin,
      meanwhile: { cluster, _ in
        try await cluster.answered(300, by: 1)
        try await cluster.drain(pod: 1)
      },
      adjust: { plan, _ in plan.amount = .rpcs(8000) })
    try run.expectTruth()
    #expect(run.report.rpcs.lost == 0)
    let drained = try #require(run.report.connections.first { $0.goAway != nil })
    #expect(drained.goAway?.code == "NO_ERROR")
    #expect(drained.goAway?.debug == "graceful_stop")
    #expect(drained.closedBy == .goAway)
  }

  @Test("connections age: GOAWAY, a new connection to the same pod, nothing lost")
  func aged() async throws {
    let run = try await LabRun.measure(
      .roundRobin, prepare: { try await $0.setBehaviour { $0.goAwayAfter = 150 } },
      adjust: { plan, _ in plan.amount = .rpcs(5000) })
    try run.expectTruth()
    #expect(run.report.rpcs.lost == 0)
    #expect(run.report.connections.count { $0.goAway?.debug == "max_age" } >= 5)
    #expect(run.report.pods.allSatisfy { $0.connections > 1 })
  }

  @Test("refused streams are retried once, each attempt is counted")
  func refused() async throws {
    let run = try await LabRun.measure(
      .roundRobin, prepare: { try await $0.setBehaviour(pods: 0..<1) { $0.refuseEvery = 3 } })
    try run.expectTruth()
    let refused = run.report.rpcs.lostByCause["refused"] ?? 0
    #expect(refused > 0)
    #expect(refused <= run.counts[0].refused)
    #expect(run.report.rpcs.retried > 0)
    #expect(run.report.rpcs.answered + (refused - run.report.rpcs.retried) == 1000)
  }

  @Test("a pod that answers with errors has its share, and is named")
  func answersWithErrors() async throws {
    let run = try await LabRun.measure(
      .roundRobin,
      prepare: { try await $0.setBehaviour(pods: 1..<2) { $0.answer = .status(14) } })
    try run.expectTruth()
    #expect(run.report.verdict.outcome == "balanced")
    let finding = try #require(run.report.findings.first { $0.code == "LBC0176" })
    #expect(finding.message == "1 of 5 pods answered with errors")
    #expect(finding.evidence == "mygrpc-1 200 UNAVAILABLE of 200")
    let refusing = try await LabRun.measure(
      .roundRobin, prepare: { try await $0.setBehaviour { $0.answer = .status(12) } })
    #expect(!refusing.report.findings.contains { $0.code == "LBC0176" })
  }

  @Test("reset streams are lost, and the connection lives on")
  func reset() async throws {
    let run = try await LabRun.measure(
      .pickFirst, prepare: { try await $0.setBehaviour { $0.resetEvery = 10 } })
    try run.expectTruth()
    #expect(run.report.rpcs.lostByCause["reset"] == run.report.rpcs.lost)
    #expect((90...110).contains(run.report.rpcs.lost))
    #expect(run.report.connections.count == 1)
  }

  @Test("a pod that hangs costs deadlines, and only its own")
  func hangs() async throws {
    let run = try await LabRun.measure(
      .roundRobin, prepare: { try await $0.setBehaviour(pods: 3..<4) { $0.answer = .never } },
      adjust: { plan, _ in
        plan.request.timeout = .seconds(4)
        plan.amount = .rpcs(100)
        plan.concurrency = 50
      })
    try run.expectTruth()
    let row = try run.pod("mygrpc-3")
    #expect(row.rpcs == 0)
    #expect((19...21).contains(row.lost))
    #expect(run.report.rpcs.lostByCause == ["deadline": row.lost])
    #expect(run.counts[3].received >= row.lost)
    #expect(run.report.verdict.outcome != "balanced")
  }

  @Test("other statuses than OK are answers")
  func statuses() async throws {
    let run = try await LabRun.measure(
      .roundRobin,
      prepare: { try await $0.setBehaviour { $0.answer = .status(12, message: "no") } })
    try run.expectTruth()
    #expect(run.report.rpcs.byStatus == ["UNIMPLEMENTED": 1000])
    #expect(run.report.verdict.outcome == "balanced")
  }

  @Test("a pod that nobody can connect to is a silent ready pod")
  func unreachable() async throws {
    let run = try await LabRun.measure(.roundRobin, prepare: { try await $0.pods[4].kill(.fin) })
    try run.expectTruth()
    #expect(try run.pod("mygrpc-4").rpcs == 0)
    #expect(run.report.verdict.outcome == "partial")
    #expect(run.report.connections.contains { $0.closedBy == .connectFailed })
    #expect(run.report.findings.map(\.code).contains("LBC0110"))
  }

  @Test("few streams per connection: RPCs wait, and none is lost")
  func fewStreams() async throws {
    let run = try await LabRun.measure(
      .roundRobin, prepare: { try await $0.setBehaviour { $0.maxConcurrentStreams = 1 } },
      adjust: { plan, _ in plan.concurrency = 40 })
    try run.expectTruth()
    #expect(run.report.rpcs.lost == 0)
    #expect(run.report.pods.allSatisfy { $0.rpcs == 200 })
  }

  @Test("interrupted: what was measured is reported")
  func interrupted() async throws {
    let run = try await LabRun.measure(
      .roundRobin,
      meanwhile: { cluster, control in
        try await cluster.answered(200, by: 0)
        control.stop()
      },
      adjust: { plan, _ in plan.amount = .duration(.seconds(3600)) })
    try run.expectTruth()
    #expect(run.report.interrupted)
    #expect(run.report.rpcs.answered > 0)
  }

  @Test("interrupted before anything connected: nothing was sent, and nothing is waited for")
  func interruptedEarly() async throws {
    let run = try await LabRun.measure(
      .pickFirst, prepare: { try await $0.setBehaviour { $0.greeting = .silent } },
      meanwhile: { cluster, control in
        while try await cluster.counts().allSatisfy({ $0.connections.isEmpty }) {
          await Task.yield()
        }
        control.stop()
      },
      adjust: { plan, _ in plan.request.timeout = .seconds(3600) })
    #expect(run.report.interrupted)
    #expect(run.report.rpcs.sent == 0)
    #expect(run.report.rpcs.warmup == 0)
    #expect(run.report.duration < 60)
  }
}
