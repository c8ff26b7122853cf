package import Naming
package import Reporting
internal import Resolution

/// Everything that `lbcheck resolve` was asked to do.
package struct ResolvePlan: Sendable {
  package var target: Target
  package var source: Report.Source
  package var version: String
  /// Asked instead of the system's servers, unless the target itself names one.
  package var nameServer: NameServer?

  package init(
    target: Target, source: Report.Source, version: String, nameServer: NameServer? = nil
  ) {
    self.target = target
    self.source = source
    self.version = version
    self.nameServer = nameServer
  }
}

/// Asks once for everything that names say about the target. An answer without addresses is a report
/// as well; a `Problem` is thrown where nothing could be asked.
package func resolve(_ plan: ResolvePlan) async throws -> ResolveReport {
  let startedAt = timestamp(unixMilliseconds: WallClock.unixMilliseconds)
  let names = try await Names.open(plan.target, nameServer: plan.nameServer)
  defer { names.close() }
  let found = await names.lookUp()
  let dns = found.dns
  let answers = [dns?.a, dns?.aaaa, dns?.srv, dns?.txt].compactMap { $0 }
  return ResolveReport(
    version: plan.version, source: plan.source, startedAt: startedAt,
    target: Report.Target(plan.target),
    questions: answers.map(ResolveReport.Question.init),
    cnames: dns.map { aliases($0) } ?? [],
    addresses: addresses(found),
    srv: (dns?.srv?.records ?? []).compactMap(ResolveReport.SRV.init),
    txt: (dns?.txt?.records ?? []).compactMap(ResolveReport.TXT.init),
    next: dns.flatMap { $0.a.source == .literal ? nil : $0.outcome.nextStep(of: .go) }
      ?? "the addresses stand in the target: a client connects to them and never looks again",
    findings: findings(dns))
}

private func aliases(_ dns: DNSResolution) -> [String] {
  let chain = dns.a.aliases.isEmpty ? dns.aaaa.aliases : dns.a.aliases
  guard let first = chain.first else { return [] }
  return [first.name] + chain.map(\.target)
}

private func addresses(_ found: Names.Found) -> [ResolveReport.Address] {
  var ttls: [IPAddress: Int] = [:]
  for answer in [found.dns?.a, found.dns?.aaaa].compactMap({ $0 }) where answer.source == .dns {
    for record in answer.records {
      if case .address(let address) = record.data { ttls[address] = Int(record.ttl) }
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
private func findings(_ dns: DNSResolution?) -> [Report.Finding] {
  var list: [Report.Finding] = []
  if let dns, dns.a.truncatedOverUDP || dns.aaaa.truncatedOverUDP {
    list.append(
      Report.Finding(
        code: "LBC0120", level: .info,
        message: "the answer did not fit into UDP; it came over TCP",
        evidence: "\(dns.endpoints.count) addresses",
        hint: "a client whose resolver does not retry over TCP sees fewer pods"))
  }
  if let dns, dns.endpoints.count == 1 {
    list.append(
      Report.Finding(
        code: "LBC0121", level: .info,
        message: "a single address: one pod, or a virtual IP (ClusterIP) in front of several",
        evidence: dns.endpoints[0].addresses[0].description,
        hint: "for client-side balancing the Service must be headless (clusterIP: None)"))
  }
  return list
}

extension ResolveReport.Question {
  init(_ answer: DNSAnswer) {
    let server: String? =
      switch answer.source {
      case .dns: answer.server?.description
      case .hostsFile: "hosts file"
      case .literal: nil
      }
    self.init(
      name: answer.attempts.first?.name ?? answer.name, type: answer.type.description,
      outcome: ResolveReport.Outcome(answer.outcome), records: answer.records.count,
      server: server, transport: answer.transport?.rawValue,
      truncated: answer.truncatedOverUDP,
      ttl: answer.source == .dns ? answer.ttl.map(Int.init) : nil,
      duration: answer.duration / .milliseconds(1),
      namesTried: answer.attempts.map(\.name),
      error: answer.outcome == .answered || answer.source == .literal
        ? nil : answer.outcome.description)
  }
}

extension ResolveReport.Outcome {
  init(_ outcome: DNSOutcome) {
    self =
      switch outcome {
      case .answered: .answer
      case .noData: .noData
      case .nameError: .noName
      case .serverFailure: .serverFailure
      case .refused: .refused
      case .timeout: .timeout
      case .connectionRefused, .unreachable: .unreachable
      case .malformed: .malformed
      case .other, .invalidName, .cancelled: .other
      }
  }
}

extension ResolveReport.SRV {
  init?(_ record: DNSRecord) {
    guard case .srv(let priority, let weight, let port, let target) = record.data else {
      return nil
    }
    self.init(
      name: record.name, target: target, port: port, priority: priority, weight: weight,
      ttl: Int(record.ttl))
  }
}

extension ResolveReport.TXT {
  init?(_ record: DNSRecord) {
    guard case .txt(let text) = record.data else { return nil }
    self.init(name: record.name, text: text, ttl: Int(record.ttl))
  }
}
