import Diagnosis
import Lab
import Reporting
import Testing

@Suite("What each policy does with the lab's pods", .timeLimit(.minutes(3)))
struct PolicyTests {
  @Test("round_robin: every pod the same, give or take the pickers")
  func roundRobin() async throws {
    let run = try await LabRun.measure(.roundRobin) { plan, _ in plan.amount = .rpcs(5000) }
    try run.expectTruth()
    let shares = run.report.pods.map(\.rpcs)
    let (most, least) = (try #require(shares.max()), try #require(shares.min()))
    #expect(shares.count == 5)
    #expect(most - least <= 1)
    #expect(run.report.rpcs.sent == 5000)
    #expect(run.report.verdict.outcome == "balanced")
    #expect(run.report.verdict.basis == "cyclic")
  }

  @Test("pick_first: one pod has everything, the others have rows of zero")
  func pickFirst() async throws {
    let run = try await LabRun.measure(.pickFirst)
    try run.expectTruth()
    #expect(run.report.pods.map(\.rpcs).sorted() == [0, 0, 0, 0, 1000])
    #expect(run.report.verdict.outcome == "pinned")
    #expect(run.report.connections.count == 1)
    #expect(run.report.findings.map(\.code).contains("LBC0102"))
  }

  @Test("cluster_ip through the virtual IP: one connection, one pod")
  func clusterIP() async throws {
    let run = try await LabRun.measure(.clusterIP)
    try run.expectTruth()
    #expect(run.report.pods.map(\.rpcs).sorted() == [0, 0, 0, 0, 1000])
    #expect(run.report.verdict.outcome == "pinned")
    #expect(run.report.policy.emulated == false)
    #expect(run.report.findings.map(\.code).contains("LBC0101"))
  }

  @Test("cluster_ip with 200 channels: all pods, connections spread as chance has it")
  func manyChannels() async throws {
    let run = try await LabRun.measure(.clusterIP) { plan, _ in
      plan.channels = 200
      plan.amount = .rpcs(2000)
    }
    try run.expectTruth()
    #expect(run.report.connections.count == 200)
    #expect(run.report.pods.allSatisfy { $0.rpcs > 0 })
    let test = try #require(run.report.statistics.chiSquare)
    #expect(test.unit == "connections")
    #expect(!test.significant)
  }

  @Test("round_robin over the virtual IP still pins")
  func roundRobinOverVirtualIP() async throws {
    let run = try await LabRun.measure(.roundRobin) { plan, cluster in
      plan.target = (try? LabRun.target(cluster.names.clusterIP, cluster)) ?? plan.target
    }
    try run.expectTruth()
    #expect(run.report.pods.map(\.rpcs).sorted() == [0, 0, 0, 0, 1000])
    #expect(run.report.verdict.outcome == "pinned")
  }

  @Test("cluster_ip over several addresses is emulated, and says so")
  func emulated() async throws {
    let run = try await LabRun.measure(.clusterIP) { plan, cluster in
      plan.target = (try? LabRun.target(cluster.names.headless, cluster)) ?? plan.target
      plan.channels = 50
    }
    try run.expectTruth()
    #expect(run.report.policy.emulated)
    #expect(run.report.pods.count { $0.rpcs > 0 } >= 3)
  }

  @Test("a virtual IP without identity stays unknown, and is never called balanced or pinned")
  func opaque() async throws {
    let run = try await LabRun.measure(
      .clusterIP, prepare: { try await $0.setBehaviour { $0.identity = .none } },
      adjust: { plan, _ in plan.membership = nil })
    #expect(run.report.verdict.basis == "opaque")
    #expect(run.report.verdict.outcome == "inconclusive")
    #expect(run.report.pods.map(\.identity) == ["unknown"])
    #expect(run.report.rpcs.answered == 1000)
  }

  @Test("without identity fields the peer address is the pod of a headless Service")
  func byPeer() async throws {
    let run = try await LabRun.measure(
      .roundRobin, prepare: { try await $0.setBehaviour { $0.identity = .none } })
    try run.expectTruth()
    #expect(run.report.pods.allSatisfy { $0.identity == "peer" && $0.rpcs == 200 })
  }

  @Test("a name in a trailer counts as well")
  func byTrailer() async throws {
    let run = try await LabRun.measure(
      .clusterIP, prepare: { try await $0.setBehaviour { $0.identity = .trailer } },
      adjust: { plan, _ in plan.identity = .header("X-Pod-Name") })
    try run.expectTruth()
    #expect(run.report.pods.contains { $0.identity == "header:X-Pod-Name" && $0.rpcs == 1000 })
  }
}
