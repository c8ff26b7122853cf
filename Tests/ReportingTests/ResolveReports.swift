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
}
