import Distribution
import Naming
import Reporting
import Testing

@testable import Diagnosis

@Suite("What the pods' counts say of a client")
struct ObservedTests {
  /// Connections by pod, each with its answers and the time that it lasted.
  private func run(
    pods: Int = 3, way: ObservedRun.Way = .direct,
    _ connections: [(pod: Int, answers: Int, time: ClosedRange<Double>)]
  ) -> ObservedRun {
    var run = ObservedRun(
      pods: (0..<pods).map { index in
        ObservedRun.Pod(
          name: "mygrpc-\(index)", address: .ip(.v4(0x7F00_000B + UInt32(index)), port: 50051),
          isReady: true)
      }, ended: 1000)
    run.connections = connections.map { pod, answers, time in
      var connection = ObservedRun.Connection(
        pod: pod, way: way, client: "127.0.0.1:1", remote: way == .virtualIP ? "vip" : "pod \(pod)",
        opened: time.lowerBound, closed: time.upperBound, closedBy: .client)
      connection.tally.answered(status: 0, times: answers)
      connection.peak = 1
      return connection
    }
    return run
  }

  private func report(_ run: ObservedRun, _ assertions: String...) throws -> Report {
    var plan = ObservedPlan(
      version: "0", target: try Target("dns:///mygrpc:50051"), nameServer: "127.0.0.1:53", ttl: 30,
      seed: 1)
    plan.assertions = try assertions.map { try Assertion(parsing: $0) }
    return Diagnosis.report(on: run, plan)
  }

  private let whole = 0.0...900.0

  @Test("one connection at a time looks like pick_first, and pins")
  func pickFirst() throws {
    let pinned = try report(run([(1, 100, whole)]), "pinned", "balanced", "connections==1")
    #expect(pinned.policy.name == "pick_first")
    #expect(pinned.verdict.outcome == "pinned")
    #expect(pinned.assertions.map(\.held) == [true, false, true])
    #expect(pinned.findings.map(\.code).contains("LBC0102"))
    let moved = try report(run([(1, 100, 0...300), (2, 50, 300...600), (0, 80, 600...900)]))
    #expect(moved.policy.name == "pick_first")
    #expect(moved.verdict.basis == "per-connection")
  }

  @Test("a connection that has been told to go away may overlap with the next")
  func replaced() throws {
    var moved = run([(1, 100, 0...400), (2, 50, 300...900)])
    #expect(ObservedPolicy(moved) == .unknown)
    moved.connections[0].goAway = Report.GoAway(
      code: "NO_ERROR", debug: "max_age", lastStream: 1, at: 290)
    #expect(ObservedPolicy(moved) == .pickFirst)
  }

  @Test("turns are told from chance by how even they are")
  func roundRobin() throws {
    let even = try report(run([(0, 100, whole), (1, 101, whole), (2, 100, whole)]), "balanced")
    #expect(even.policy.name == "round_robin")
    #expect(even.verdict.basis == "cyclic")
    #expect(even.verdict.outcome == "balanced")
    #expect(even.assertions.first?.held == true)
    let chance = run([(0, 90, whole), (1, 111, whole), (2, 99, whole)])
    #expect(ObservedPolicy(chance) == .unknown)
    let silent = try report(run([(0, 100, whole), (1, 100, whole)]))
    #expect(silent.policy.name == "unknown")
    #expect(silent.verdict.outcome == "partial")
  }

  @Test("even counts while the set of pods changed claim nothing")
  func changed() throws {
    var run = run([(0, 100, whole), (1, 100, whole), (2, 100, whole)])
    run.membershipChanges = 1
    let report = try report(run, "balanced")
    #expect(report.policy.name == "unknown")
    #expect(report.verdict.outcome == "inconclusive")
    #expect(report.assertions.first?.held == nil)
  }

  @Test("what chose the pod in the path is named, not the client")
  func inThePath() throws {
    let virtual = try report(run(way: .virtualIP, [(1, 100, whole)]))
    #expect(virtual.policy.name == "cluster_ip")
    #expect(virtual.findings.map(\.code).contains("LBC0101"))
    let proxied = try report(
      run(way: .proxy, [(0, 2000, whole), (1, 2000, whole), (2, 2000, whole)]))
    #expect(proxied.policy.name == "l7_proxy")
    #expect(proxied.verdict.basis == "per-call")
  }

