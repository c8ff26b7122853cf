import Diagnosis
import Distribution
import Lab
import Naming
import Reporting
import Testing
import Transport

@Suite("HTTP/1.1 over libcurl's keep-alive pool", .timeLimit(.minutes(3)))
struct HTTP1Tests {
  @Test("through a virtual IP it reaches several pods, with a row for every connection")
  func spreads() async throws {
    let (report, pods) = try await measureHTTP1()
    #expect(report.rpcs.byStatus == ["200": 500])
    #expect(report.pods.count { $0.rpcs > 0 } > 1)
    #expect(report.verdict.basis == "per-connection")
    #expect(report.policy.client == "curl")
    #expect(report.policy.emulated == false)
    #expect(report.connections.count == pods.connections)
    #expect((2...10).contains(report.connections.count))
    #expect(report.connections.allSatisfy { $0.pods.count == 1 && $0.opened != nil })
    #expect(Set(report.connections.map(\.local)).count == report.connections.count)
    #expect(report.connections.allSatisfy { $0.closedBy == nil })
    #expect(report.findings.isEmpty)
  }

  @Test("Connection: close: as many connections as requests")
  func close() async throws {
    var behaviour = WebPods.Behaviour()
    behaviour.requestsPerConnection = 1
    let (report, pods) = try await measureHTTP1(behaviour)
    #expect(report.rpcs.lost == 0)
    #expect(report.connections.count == 500 + report.rpcs.warmup)
    #expect(report.connections.count == pods.connections)
    #expect(report.connections.allSatisfy { $0.closedBy == .server && $0.rpcs <= 1 })
    #expect(report.pods.count { $0.rpcs > 0 } == 5)
  }

  @Test("a limit on the requests of a connection")
  func limit() async throws {
    var behaviour = WebPods.Behaviour()
    behaviour.requestsPerConnection = 7
    let (report, _) = try await measureHTTP1(behaviour)
    #expect(report.rpcs.lost == 0)
    #expect(report.connections.allSatisfy { $0.rpcs <= 7 })
    #expect(report.connections.count >= 500 / 7)
  }

  @Test("a pod that dies: what was lost and what was sent again is told, and no answer is missing")
  func death() async throws {
    let (report, _) = try await measureHTTP1(
      pods: 3, adjust: { $0.amount = .rpcs(1000) },
      meanwhile: { pods, _ in
        try await pods.until(answered: 200)
        pods.kill(1)
      })
    #expect(report.rpcs.lost > 0)
    #expect(report.rpcs.retried > 0)
    #expect(report.rpcs.sent == 1000 + report.rpcs.retried)
    #expect(Set(report.rpcs.lostByCause.keys) == ["connection_lost"])
    #expect(report.findings.map(\.code).contains("LBC0112"))
  }

  @Test("requests without an answer in time are lost, their connections closed")
  func timeouts() async throws {
    var behaviour = WebPods.Behaviour()
    behaviour.hangsEvery = 40
    let (report, _) = try await measureHTTP1(behaviour) {
      $0.request.timeout = .milliseconds(200)
    }
    #expect(report.rpcs.lostByCause["deadline"] == report.rpcs.lost)
    #expect(report.rpcs.lost >= 5)
    #expect(report.connections.contains { $0.closedBy == .client && $0.error != nil })
  }

  @Test("channels are clients with pools of their own, and take the requests in turn")
  func channels() async throws {
    let (report, _) = try await measureHTTP1 { $0.channels = 20 }
    #expect(Set(report.connections.map(\.channel)) == Set(0..<20))
    for channel in 0..<20 {
      let own = report.connections.filter { $0.channel == channel }
      #expect(own.reduce(0) { $0 + $1.rpcs } == 25)
    }
    #expect(report.pods.count { $0.rpcs > 0 } == 5)
  }

  @Test("over a list of pods, cluster_ip draws one for every connection, and says so")
  func emulated() async throws {
    let (report, _) = try await measureHTTP1(isList: true)
    #expect(report.policy.emulated)
    #expect(report.pods.count { $0.rpcs > 0 } > 1)
    #expect(report.statistics.ready == 5)
    #expect(report.statistics.chiSquare?.unit == "connections")
  }

  @Test("a list without a choice per connection: the first address that connects has everything")
  func firstAddress() async throws {
    let pods = try await WebPods(2, .init())
    var plan = try pods.plan()
    let port = pods.virtualIP.port
    // Nobody listens at the first one.
    plan.target = try Target("ipv4:127.94.1.1:\(port),\(pods.virtualIP.address):\(port)")
    plan.policy = .keepAlive
    let report = try await distribute(plan)
    #expect(report.rpcs.answered == 500)
    #expect(report.policy.name == "keep_alive")
    let failed = report.connections.filter { $0.closedBy == .connectFailed }
    #expect(failed.map(\.remote).contains("127.94.1.1:\(port)"))
    #expect(report.findings.map(\.code).contains("LBC0110"))
    try await pods.stop()
  }

  @Test("a status that is an error, a path, and a header of another name")
  func statuses() async throws {
    var behaviour = WebPods.Behaviour()
    behaviour.status = 503
    behaviour.header = "X-My-Pod"
    let (report, _) = try await measureHTTP1(behaviour) {
      $0.path = "/healthz?full=1"
      $0.identity = .header("x-my-pod")
      $0.assertions = [try? Assertion(parsing: "errors==500")].compactMap { $0 }
    }
    #expect(report.rpcs.byStatus == ["503": 500])
    #expect(report.assertions.map(\.held) == [true])
    #expect(report.pods.allSatisfy { $0.identity == "header:x-my-pod" })
  }

  @Test("an interrupted run reports what was measured until then")
  func interrupted() async throws {
    let (report, _) = try await measureHTTP1(
      adjust: { $0.amount = .duration(.seconds(60)) },
      meanwhile: { pods, control in
        try await pods.until(answered: 100)
        control.stop()
      })
    #expect(report.interrupted)
    #expect(report.rpcs.answered > 0)
    #expect(report.rpcs.lost == 0)
  }

  @Test("a duration and a rate")
  func rate() async throws {
    let (report, _) = try await measureHTTP1 {
      $0.amount = .duration(.milliseconds(500))
      $0.rate = 200
    }
    #expect((50...120).contains(report.rpcs.sent))
    #expect((0.4...2).contains(report.duration))
  }
}
