internal import Naming
package import Reporting
internal import Resolution

/// Asks once for everything that names say about the target, DNS and the Kubernetes API side by side
/// where the target is a Service. An answer without addresses is a report as well; a `Problem` is
/// thrown where nothing could be asked.
package func resolve(_ plan: ResolvePlan) async throws -> ResolveReport {
  let startedAt = timestamp(unixMilliseconds: WallClock.unixMilliseconds)
  let names = try await Names.open(plan.target, plan.lookup, log: plan.stepLog)
  defer { names.close() }
  let found = try await names.lookUp(withLegacy: true)
  let both = await BothAnswers(found, plan)
  let answers = [both.dns?.a, both.dns?.aaaa, both.dns?.srv, both.dns?.txt].compactMap { $0 }
  return ResolveReport(
    version: plan.version, source: plan.source, startedAt: startedAt,
    target: Report.Target(plan.target),
    questions: answers.map(ResolveReport.Question.init),
    cnames: both.dns.map { aliases($0) } ?? [],
    addresses: addresses(found),
    srv: (both.dns?.srv?.records ?? []).compactMap(ResolveReport.SRV.init),
    txt: (both.dns?.txt?.records ?? []).compactMap(ResolveReport.TXT.init),
    kubernetes: both.kubernetes,
    comparison: both.comparison?.rows ?? [],
    next: found.nextStep,
    differences: both.comparison?.differences ?? [],
    findings: both.findings + findings(found))
}

private func aliases(_ dns: DNSResolution) -> [String] {
  let chain = dns.a.aliases.isEmpty ? dns.aaaa.aliases : dns.a.aliases
  guard let first = chain.first else { return [] }
  return [first.name] + chain.map(\.target)
}

private func addresses(_ found: Found) -> [ResolveReport.Address] {
  var ttls: [IPAddress: Int] = [:]
  if case .dns(let dns) = found.origin {
    for answer in [dns.a, dns.aaaa] where answer.source == .dns {
      for record in answer.records {
        if case .address(let address) = record.data { ttls[address] = Int(record.ttl) }
      }
    }
  }
  return found.endpoints.flatMap { endpoint in
    endpoint.addresses.map { address in
      switch address {
      case .ip(let ip, _):
        ResolveReport.Address(
          address: address.description, family: ip.isV4 ? "ipv4" : "ipv6", ttl: ttls[ip],
          pod: endpoint.pod)
      case .unix:
        ResolveReport.Address(address: address.description, family: "unix", pod: endpoint.pod)
      case .unresolved:
        ResolveReport.Address(address: address.description, family: "name", pod: endpoint.pod)
      }
    }
  }
}

/// What a reader of the answer should know before relying on it.
private func findings(_ found: Found) -> [Report.Finding] {
  guard case .dns(let dns) = found.origin else { return [] }
  var list: [Report.Finding] = []
  if dns.a.truncatedOverUDP || dns.aaaa.truncatedOverUDP {
    list.append(
      Report.Finding(
        code: "LBC0120", level: .info,
        message: "the answer did not fit into UDP; it came over TCP",
        evidence: "\(dns.endpoints.count) addresses",
        hint: "a client whose resolver does not retry over TCP sees fewer pods"))
  }
  let silent = [dns.a, dns.aaaa, dns.txt].compactMap { $0 }.filter { $0.outcome == .timeout }
  if !dns.endpoints.isEmpty, !silent.isEmpty {
    list.append(
      Report.Finding(
        code: "LBC0124", level: .warning,
        message: "DNS left a question unanswered that a client waits for before it connects",
        evidence: silent.map { "\($0.type) \($0.name): no answer in \($0.duration.inSeconds)" }
          .joined(separator: ", "),
        hint: "let the server answer it, with NXDOMAIN at least; grpc-go asks for no TXT with "
          + "GRPC_ENABLE_TXT_SERVICE_CONFIG=false, C-core and grpc-java ask for none"))
  }
  if dns.endpoints.count == 1 {
    list.append(
      Report.Finding(
        code: "LBC0121", level: .info,
        message: "a single address: one pod, or a virtual IP (ClusterIP) in front of several",
        evidence: dns.endpoints[0].addresses[0].description,
        hint: "for client-side balancing the Service must be headless (clusterIP: None)"))
  }
  return list
}

extension Found {
  /// What a gRPC client does next with this answer.
  fileprivate var nextStep: String {
    switch origin {
    case .dns(let dns) where dns.a.source != .literal: dns.outcome.nextStep(of: .go)
    case .kubernetes:
      "one whose resolver watches the API learns of every change within about a second, and needs "
        + "permission to list and watch EndpointSlices (lbcheck rbac)"
    case .dns, .fixed:
      "the addresses stand in the target: a client connects to them and never looks again"
    }
  }
}