  @Test("channels are the most connections that one pod had at a time")
  func channels() throws {
    let two = run([
      (0, 50, whole), (0, 50, whole), (1, 50, whole), (1, 50, whole), (2, 50, whole),
      (2, 50, whole),
    ])
    #expect(try report(two).policy.channels == 2)
    #expect(ObservedPolicy(two) == .roundRobin)
  }

  @Test("a client that never came: what it asked is all that is known")
  func nobody() throws {
    var run = run([])
    run.dnsQuestions = [.init("A mygrpc.default.svc.cluster.local", count: 2)]
    run.failure = "it ended with exit status 3"
    let report = try report(run, "balanced", "connections==0")
    #expect(report.verdict.outcome == "inconclusive")
    #expect(report.assertions.map(\.held) == [nil, nil])
    #expect(report.findings.map(\.code) == ["LBC0183", "LBC0180"])
    #expect(
      report.findings.last?.evidence
        == "DNS: A mygrpc.default.svc.cluster.local (2); Kubernetes API: nothing")
  }

  @Test("what came and went, and when the client noticed")
  func noticed() throws {
    var run = run(pods: 4, [(0, 100, whole), (1, 100, whole)])
    run.pods[0].left = 200
    run.pods[0].lastRequest = 450
    run.pods[1].left = 300
    run.pods[1].lastRequest = 250
    run.pods[2].came = 500
    run.pods[2].firstRequest = 30_500
    run.pods[3].came = 500
    let finding = try report(run).findings.first { $0.code == "LBC0184" }
    #expect(
      finding?.evidence == """
        mygrpc-0 gone at 0.20 s: last request 0.25 s later; mygrpc-1 gone at 0.30 s: no request after \
        that; mygrpc-2 ready at 0.50 s: first request 30.00 s later; mygrpc-3 ready at 0.50 s: no request
        """)
  }

  @Test("connections of which only sums are left count as others do")
  func forgotten() throws {
    var run = run([(0, 100, whole)])
    run.pods[1].forgotten.connections = 7
    run.pods[1].forgotten.tally.answered(status: 0, times: 50)
    let report = try report(run, "connections==8")
    #expect(report.rpcs.answered == 150)
    #expect(report.pods.map(\.rpcs) == [100, 50, 0])
    #expect(report.pods.map(\.connections) == [1, 7, 0])
    #expect(report.assertions.map(\.held) == [true])
  }

  @Test("random runs: whatever was counted is in the report once", arguments: 0..<100)
  func sums(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var run = run(
      pods: .random(in: 1...6, using: &generator),
      (0..<Int.random(in: 0...9, using: &generator)).map { _ in
        let start = Double.random(in: 0...500, using: &generator)
        return (0, Int.random(in: 0...99, using: &generator), start...(start + 100))
      })
    let ways: [ObservedRun.Way] = [.direct, .virtualIP, .proxy]
    for index in run.connections.indices {
      run.connections[index].pod = run.pods.indices.randomElement(using: &generator) ?? 0
      run.connections[index].way = ways.randomElement(using: &generator) ?? .direct
      run.connections[index].warmup = .random(in: 0...5, using: &generator)
      run.connections[index].tally.answered(
        httpStatus: 404, times: .random(in: 0...3, using: &generator))
      run.connections[index].tally.lost(
        .cancelled, times: .random(in: 0...3, using: &generator))
    }
    let report = try report(run)
    let rpcs = report.rpcs
    #expect(rpcs.sent == rpcs.answered + rpcs.lost)
    #expect(rpcs.answered == rpcs.byStatus.values.reduce(0, +))
    #expect(rpcs.lost == rpcs.lostByCause.values.reduce(0, +))
    #expect(rpcs.answered == report.pods.reduce(0) { $0 + $1.rpcs })
    #expect(rpcs.answered == report.connections.reduce(0) { $0 + $1.rpcs })
    #expect(rpcs.warmup == report.pods.reduce(0) { $0 + $1.warmup })
    #expect(report.connections.count == run.connections.count)
  }
}
