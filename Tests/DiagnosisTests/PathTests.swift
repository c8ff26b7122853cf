import Balancing
import Distribution
import Lab
import Naming
import Reporting
import Testing

@testable import Diagnosis
@testable import Transport

@Suite("What stands between the client and the pods", .timeLimit(.minutes(1)))
struct PathTests {
  @Test(
    "proxies and meshes by what they send",
    arguments: [
      ("envoy", nil, .envoy), ("Envoy", nil, .envoy),
      (nil, "x-envoy-upstream-service-time", .envoy),
      ("istio-envoy", "x-envoy-upstream-service-time", .istio),
      ("envoy", "x-envoy-decorator-operation", .istio),
      (nil, "x-envoy-peer-metadata-id", .istio), (nil, "l5d-server-id", .linkerd),
      ("nginx", nil, .nginx), ("nginx/1.22.1", nil, .nginx), ("openresty/1.21", nil, .nginx),
      ("nginxish", nil, nil), ("my own server", nil, nil), (nil, nil, nil),
    ] as [(String?, String?, Intermediary?)])
  func recognised(server: String?, marker: String?, who: Intermediary?) {
    #expect(Intermediary(server: server, marker: marker) == who)
  }

  @Test(
    "a proxy variable makes grpc-go skip DNS, unless the target is excluded",
    arguments: [
      ("mygrpc.default:50051", "", true), ("mygrpc.default:50051", "other,.svc", true),
      ("mygrpc.default:50051", "*", false), ("mygrpc.default:50051", "a, mygrpc.default", false),
      ("mygrpc.default:50051", "default", false), ("mygrpc.default:50051", ".default", false),
      ("mygrpc.default:50051", "*.default", false), ("default:50051", ".default", true),
      ("mygrpc.default:50051", "efault", true), ("mygrpc.default:50051", "DEFAULT:50051", false),
      ("mygrpc.default:50051", "default:80", true), ("localhost:50051", "", false),
      ("10.0.0.1:50051", "", false), ("ipv4:10.0.0.1:50051", "", false),
      ("kubernetes:///mygrpc.default:50051", "", false),
      ("passthrough:///mygrpc:50051", "", false), ("mygrpc:50051", "::1,10.0.0.0/8,", true),
    ])
  func proxyVariables(target: String, noProxy: String, isProxied: Bool) throws {
    let target = try Target(target)
    for names in [("HTTPS_PROXY", "NO_PROXY"), ("https_proxy", "no_proxy")] {
      let environment = [names.0: "http://user:secret@proxy:3128", names.1: noProxy]
      let proxies = ProxyEnvironment { environment[$0] }
      #expect(proxies.variable(for: target) == (isProxied ? names.0 : nil))
    }
    #expect(ProxyEnvironment { _ in nil }.variable(for: target) == nil)
    #expect(ProxyEnvironment { ["HTTP_PROXY": "http://p"][$0] }.variable(for: target) == nil)
  }

