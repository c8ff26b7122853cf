internal import Distribution
internal import Reporting

extension Check {
  /// Whether this client can spread RPCs at all.
  static let balance: [Check] = [
    Check(
      code: "LBC0101", area: .balance, title: "clients see pods, not a virtual IP", level: .error,
      hint:
        "give clients a headless Service (lbcheck manifest headless) and round_robin, or put an L7 "
        + "proxy in front: HTTP/2 keeps one connection, and a ClusterIP ties it to one pod",
      explainedBy: ["LBC0100"]
    ) { evidence in
      guard !evidence.isBalancedPerCall else { return .passed }
      if let address = evidence.virtualIP {
        return .found(
          "the name resolves to the Service's clusterIP \(address)"
            + (evidence.readyPods.map { ", and \($0) pods are ready behind it" } ?? ""))
      }
      guard evidence.addresses.count == 1, evidence.kubernetes == nil else { return .passed }
      return .skipped(
        "one address: a pod, or a virtual IP in front of several; \(evidence.whyNoKubernetes)")
    },
    Check(
      code: "LBC0102", area: .balance, title: "the policy uses all addresses", level: .error,
      hint: "set round_robin: service config {\"loadBalancingConfig\":[{\"round_robin\":{}}]} "
        + "(lbcheck manifest client)",
      explainedBy: ["LBC0100", "LBC0101"]
    ) { evidence in
      guard evidence.policy == .pickFirst, evidence.addresses.count > 1,
        !evidence.isBalancedPerCall
      else { return .passed }
      let measured =
        evidence.run.value.map { report in
          "; \(report.rpcs.answered) RPCs were answered by "
            + counted(report.statistics.answered ?? 0, "pod")
        } ?? ""
      return .found(
        "pick_first uses one of \(evidence.addresses.count) addresses\(measured)")
    },
    Check(
      code: "LBC0104", area: .balance, title: "round_robin has addresses to choose from",
      level: .warning,
      hint:
        "the name has to stand for every pod: a headless Service for dns:///, or a resolver that "
        + "watches the Kubernetes API",
      explainedBy: ["LBC0100", "LBC0101"]
    ) { evidence in
      guard evidence.policy == .roundRobin, evidence.addresses.count == 1,
        !evidence.isBalancedPerCall
      else { return .passed }
      return .found(
        "the name has one address, \(evidence.addresses[0].address)",
        level: evidence.readyPods == 1 ? .info : nil)
    },
    Check(
      code: "LBC0112", area: .balance, title: "no RPC was lost", level: .warning,
      hint: "lbcheck distribute -o wide shows which connections ended and why",
      explainedBy: ["LBC0100", "LBC0110"]
    ) { evidence in
      switch evidence.run {
      case .unknown(let why): .skipped(why)
      case .known(let report):
        report.rpcs.lost > 0
          ? .found(
            "\(report.rpcs.lost) of \(report.rpcs.sent): \(byName(report.rpcs.lostByCause))")
          : .passed
      }
    },
  ]

  /// ` within 66 s`: every client's least time between look-ups is half of that at most.
  private static var boundOfOneMinute: String {
    let bound = DetectionBound.dns(
      age: 60e9, floor: 30e9, keepsRequests: true, staleness: 0, publication: 0)
    return if case .within(let time) = bound { " within \((time / 1e9).decimal(0)) s" } else { "" }
  }

  /// Whether this client will notice pods that come and go.
  static let scaling: [Check] = [
    Check(
      code: "LBC0160", area: .scaling, title: "clients hear of new pods", level: .info,
      hint:
        "let servers end connections after a while (lbcheck manifest server), or give clients a "
        + "resolver that watches the Kubernetes API; lbcheck watch measures it",
      explainedBy: ["LBC0100"]
    ) { evidence in
      if evidence.watchesKubernetes { return .passed }
      switch evidence.run {
      case .unknown(let why): return .skipped(why)
      case .known(let report):
        let ages = report.connections.filter { $0.goAway?.debug == "max_age" }.compactMap { end in
          end.opened.flatMap { opened in end.closed.map { ($0 - opened) / 1000 } }
        }
        guard ages.isEmpty else { return .passed }
        return .found(
          "no connection was ended by its age in the \(report.duration.rounded()) s of the run: unless "
            + "one ends, this client never looks the name up again; with a MaxConnectionAge of 1 min it "
            + "would\(boundOfOneMinute)")
      }
    },
    Check(
      code: "LBC0161", area: .scaling, title: "servers put up with the client's keepalive",
      level: .warning,
      hint:
        "ping no more often than every 5 minutes, or let the server's keepalive enforcement allow "
        + "it (MinTime, PermitWithoutStream)"
    ) { evidence in
      let punished = evidence.run.value?.connections.first {
        $0.goAway?.debug == "too_many_pings"
      }
      if let punished {
        return .found("\(punished.remote) sent GOAWAY too_many_pings", level: .error)
      }
      guard let time = evidence.keepaliveTime else {
        return .skipped("--keepalive-time says how often the client pings")
      }
      return time < .seconds(300)
        ? .found(
          "a ping every \(time.components.seconds) s: by default a gRPC server ends the connection "
            + "(too_many_pings) at the third one within 5 minutes")
        : .passed
    },
  ]
}
