import Balancing
import Diagnosis
import Lab
import Naming
import Reporting
import Resolution
import Testing
import Transport

/// Keepalive and idle channels over real sockets, on a time scale of a hundredth.
@Suite("Keepalive and idleness over sockets", .timeLimit(.minutes(1)))
struct KeepaliveRunTests {
  private static func plan(_ address: String, _ client: SimulatedClient) throws -> DistributePlan {
    var plan = DistributePlan(
      target: try Target("ipv4:\(address)"), source: .target, version: "test", policy: .pickFirst,
      request: RPCRequest(path: "/grpc.health.v1.Health/Check"), seed: 7)
    plan.client = client.scaled(by: 0.01)
    return plan
  }

  @Test("§10: a server that goes silent is given up after time + timeout, and the report says so")
  func silentServer() async throws {
    for client in [SimulatedClient.go, .core, .java] {
      let server = try await SilentServer.start(answering: 4)
      var plan = try Self.plan("127.0.0.1:\(server.port)", client)
      plan.keepalive = KeepaliveSettings(time: .seconds(10)).scaled(by: 0.01)
      plan.concurrency = 1
      plan.rate = 0
      plan.amount = .rpcs(3)
      plan.request.timeout = .seconds(2)
      let report = try await distribute(plan)
      let given = try #require(report.connections.first { $0.closedBy == .keepalive })
      #expect(given.error == "keepalive: no answer to a PING within 0.2 s", "\(client.name)")
      let life = try #require(given.closed) - (try #require(given.opened))
      #expect(life >= 300, "never before time + timeout")
      #expect(report.findings.contains { $0.code == "LBC0191" })
      #expect((report.rpcs.lostByCause["connection_lost"] ?? 0) > 0)
      try await server.stop()
    }
  }

  @Test("without keepalive the RPC runs into its deadline and the connection stays")
  func withoutKeepalive() async throws {
    let server = try await SilentServer.start(answering: 4)
    var plan = try Self.plan("127.0.0.1:\(server.port)", .go)
    plan.concurrency = 1
    plan.rate = 0
    plan.amount = .rpcs(3)
    plan.request.timeout = .milliseconds(500)
    let report = try await distribute(plan)
    #expect((report.rpcs.lostByCause["deadline"] ?? 0) > 0)
    #expect(report.connections.count == 1)
    #expect(report.connections[0].closedBy == nil)
    try await server.stop()
  }

  @Test("healthy pods answer pings: nothing is closed")
  func healthy() async throws {
    let run = try await LabRun.measure(.roundRobin) { plan, _ in
      plan.client = SimulatedClient.core.scaled(by: 0.001)
      plan.keepalive = KeepaliveSettings(
        time: .milliseconds(5), timeout: .seconds(10), withoutCalls: true)
      plan.rate = 200
      plan.amount = .rpcs(60)
    }
    try run.expectTruth()
    #expect(run.report.connections.allSatisfy { $0.closedBy == nil })
  }

  @Test("§4: a channel without RPCs for its idle timeout drops its connections and looks up anew")
  func idle() async throws {
    let run = try await LabRun.measure(.roundRobin) { plan, _ in
      plan.client.profile.idleTimeout = .milliseconds(60)
      plan.rate = 4
      plan.concurrency = 1
      plan.amount = .rpcs(3)
    }
    try run.expectTruth()
    #expect(run.report.rpcs.answered == 3)
    let idle = run.report.connections.filter { $0.error == "the channel was idle" }
    #expect(idle.count >= 5, "all five connections, at least once")
    #expect(idle.allSatisfy { $0.closedBy == .client })
  }

  @Test("the report names the client; grpc-swift's round_robin over DNS uses one pod")
  func clients() async throws {
    for client in SimulatedClient.all {
      let run = try await LabRun.measure(.roundRobin) { plan, _ in
        plan.client = client
        plan.isClientChosen = true
        plan.amount = .rpcs(100)
      }
      try run.expectTruth()
      #expect(run.report.policy.client == client.name)
      let used = run.report.pods.count { $0.rpcs > 0 }
      #expect(used == (client.rules.joinsAddresses ? 1 : 5), "\(client.name)")
      #expect(
        run.report.findings.contains { $0.code == "LBC0193" } == client.rules.joinsAddresses)
    }
  }

  @Test(
    "a target that the client has no resolver for is a finding, if somebody asked for the client")
  func foreignScheme() async throws {
    for (isChosen, client, expected) in [
      (true, SimulatedClient.go, true), (false, .go, false), (true, .core, false),
      (true, .java, true),
    ] {
      let run = try await LabRun.measure(.pickFirst) { plan, cluster in
        plan.target =
          (try? Target("ipv4:\(cluster.pods[0].address):\(cluster.port)")) ?? plan.target
        plan.membership = nil
        plan.client = client
        plan.isClientChosen = isChosen
        plan.amount = .rpcs(5)
      }
      #expect(run.report.findings.contains { $0.code == "LBC0190" } == expected)
    }
  }
}
