import Diagnosis
import Lab
import NIOPosix
import Naming
import Reporting
import ScriptedServer
import Synchronization
import Testing
import Transport

/// Pods that speak HTTP/1.1 and nothing else, behind a virtual IP. They count on their own.
final class WebPods: Sendable {
  struct Behaviour: Sendable {
    /// Each answer takes so long, so that requests overlap.
    var delay = Duration.milliseconds(2)
    /// After so many requests a connection is closed, as the last answer says.
    var requestsPerConnection: Int?
    var status = 200
    var header = "X-Pod-Name"
    /// Every so-manieth request of a pod gets no answer.
    var hangsEvery: Int?
    var tls: ScriptedServer.TLS?
  }

  private final class Pod: Sendable {
    let answered = Mutex(0)
    let asked = Mutex(0)
    /// A pod that dies ends every connection without a word, but for the answers it has begun.
    let isDead = Mutex(false)
    let onConnection = Mutex<[Int: Int]>([:])
  }

  private let pods: [Pod]
  private let servers: [ScriptedServer]
  let virtualIP: VirtualIP

  init(_ count: Int, _ behaviour: Behaviour) async throws {
    let pods = (0..<count).map { _ in Pod() }
    var servers: [ScriptedServer] = []
    for (index, pod) in pods.enumerated() {
      servers.append(
        try await ScriptedServer(tls: behaviour.tls) { request, reply in
          try await Self.answer(request, reply, pod, "web-\(index)", behaviour)
        })
    }
    self.pods = pods
    self.servers = servers
    virtualIP = try await VirtualIP.start(
      address: try #require(IPAddress("127.94.0.\(Int.random(in: 1...250))")), seed: 5,
      on: MultiThreadedEventLoopGroup.singleton.next())
    let home = try #require(IPAddress("127.0.0.1"))
    try virtualIP.setBackends(servers.map { (home, UInt16($0.port)) })
  }

  private static func answer(
    _ request: ScriptedServer.Request, _ reply: ScriptedReply, _ pod: Pod, _ name: String,
    _ behaviour: Behaviour
  ) async throws {
    if pod.isDead.withLock({ $0 }) { throw ScriptedReply.HangUp() }
    let number = pod.asked.withLock {
      $0 += 1; return $0
    }
    if let every = behaviour.hangsEvery, number.isMultiple(of: every) { return }
    try await Task.sleep(for: behaviour.delay)
    let served = pod.onConnection.withLock {
      $0[request.connection, default: 0] += 1; return $0
    }
    let isLast = served[request.connection] == behaviour.requestsPerConnection
    try await reply.whole(
      behaviour.status, "{}",
      headers: [(behaviour.header, name)] + (isLast ? [("Connection", "close")] : []))
    pod.answered.withLock { $0 += 1 }
    if isLast { throw ScriptedReply.HangUp() }
  }

  func kill(_ pod: Int) { pods[pod].isDead.withLock { $0 = true } }

  func stop() async throws {
    try await virtualIP.stop()
    for server in servers { await server.shutDown() }
  }

  /// What each pod has answered, without those that answered nothing.
  var answered: [String: Int] {
    var counts: [String: Int] = [:]
    for (index, pod) in pods.enumerated() {
      let count = pod.answered.withLock { $0 }
      if count > 0 { counts["web-\(index)"] = count }
    }
    return counts
  }

  func until(answered count: Int) async throws {
    while answered.values.reduce(0, +) < count { try await Task.sleep(for: .milliseconds(1)) }
  }

  /// Connections that every pod has had, all together.
  var connections: Int {
    pods.reduce(0) { $0 + $1.onConnection.withLock { $0.count } }
  }

  /// - Parameter isList: the pods' own addresses, instead of the virtual one.
  func plan(isList: Bool = false) throws -> DistributePlan {
    let list = servers.map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
    let target = isList ? list : "\(virtualIP.address):\(virtualIP.port)"
    var plan = DistributePlan(
      target: try Target("ipv4:\(target)"), source: .target, version: "test", policy: .clusterIP,
      request: RPCRequest(path: ""), seed: 7)
    plan.wire = .http1
    plan.rate = 0
    plan.amount = .rpcs(500)
    return plan
  }
}

/// A run over HTTP/1.1 against web pods, and what must be true of every such run.
func measureHTTP1(
  _ behaviour: WebPods.Behaviour = .init(), pods count: Int = 5, isList: Bool = false,
  adjust: (inout DistributePlan) -> Void = { _ in },
  meanwhile: (@Sendable (WebPods, RunControl) async throws -> Void)? = nil
) async throws -> (report: Report, pods: WebPods) {
  let pods = try await WebPods(count, behaviour)
  do {
    var plan = try pods.plan(isList: isList)
    adjust(&plan)
    let control = RunControl()
    async let measured = distribute(plan, control: control)
    try await meanwhile?(pods, control)
    let report = try await measured
    expectTruth(report, pods)
    try await pods.stop()
    return (report, pods)
  } catch {
    try await pods.stop()
    throw error
  }
}

private func expectTruth(_ report: Report, _ pods: WebPods) {
  var reported: [String: Int] = [:]
  for pod in report.pods where pod.rpcs + pod.warmup > 0 {
    reported[pod.pod ?? pod.address ?? "?"] = pod.rpcs + pod.warmup
  }
  #expect(reported == pods.answered)
  let rpcs = report.rpcs
  #expect(rpcs.sent == rpcs.answered + rpcs.lost)
  #expect(report.pods.reduce(0) { $0 + $1.rpcs } == rpcs.answered)
  #expect(rpcs.byStatus.values.reduce(0, +) == rpcs.answered)
  #expect(rpcs.lostByCause.values.reduce(0, +) == rpcs.lost)
  #expect(report.connections.reduce(0) { $0 + $1.rpcs } == rpcs.answered)
  #expect(report.policy.protocol == "http1")
  // HTTP/1.1 is not explained with the terms of another protocol.
  let words = report.findings.map { "\($0)" } + [report.verdict.reason]
  #expect(!words.contains { $0.contains("HTTP/2") || $0.contains("gRPC") })
}