  @Test("through the lab's L7 proxy one connection shows every pod")
  func throughProxy() async throws {
    let run = try await LabRun.measure(.pickFirst) { plan, cluster in
      plan.target = (try? LabRun.target(cluster.names.proxy, cluster)) ?? plan.target
    }
    try run.expectTruth()
    #expect(run.report.verdict.basis == "per-call")
    #expect(run.report.pods.map(\.rpcs) == [200, 200, 200, 200, 200])
    let finding = try #require(run.report.findings.first { $0.code == "LBC0113" })
    #expect(finding.message.hasPrefix("an L7 balancer or a mesh"))
    #expect(
      finding.evidence
        == "a single connection was answered by 5 pods; responses have server: lbcheck-lab-proxy")
  }

  // MARK: - Findings by values

  private struct Run {
    var target = "dns:///mygrpc.default:50051"
    var source = Report.Source.target
    var peers = ["10.0.0.1"]
    var answered = [100]
    var basis = Basis.perConnection
    var server: String?
    var environment: [String: String] = [:]
    var clusterIPs: [String] = []

    func codes() throws -> [String] { try findings().map(\.code) }

    func findings() throws -> [Report.Finding] {
      let environment = environment
      let plan = DistributePlan(
        target: try Target(target), source: source, version: "test", policy: .pickFirst,
        request: RPCRequest(path: "/a.B/C"),
        lookup: LookupOptions(environment: { environment[$0] }), seed: 1)
      var counts = Counts()
      for peer in peers {
        let address = try #require(IPAddress(peer))
        var record = ConnectionRecord(
          channel: 0, target: .ip(address, port: 50051), usesTLS: false,
          startedAt: .init(nanoseconds: 0))
        record.server = server
        counts.connections.append(Counts.Connection(record: record))
      }
      var tally = ConnectionTally()
      for (pod, rpcs) in answered.enumerated() where rpcs > 0 {
        tally.answered(pod: pod, rpcs: rpcs)
      }
      let sample = Sample(
        pods: answered.enumerated().map { Sample.Pod(name: "pod-\($0.0)", answered: $0.1) },
        connections: [tally], generations: 1, isCyclic: false, isReadySetKnown: false)
      return PathFindings(
        plan: plan, counts: counts, sample: sample, basis: basis,
        clusterIPs: Set(clusterIPs.compactMap { IPAddress($0) })
      ).all
    }
  }

  @Test("a plain run has nothing to say, also where the pod has a server field of its own")
  func plain() throws {
    #expect(try Run().codes().isEmpty)
    #expect(try Run(server: "kestrel").codes().isEmpty)
  }

  @Test("a known proxy is said, also where one pod answered")
  func known() throws {
    let one = try #require(try Run(server: "istio-envoy").findings().first)
    #expect(one.code == "LBC0113")
    #expect(one.message == "an Istio sidecar or gateway (Envoy) is in the path")
    let many = try #require(
      try Run(answered: [5, 5], basis: .perCall, server: "nginx/1.22").findings().first)
    #expect(many.message == "nginx is in the path and chooses a pod for every RPC")
    #expect(
      many.evidence?.hasSuffix("answered by 2 pods; responses have server: nginx/1.22") == true)
  }

  @Test("the proxy variable is named, its value is not shown; the lab is never behind a proxy")
  func proxy() throws {
    var run = Run(environment: ["HTTPS_PROXY": "http://user:secret@proxy:3128"])
    let finding = try #require(try run.findings().first)
    #expect(finding.code == "LBC0114" && finding.level == .warning)
    #expect(finding.evidence == "HTTPS_PROXY is set, and NO_PROXY does not exclude mygrpc.default")
    run.source = .lab
    #expect(try run.codes().isEmpty)
  }

  @Test(
    "this machine and one pod: perhaps a port-forward",
    arguments: [
      (["127.0.0.1"], [10, 0], true), (["::1", "127.0.0.1"], [10], true),
      (["127.0.0.1"], [5, 5], false), (["127.0.0.11"], [10], false),
      (["127.0.0.1", "10.0.0.1"], [10], false), ([], [10], false),
    ])
  func portForward(peers: [String], answered: [Int], isFound: Bool) throws {
    let run = Run(target: "localhost:50051", peers: peers, answered: answered)
    #expect(try run.codes() == (isFound ? ["LBC0115"] : []))
  }

  @Test(
    "the Service's virtual IP as the peer of every connection",
    arguments: [
      (["10.96.0.10"], ["10.96.0.10"], true), (["10.96.0.10", "10.0.0.1"], ["10.96.0.10"], false),
      (["10.96.0.10"], [], false),
    ])
  func clusterIP(peers: [String], clusterIPs: [String], isFound: Bool) throws {
    let run = Run(
      target: "kubernetes:///mygrpc.default:grpc", peers: peers, clusterIPs: clusterIPs)
    #expect(try run.codes() == (isFound ? ["LBC0116"] : []))
  }
}
