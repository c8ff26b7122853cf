import Diagnosis
import Lab
import Naming
import Reporting
import Testing
import Transport

@Suite("Runs under a service config", .timeLimit(.minutes(1)))
struct ServiceConfigRunTests {
  private static func config(
    _ method: String, policy: String = "round_robin", client: SimulatedClient = .go
  ) throws -> ClientServiceConfig {
    try ClientServiceConfig(
      Array(
        """
        {"loadBalancingConfig":[{"\(policy)":{}}],"methodConfig":[{"name":[{}],\(method)}]}
        """.utf8), as: client)
  }

  private static let retry = """
    "retryPolicy":{"maxAttempts":3,"initialBackoff":"0.001s","maxBackoff":"0.002s",
    "backoffMultiplier":1,"retryableStatusCodes":["UNAVAILABLE"]}
    """

  /// Whether what the pods counted is what is reported, and every RPC was brought to its end.
  private func expectAll(_ rpcs: Int, of run: LabRun) throws {
    try run.expectTruth()
    #expect(run.report.rpcs.sent - run.report.rpcs.retried == rpcs)
  }

  @Test("a pod that is UNAVAILABLE is left by retries: each attempt is a pick of its own")
  func retried() async throws {
    for client in [SimulatedClient.go, .core, .java] {
      let run = try await LabRun.measure(
        .pickFirst,
        prepare: { try await $0.setBehaviour(pods: 0..<1) { $0.answer = .status(14) } },
        adjust: { plan, _ in
          plan.client = client
          plan.serviceConfig = try? Self.config(Self.retry, client: client)
        })
      #expect(run.report.policy.name == "round_robin")
      try expectAll(1000, of: run)
      let unavailable = try #require(run.report.rpcs.byStatus["UNAVAILABLE"])
      #expect(run.report.rpcs.retried > 0)
      #expect(run.report.rpcs.retried <= unavailable)
      #expect(run.counts[0].answered > 0)
      // Two of five attempts in a row seldom hit the one pod, three hardly ever.
      #expect(unavailable - run.report.rpcs.retried < 100)
    }
  }

  @Test("maxAttempts is the end, and the server sees each attempt")
  func exhausted() async throws {
    let run = try await LabRun.measure(
      .pickFirst, prepare: { try await $0.setBehaviour { $0.answer = .status(14) } },
      adjust: { plan, _ in
        plan.amount = .rpcs(50)
        plan.serviceConfig = try? Self.config(Self.retry)
      })
    try expectAll(50, of: run)
    #expect(run.report.rpcs.byStatus == ["UNAVAILABLE": 150])
    #expect(run.report.rpcs.retried == 100)
  }

  @Test("without a retry policy nothing is retried")
  func notRetried() async throws {
    let run = try await LabRun.measure(
      .pickFirst, prepare: { try await $0.setBehaviour { $0.answer = .status(14) } },
      adjust: { plan, _ in
        plan.amount = .rpcs(50)
        plan.serviceConfig = try? Self.config(#""waitForReady":true"#)
      })
    try expectAll(50, of: run)
    #expect(run.report.rpcs.retried == 0)
  }

  @Test("connections that are reset before an answer are retried on another pod")
  func connectionsLost() async throws {
    let run = try await LabRun.measure(
      .pickFirst, prepare: { try await $0.setBehaviour { $0.resetEvery = 10 } },
      adjust: { plan, _ in
        plan.serviceConfig = try? Self.config(
          Self.retry.replacing("UNAVAILABLE", with: "INTERNAL"))
      })
    try expectAll(1000, of: run)
    #expect(run.report.rpcs.retried > 0)
    #expect(run.report.rpcs.lost - run.report.rpcs.retried < 20)
  }

  @Test("a throttle stops the retries of a service that is down")
  func throttled() async throws {
    let text = """
      {"retryThrottling":{"maxTokens":10,"tokenRatio":0.1},
      "methodConfig":[{"name":[{}],\(Self.retry)}]}
      """
    let config = try ClientServiceConfig(Array(text.utf8), as: .go)
    let run = try await LabRun.measure(
      .pickFirst, prepare: { try await $0.setBehaviour { $0.answer = .status(14) } },
      adjust: { plan, _ in
        plan.amount = .rpcs(100)
        plan.serviceConfig = config
      })
    try expectAll(100, of: run)
    #expect(run.report.rpcs.retried + run.report.rpcs.warmup < 100)
  }

  @Test("the config's timeout counts where it is shorter")
  func timeout() throws {
    var plan = DistributePlan(
      target: try Target("dns:///a:1"), source: .target, version: "test", policy: .clusterIP,
      request: RPCRequest(path: "/a.B/C"), seed: 7)
    plan.request.timeout = .seconds(5)
    plan.serviceConfig = try Self.config(#""timeout":"0.5s""#)
    #expect(plan.request.timeout == .milliseconds(500))
    #expect(plan.policy == .roundRobin)
    plan.serviceConfig = try Self.config(#""timeout":"50s""#, policy: "pick_first")
    #expect(plan.request.timeout == .milliseconds(500))
    #expect(plan.policy == .pickFirst)
  }

  @Test("configs that a run cannot be made with say why")
  func refused() {
    func reason(_ text: String, _ client: SimulatedClient = .go) -> String {
      do {
        _ = try ClientServiceConfig(Array(text.utf8), as: client)
        return "accepted"
      } catch {
        return error.description
      }
    }
    #expect(reason("{").contains("no JSON"))
    #expect(reason(#"{"loadBalancingConfig":{"round_robin":{}}}"#).contains("not a list"))
    #expect(
      reason(#"{"loadBalancingConfig":[{"weighted_round_robin":{}}]}"#, .core)
        .contains("does not simulate"))
    #expect(reason(#"{"loadBalancingPolicy":"round_robbin"}"#, .java).contains("grpc-java"))
    #expect(reason(#"{"loadBalancingPolicy":"round_robbin"}"#) == "accepted")
    #expect(reason("{}", .swift).contains("not known"))
  }
}
