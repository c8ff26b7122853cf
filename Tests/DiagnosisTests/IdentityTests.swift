import Lab
import Naming
import Reporting
import Testing

@testable import Diagnosis

/// The lab's virtual IP relays connections, so a pod sees another address than ours: that is source
/// NAT, as it were. The headless name leads to the pods themselves.
@Suite("Pods that do not name themselves")
struct IdentityTests {
  private static func options(_ channelz: PodBehaviour.Channelz) -> LabOptions {
    var options = LabOptions()
    options.behaviour.identity = .none
    options.behaviour.channelz = channelz
    return options
  }

  private func codes(_ run: LabRun) -> [String] { run.report.findings.map(\.code) }

  /// The pods' own counts, by name.
  private func expectCounts(_ run: LabRun) throws {
    try run.expectTruth()
    #expect(run.counts.reduce(0) { $0 + $1.channelz } == run.report.rpcs.probes)
    #expect(run.report.pods.allSatisfy { $0.identity != "unknown" })
  }

  @Test("behind a virtual IP channelz names the pods, and the counts are the pods' own")
  func virtualIP() async throws {
    let run = try await LabRun.measure(.clusterIP, options: Self.options(.on)) { plan, _ in
      plan.channels = 50
    }
    try expectCounts(run)
    let answering = run.report.pods.filter { $0.rpcs > 0 }
    #expect(answering.count == 5)
    // "certain" by coincidence: the relay and lbcheck share 127.0.0.1, and so at times a port.
    #expect(answering.allSatisfy { $0.identity == "channelz" && $0.confidence != "none" })
    #expect(run.report.verdict.basis == "per-connection")
  }

  @Test("without knowing the pods, their addresses name them")
  func withoutMembership() async throws {
    let run = try await LabRun.measure(.clusterIP, options: Self.options(.on)) { plan, _ in
      plan.membership = nil
      plan.channels = 20
    }
    let counted = zip(run.cluster.pods, run.counts).map { pod, counts in
      ("\(pod.address):\(pod.port)", counts.answered)
    }
    for (address, answered) in counted where answered > 0 {
      let row = try #require(run.report.pods.first { $0.address == address })
      #expect(row.rpcs + row.warmup == answered)
      #expect(row.identity == "channelz")
    }
  }

  @Test("where the pods see our own address it is certain")
  func certain() async throws {
    let run = try await LabRun.measure(.roundRobin, options: Self.options(.on)) { plan, _ in
      plan.identity = .channelz
    }
    try expectCounts(run)
    #expect(run.report.pods.allSatisfy { $0.identity == "channelz" && $0.confidence == "certain" })
  }

  @Test("connections that come later are asked about as well")
  func laterConnections() async throws {
    var options = Self.options(.on)
    options.behaviour.goAwayAfter = 100
    let run = try await LabRun.measure(.clusterIP, options: options) { plan, _ in
      plan.concurrency = 1
      plan.amount = .rpcs(250)
    }
    #expect(run.report.pods.contains { $0.identity == "channelz" })
    #expect(run.report.connections.filter { $0.rpcs > 0 }.count >= 2)
  }

  @Test(
    "channelz that is not there, lies or never answers: nothing is guessed",
    arguments: [PodBehaviour.Channelz.off, .lies, .never])
  func useless(channelz: PodBehaviour.Channelz) async throws {
    let run = try await LabRun.measure(.clusterIP, options: Self.options(channelz)) { plan, _ in
      plan.channels = 4
    }
    #expect(run.report.verdict.basis == "opaque")
    #expect(run.report.verdict.outcome == "inconclusive")
    let row = try #require(run.report.pods.first { $0.identity == "unknown" })
    #expect(row.confidence == "none")
    #expect(row.rpcs == 1000)
    #expect(row.rpcs + row.warmup == run.counts.reduce(0) { $0 + $1.answered })
    #expect(codes(run).contains("LBC0170"))
    #expect(codes(run).contains("LBC0171") == (channelz != .off))
  }

  @Test("Istio's metadata id holds the pod's name")
  func podNames() {
    #expect(
      IdentityChoice.podName("sidecar~10.1.2.3~web-7f9c-x2.shop~shop.svc.cluster.local")
        == "web-7f9c-x2")
    #expect(IdentityChoice.podName("sidecar~10.1.2.3~web") == "sidecar~10.1.2.3~web")
    #expect(IdentityChoice.podName("web-0") == "web-0")
  }
}
