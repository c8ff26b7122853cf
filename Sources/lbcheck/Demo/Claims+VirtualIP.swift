import Diagnosis
import Reporting

extension Claim {
  /// Behind a ClusterIP, and behind an L7 proxy.
  static let virtualIP: [Claim] = [
    Claim(
      name: "clusterip-http1",
      sentence: "HTTP/1.1 spreads over a ClusterIP",
      why: """
        kube-proxy chooses a pod for every connection. An HTTP/1.1 client has one request at a time on \
        a connection and opens more, so its requests reach several pods.
        """,
      expected: "several pods answer"
    ) { seed in
      try await DemoLab.with(seed) { lab in
        let report = try await lab.run(lab.clusterIP, .clusterIP) { $0.wire = .http1 }
        return Observation(held: report.answering > 1, measured: report.told)
      }
    },
    Claim(
      name: "clusterip-http2",
      sentence: "HTTP/2, and so gRPC, is tied to one pod behind a ClusterIP",
      why: """
        gRPC puts all RPCs on one connection, and kube-proxy chooses a pod for the connection: one pod \
        gets everything, the others idle.
        """,
      expected: "one pod answers everything"
    ) { try await onePod($0) { try await $0.run($0.clusterIP, .pickFirst) } },
    Claim(
      name: "clusterip-round-robin",
      sentence: "round_robin does not help behind a ClusterIP",
      why: """
        round_robin has one connection per address of the name, and the name of a Service with a \
        ClusterIP has one address.
        """,
      expected: "one pod answers everything"
    ) { try await onePod($0) { try await $0.run($0.clusterIP, .roundRobin) } },
    Claim(
      name: "many-connections",
      sentence: "many connections spread over a ClusterIP, as kube-proxy draws",
      why: """
        Each of many clients is tied to a pod, but each to one of its own drawing. What they send \
        together is as even as the draw of connections, which chance decides.
        """,
      expected: "all pods answer, and the draw of 200 connections is no surprise (χ², p > 1e-6)"
    ) { seed in
      try await DemoLab.with(seed) { lab in
        let report = try await lab.run(lab.clusterIP, .pickFirst) { plan in
          plan.channels = 200
          plan.amount = .rpcs(2000)
        }
        let p = report.statistics.chiSquare?.p
        let connections = report.pods.map { String($0.connections) }.joined(separator: "/")
        return Observation(
          held: report.answering == report.pods.count && (p ?? 0) > 1e-6,
          measured:
            "connections \(connections)\(p.map { ", p = \(($0 * 1000).rounded() / 1000)" } ?? "")")
      }
    },
    Claim(
      name: "l7-proxy",
      sentence: "an L7 proxy spreads the RPCs of one connection",
      why: """
        Envoy, nginx, or a mesh takes HTTP/2 apart and chooses a pod for every RPC. The client keeps \
        its one connection, to the proxy.
        """,
      expected: "one connection, and all pods answer"
    ) { seed in
      try await DemoLab.with(seed) { lab in
        let report = try await lab.run(lab.proxy, .pickFirst)
        let used = report.connections.count { $0.rpcs > 0 }
        return Observation(
          held: used == 1 && report.answering == report.pods.count, measured: report.told)
      }
    },
  ]
}
