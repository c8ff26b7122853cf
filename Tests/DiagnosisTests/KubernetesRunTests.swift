import Diagnosis
import Glibc
import Kubernetes
import Lab
import Naming
import Reporting
import Resolution
import Testing

@Suite("Runs whose pods come from the Kubernetes API", .serialized, .timeLimit(.minutes(1)))
struct KubernetesRunTests {
  /// Five pods in slices of two.
  private static var options: LabOptions {
    var options = LabOptions()
    options.kubernetes = KubernetesOptions()
    options.kubernetes?.sliceSize = 2
    return options
  }

  private func measure(
    _ policy: DistributePlan.Policy, target: String = "kubernetes:///mygrpc.default:grpc",
    reading: ServiceReading = .union,
    meanwhile: (@Sendable (LabCluster, RunControl) async throws -> Void)? = nil,
    adjust: (inout DistributePlan) -> Void = { _ in }
  ) async throws -> LabRun {
    let kubeconfig = "/tmp/lbcheck-run-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { unlink(kubeconfig) }
    let target = try Target(target)
    return try await LabRun.measure(
      policy, options: Self.options,
      prepare: { try await $0.kubernetes?.writeKubeconfig(to: kubeconfig) },
      meanwhile: meanwhile
    ) { plan, _ in
      plan.target = target
      plan.membership = nil
      plan.lookup.cluster.kubeconfig = kubeconfig
      plan.lookup.reading = reading
      adjust(&plan)
    }
  }

  @Test("all slices together are the Service")
  func union() async throws {
    let run = try await measure(.roundRobin)
    try run.expectTruth()
    #expect(run.report.verdict.outcome == "balanced")
    #expect(run.report.resolution.resolver == "kubernetes")
    #expect(run.report.resolution.addresses.count == 5)
    #expect(run.report.resolution.addresses.allSatisfy { $0.ready == true && $0.node != nil })
    #expect(run.report.findings.map(\.code) == ["LBC0130"])
    #expect(run.report.findings.first?.message.contains("1 of 5") == true)
  }

  @Test(
    "kuberesolver v6 keeps the last slice, and the report shows the pods that it never hears of")
  func version6() async throws {
    let run = try await measure(.roundRobin, reading: .kuberesolver(.v6))
    try run.expectTruth()
    #expect(run.report.pods.count == 5)
    #expect(run.report.pods.filter { $0.rpcs > 0 }.map(\.pod) == ["mygrpc-4"])
    #expect(run.report.verdict.outcome == "pinned")
  }

  @Test("kuberesolver v5 reads Endpoints, which hold them all")
  func version5() async throws {
    let run = try await measure(.roundRobin, reading: .kuberesolver(.v5))
    try run.expectTruth()
    #expect(run.report.verdict.outcome == "balanced")
  }

  @Test("an unknown port name: v5 takes the first port, v6 dials what does not exist")
  func unknownPort() async throws {
    let target = "kubernetes:///mygrpc.default:nosuch"
    let run = try await measure(.roundRobin, target: target, reading: .kuberesolver(.v5))
    try run.expectTruth()
    #expect(run.report.verdict.outcome == "balanced")
    #expect(run.report.findings.contains { $0.code == "LBC0131" })
    let problem = try await #require(throws: Problem.self) {
      _ = try await measure(.roundRobin, target: target, reading: .kuberesolver(.v6))
    }
    #expect(problem.phase == .connect)
    #expect(problem.on?.contains(":nosuch") == true, "\(problem)")
    await #expect(throws: Problem.self) { _ = try await measure(.roundRobin, target: target) }
  }

  @Test("pods that come and go reach the policy while it runs, and nothing is lost")
  func changes() async throws {
    let run = try await measure(
      .roundRobin,
      meanwhile: { cluster, control in
        try await cluster.answered(50, by: 0)
        try await cluster.setReady(false, pod: 0)
        // The pod counts no more once the client has heard of it.
        let before = try await cluster.counts()[1].answered
        try await cluster.answered(before + 200, by: 1)
        try await cluster.setReady(true, pod: 0)
        let now = try await cluster.counts()[0].answered
        try await cluster.answered(now + 50, by: 0)
        control.stop()
      },
      adjust: { $0.amount = .duration(.seconds(50)) })
    try run.expectTruth()
    #expect(run.report.rpcs.lost == 0)
    #expect(run.report.resolution.changes == 2)
    let first = "\(run.cluster.pods[0].address):"
    #expect(run.report.connections.count { $0.remote.hasPrefix(first) } == 2)
    #expect(run.report.connections.count == 6)
  }

  @Test("a change in the window begins the counting anew, with the pods that are ready then")
  func restart() async throws {
    let run = try await measure(
      .roundRobin,
      meanwhile: { cluster, _ in
        try await cluster.answered(60, by: 0)
        try await cluster.setReady(false, pod: 0)
      },
      adjust: {
        $0.amount = .rpcs(1000)
        $0.rate = 500
      })
    try run.expectTruth()
    #expect(run.report.rpcs.sent == 1000)
    #expect(run.report.verdict.outcome == "balanced")
    #expect(run.report.statistics.ready == 4)
    #expect(try run.pod("mygrpc-0").rpcs == 0)
    #expect(run.report.resolution.changes == 1)
    #expect(run.report.resolution.addresses.count { $0.ready == true } == 4)
    #expect(run.report.findings.contains { $0.code == "LBC0117" })
  }

  @Test("cluster_ip goes to the Service's virtual IP, and all ready pods are known behind it")
  func virtualIP() async throws {
    let run = try await measure(
      .clusterIP, target: "svc/mygrpc-vip:grpc", adjust: { $0.channels = 20 })
    try run.expectTruth()
    #expect(run.report.findings.contains { $0.code == "LBC0116" })
    #expect(run.report.pods.count == 5)
    #expect(!run.report.policy.emulated)
    #expect(Set(run.report.connections.map(\.remote)).count == 1)
  }
}
