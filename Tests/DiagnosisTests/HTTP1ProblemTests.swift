import Diagnosis
import Lab
import Naming
import Reporting
import ScriptedServer
import Testing
import Transport

@Suite("HTTP/1.1: TLS, and what cannot be measured", .timeLimit(.minutes(3)))
struct HTTP1ProblemTests {
  private func problem(
    _ behaviour: WebPods.Behaviour = .init(), isList: Bool = false,
    _ adjust: (inout DistributePlan) -> Void = { _ in }
  ) async throws -> Problem {
    try await #require(throws: Problem.self) {
      _ = try await measureHTTP1(behaviour, pods: 2, isList: isList, adjust: adjust)
    }
  }

  @Test("nobody listens")
  func refused() async throws {
    let problem = try await problem { $0.target = (try? Target("ipv4:127.94.1.2:9")) ?? $0.target }
    #expect(problem.phase == .connect)
    #expect(problem.on == "127.94.1.2:9")
    #expect(problem.cameBack == "Connection refused")
  }

  @Test("no answer at all")
  func silent() async throws {
    var behaviour = WebPods.Behaviour()
    behaviour.hangsEvery = 1
    let problem = try await problem(behaviour) { $0.request.timeout = .milliseconds(200) }
    #expect(problem.phase == .rpc)
    #expect(problem.cameBack.contains("no complete response within"))
  }

  @Test("addresses of several ports are more than an HTTP client can be given")
  func ports() async throws {
    let problem = try await problem(isList: true) { $0.policy = .keepAlive }
    #expect(problem.phase == .connect)
    #expect(problem.next?.contains("--policy cluster_ip") == true)
  }

  @Test("TLS: verified by the name given, a client certificate, and what happens without them")
  func tls() async throws {
    let certificates = try LabCertificates(names: ["web.lab"], addresses: [])
    let files = try Files()
    defer { files.remove() }
    try files.write(certificates)
    var behaviour = WebPods.Behaviour()
    behaviour.tls = .init(
      certificate: certificates.server.certificate, key: certificates.server.key,
      clientAuthority: certificates.authority)
    var options = ClientSecurity.Options()
    options.caFile = files.authority
    options.serverName = "web.lab"
    options.certificateFile = files.certificate
    options.keyFile = files.key
    let (report, _) = try await measureHTTP1(behaviour, pods: 2) { $0.security = options }
    #expect(report.rpcs.answered == 500)

    for (change, hint) in [
      ({ $0.caFile = nil }, "--cacert"), ({ $0.serverName = "other.lab" }, "--servername"),
    ] as [((inout ClientSecurity.Options) -> Void, String)] {
      var changed = options
      change(&changed)
      let problem = try await problem(behaviour) { $0.security = changed }
      #expect(problem.phase == .tls)
      #expect(problem.next?.contains(hint) == true)
    }
    let cleartext = try await problem(behaviour)
    #expect(cleartext.next?.contains("--tls") == true)
  }

  @Test("compare measures what the server speaks, HTTP/1.1 beside HTTP/2")
  func compared() async throws {
    let pods = try await WebPods(3, .init())
    let rows = try await compare(try pods.plan()).rows
    try await pods.stop()
    let http1 = try #require(rows.last)
    #expect(http1.policy == "cluster_ip")
    #expect(http1.protocol == "http1")
    #expect(http1.measured?.rpcs.byStatus == ["200": 500])
    #expect(rows.dropLast().allSatisfy { $0.measured == nil && $0.protocol == "h2" })

    let cluster = try await LabCluster.start()
    var plan = try LabRun.plan(.clusterIP, cluster)
    plan.amount = .rpcs(100)
    let lab = try await compare(plan).rows
    try await cluster.stop()
    #expect(lab.allSatisfy { $0.measured != nil || $0.resolver == "kubernetes" })
  }
}
