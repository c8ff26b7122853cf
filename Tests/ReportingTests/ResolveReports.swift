import Reporting

enum ResolveReports {
  private static let name = "mygrpc.default.svc.cluster.local"

  private static func report(
    given: String, host: String, questions: [ResolveReport.Question], cnames: [String] = [],
    addresses: [ResolveReport.Address] = [], srv: [ResolveReport.SRV] = [],
    txt: [ResolveReport.TXT] = [], next: String, differences: [String] = [],
    findings: [Report.Finding] = []
  ) -> ResolveReport {
    ResolveReport(
      version: "1.2.3", source: .target, startedAt: timestamp(unixMilliseconds: 0),
      target: Report.Target(given: given, scheme: "dns", host: host, port: "50051"),
      questions: questions, cnames: cnames, addresses: addresses, srv: srv, txt: txt, next: next,
      differences: differences, findings: findings)
  }

  static func headless() -> ResolveReport {
    let server = "10.96.0.10:53"
    let tried = ["mygrpc.default.svc.cluster.local"]
    return report(
      given: "dns:///mygrpc:50051", host: "mygrpc",
      questions: [
        .init(
          name: "mygrpc", type: "A", outcome: .answer, records: 2, server: server, transport: "udp",
          truncated: false, ttl: 30, duration: 1.2345, namesTried: tried),
        .init(
          name: "mygrpc", type: "AAAA", outcome: .noData, records: 0, server: server,
          transport: "udp", truncated: false, ttl: nil, duration: 0.9, namesTried: tried),
        .init(
          name: "_grpc._tcp.mygrpc", type: "SRV", outcome: .answer, records: 2, server: server,
          transport: "tcp", truncated: true, ttl: 30, duration: 2.5,
          namesTried: ["_grpc._tcp.\(name)"]),
        .init(
          name: "_grpc_config.mygrpc", type: "TXT", outcome: .answer, records: 1, server: server,
          transport: "udp", truncated: false, ttl: 5, duration: 1,
          namesTried: ["_grpc_config.\(name)"]),
      ],
      cnames: ["grpc.default.svc.cluster.local", name],
      addresses: [
        .init(address: "10.0.0.1:50051", family: "ipv4", ttl: 30, pod: "mygrpc-0"),
        .init(address: "10.0.0.2:50051", family: "ipv4", ttl: 30, pod: "mygrpc-1"),
      ],
      srv: [
        .init(
          name: "_grpc._tcp.\(name)", target: "mygrpc-0.\(name)", port: 50051, priority: 0,
          weight: 50, ttl: 30)
      ],
      txt: [
        .init(
          name: "_grpc_config.\(name)", text: "grpc_config=[{\"serviceConfig\":{}}]", ttl: 5)
      ],
      next: "pick_first connects to 10.0.0.1:50051 and stays there; round_robin connects to both")
  }

  static func missing() -> ResolveReport {
    report(
      given: "dns:///nosuch:50051", host: "nosuch",
      questions: ["A", "AAAA"].map {
        .init(
          name: "nosuch", type: $0, outcome: .noName, records: 0, server: "10.96.0.10:53",
          transport: "udp", truncated: false, ttl: nil, duration: 3,
          namesTried: ["nosuch.default.svc.cluster.local", "nosuch"])
      },
      next: "RPCs fail with UNAVAILABLE; the name is asked again after 1 s, then ever more slowly",
      findings: [
        .init(code: "no-such-name", level: .error, message: "The name does not exist.")
      ])
  }

  /// A headless Service in two slices, beside a DNS answer that is behind.
  static func cluster() -> ResolveReport {
    var report = report(
      given: "svc/mygrpc:grpc", host: "mygrpc", questions: [],
      addresses: [
        .init(address: "10.0.0.1:50051", family: "ipv4", pod: "mygrpc-0"),
        .init(address: "10.0.0.2:50051", family: "ipv4", pod: "mygrpc-1"),
      ],
      next: "one whose resolver watches the API learns of every change",
      differences: ["10.0.0.2 is ready, but not in DNS"])
    report.kubernetes = ResolveReport.Kubernetes(
      server: "https://10.0.0.1:6443", access: "in-cluster service account", namespace: "default",
      service: ResolveReport.Service(
        name: "mygrpc", type: "ClusterIP", headless: true, clusterIPs: [], externalName: nil,
        ports: [
          .init(
            name: "grpc", port: 80, targetPort: "grpc", transport: "TCP",
            appProtocol: "kubernetes.io/h2c")
        ], selector: true, affinity: nil, internalTrafficPolicy: "Local",
        publishesNotReady: false, trafficDistribution: nil),
      slices: 2, podPorts: [50051],
      endpoints: [
        endpoint("10.0.0.1:50051", "mygrpc-0", ready: true),
        endpoint("10.0.0.2:50051", "mygrpc-1", ready: true),
        endpoint("10.0.0.3:50051", "mygrpc-2", ready: false),
      ],
      legacy: .init(addresses: 2, notReady: 1, truncated: false))
    report.comparison = [
      .init(
        address: "10.0.0.1", port: 50051, pod: "mygrpc-0", node: "node-1", zone: "zone-a",
        dns: true,
        kubernetes: .ready, endpoints: true),
      .init(
        address: "10.0.0.2", port: 50052, pod: "mygrpc-1", node: "node-2", zone: "zone-b",
        dns: false,
        kubernetes: .ready, endpoints: true),
      .init(
        address: "10.0.0.3", port: 50051, pod: "mygrpc-2", node: "node-1", zone: "zone-a",
        dns: false,
        kubernetes: .terminating, endpoints: false),
      .init(address: "10.0.0.9", dns: true, kubernetes: .absent, endpoints: false),
    ]
    return report
  }

  private static func endpoint(
    _ address: String, _ pod: String, ready: Bool
  ) -> ResolveReport.Endpoint {
    .init(
      addresses: [address], pod: pod, node: nil, zone: nil, ready: ready, serving: true,
      terminating: !ready)
  }
}
