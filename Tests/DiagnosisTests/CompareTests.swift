import Diagnosis
import Lab
import Naming
import Reporting
import Testing

@Suite("The same load under each policy", .serialized, .timeLimit(.minutes(1)))
struct CompareTests {
  private func run(
    channels: Int = 1, virtualIP: Bool = true,
    _ adjust: (inout DistributePlan, LabCluster) throws -> Void = { _, _ in }
  ) async throws -> (report: CompareReport, counts: [PodCounts]) {
    let cluster = try await LabCluster.start()
    do {
      var plan = try LabRun.plan(.pickFirst, cluster)
      plan.membership = nil
      plan.channels = channels
      plan.amount = .rpcs(200)
      try adjust(&plan, cluster)
      let report = try await compare(
        plan,
        virtualIP: virtualIP ? try LabRun.target(cluster.names.clusterIP, cluster) : nil)
      let counts = try await cluster.counts()
      try await cluster.stop()
      return (report, counts)
    } catch {
      try await cluster.stop()
      throw error
    }
  }

  private func row(_ report: CompareReport, _ policy: String) throws -> CompareReport.Measured {
    try #require(report.rows.first { $0.policy == policy && $0.resolver == "dns" }?.measured)
  }

  @Test("each policy does what theory has, and every pod counted the same")
  func policies() async throws {
    let (report, counts) = try await run()
    let pinned = try row(report, "pick_first")
    #expect(pinned.verdict.outcome == "pinned")
    #expect(pinned.expectedPods == 1)
    let spread = try row(report, "round_robin")
    #expect(spread.verdict.outcome == "balanced")
    #expect(spread.expectedPods == 5)
    #expect(spread.connections == 5)
    let virtual = try row(report, "cluster_ip")
    #expect(virtual.verdict.outcome == "pinned")
    #expect(!virtual.emulated)
    // All rows together are what each pod counted.
    for counted in zip(["mygrpc-0", "mygrpc-1", "mygrpc-2", "mygrpc-3", "mygrpc-4"], counts) {
      let seen = report.rows.compactMap(\.measured).flatMap(\.pods).filter { $0.pod == counted.0 }
      #expect(
        seen.reduce(0) { $0 + $1.rpcs + $1.warmup } == counted.1.answered + counted.1.http1,
        "\(counted.0)")
    }
  }

  @Test("a resolver that cannot be asked has rows that say why")
  func skipped() async throws {
    let (report, _) = try await run()
    let rows = report.rows.filter { $0.resolver == "kubernetes" }
    #expect(rows.count == 2)
    #expect(rows.allSatisfy { $0.measured == nil })
    #expect(rows.allSatisfy { $0.skipped?.hasPrefix("kubernetes: no kubeconfig") == true })
  }

  @Test("20 clients: a virtual IP reaches most pods")
  func channels() async throws {
    let (report, _) = try await run(channels: 20)
    let virtual = try row(report, "cluster_ip")
    #expect(virtual.connections == 20)
    #expect(virtual.expectedPods.map { $0 > 4.9 } == true)
    #expect(virtual.statistics.answered.map { $0 >= 3 } == true)
  }

  @Test("where nothing can be measured, it is an error")
  func nothing() async throws {
    await #expect(throws: Problem.self) {
      _ = try await run(virtualIP: false) { plan, cluster in
        plan.target = try LabRun.target("nosuch.default.svc.cluster.local", cluster)
      }
    }
  }
}
