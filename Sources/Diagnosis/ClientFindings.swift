private import Balancing
private import Naming
internal import Reporting
private import Resolution
internal import Transport

/// What the client that was reproduced, and its keepalive, have to do with the result.
struct ClientFindings {
  let plan: DistributePlan
  let counts: Counts
  /// How many were resolved.
  let addresses: Int

  var all: [Report.Finding] {
    [foreignScheme, oneEndpoint, silence, tooManyPings].compactMap { $0 }
      + (plan.serviceConfig?.findings ?? [])
  }

  /// The addresses were used all the same: what balances them is this client's policy.
  private var foreignScheme: Report.Finding? {
    guard plan.wire == .h2, plan.isClientChosen, !plan.client.reads(plan.target) else { return nil }
    let known = plan.client.schemes.map(\.rawValue).sorted().joined(separator: ", ")
    return Report.Finding(
      code: "LBC0190", level: .warning,
      message:
        "\(plan.client.rules.client) has no resolver for \(plan.target.scheme.rawValue) targets",
      evidence: "it reads \(known) without further libraries; the addresses were used as they are",
      hint: "give that client a dns:/// target")
  }

  private var oneEndpoint: Report.Finding? {
    guard plan.wire == .h2, plan.policy == .roundRobin, plan.client.rules.joinsAddresses,
      isLookedUpInDNS, addresses > 1
    else { return nil }
    return Report.Finding(
      code: "LBC0193", level: .warning,
      message: "\(plan.client.rules.client) makes one endpoint of all addresses of a DNS name, and "
        + "round_robin opens one connection per endpoint",
      evidence: "\(addresses) addresses resolved",
      hint: "list the addresses (ipv4:A,B,C), or put an L7 proxy in front")
  }

  private var isLookedUpInDNS: Bool {
    if case .dns = plan.target.kind { plan.lookup.resolver != .kubernetes } else { false }
  }

  private var silence: Report.Finding? {
    let ends = counts.connections.filter {
      if case .keepalive = $0.record.closing { true } else { false }
    }
    guard let first = ends.first else { return nil }
    return Report.Finding(
      code: "LBC0191", level: .warning,
      message: "\(ends.count) connection(s) were given up: no answer to a keepalive PING",
      evidence: "\((first.record.remote ?? first.record.target).description)",
      hint:
        "the pod, or the way to it, vanished without closing the connection (node lost, network "
        + "policy, conntrack); without keepalive its RPCs would run into their deadlines until TCP "
        + "gives up")
  }

  private var tooManyPings: Report.Finding? {
    let ends = counts.connections.filter { $0.record.goAway?.debug == "too_many_pings" }
    guard !ends.isEmpty else { return nil }
    return Report.Finding(
      code: "LBC0192", level: .warning,
      message: "a server said too_many_pings on \(ends.count) connection(s)",
      evidence: plan.keepalive.map { "keepalive time \($0.time.inSeconds)" },
      hint: "servers allow a ping per 5 min unless told otherwise: raise --keepalive-time, or the "
        + "server's minimum (Go EnforcementPolicy.MinTime, Java permitKeepAliveTime, C-core "
        + "grpc.http2.min_ping_interval_without_data_ms); the client doubles its time for its next "
        + "connections")
  }
}
