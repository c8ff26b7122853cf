internal import Kubernetes
internal import Naming
internal import Reporting
internal import Resolution

/// DNS and the Kubernetes API on the same Service. The one that the target does not name is asked as
/// well where that makes sense; that it fails then is a note, not an error.
struct BothAnswers {
  private(set) var dns: DNSResolution?
  private(set) var kubernetes: ResolveReport.Kubernetes?
  /// Nil where the API gave no answer.
  private(set) var comparison: ServiceComparison?
  private(set) var findings: [Report.Finding] = []

  init(_ found: Found, _ plan: ResolvePlan) async {
    switch found.origin {
    case .fixed: break
    case .dns(let dns):
      self.dns = dns
      await askKubernetes(dns, plan)
    case .kubernetes(let service, let answer):
      add(service, answer)
      await askDNS(service, answer, plan)
    }
  }

  /// Asks the API where DNS looked for the name of a Service (`svc.ns.svc.zone`).
  private mutating func askKubernetes(_ dns: DNSResolution, _ plan: ResolvePlan) async {
    let name = dns.a.attempts.last?.name ?? dns.host
    guard plan.lookup.resolver == nil, ServiceReference.isService(dnsHost: name),
      let reference = ServiceReference(dnsHost: name, port: .number(dns.port))
    else { return }
    do throws(Problem) {
      let service = try ClusterService.open(reference, plan.lookup, log: plan.stepLog)
      defer { service.client.shutDown() }
      let answer = try await service.lookUp(withLegacy: true)
      add(service, answer)
      compare(with: dns, ofPods: false)
    } catch {
      note("the Kubernetes API was not compared", error)
    }
  }

  private mutating func askDNS(
    _ service: ClusterService, _ answer: ClusterService.Answer, _ plan: ResolvePlan
  ) async {
    guard plan.lookup.resolver == nil else { return }
    do throws(Problem) {
      let client = try await Names.dnsClient(asking: plan.lookup.nameServer)
      defer { client.shutDown() }
      // With a final dot: the name is complete, no search list is tried.
      let host = "\(service.reference.service).\(service.namespace).svc.cluster.local."
      let dns = await client.lookUp(host: host, port: 0, .everything)
      self.dns = dns
      compare(with: dns, ofPods: true)
      guard dns.outcome != .answered, !answer.set.ready.isEmpty else { return }
      findings.append(
        Report.Finding(
          code: "LBC0142", level: .info, message: "DNS does not know this Service",
          evidence: "\(host): \(dns.outcome.description)",
          hint: "outside the cluster that is as it should be; ask the cluster's own DNS with "
            + "--dns-server"))
    } catch {
      note("DNS was not compared", error)
    }
  }

  private mutating func note(_ message: String, _ problem: Problem) {
    findings.append(
      Report.Finding(
        code: "LBC0140", level: .info, message: message,
        evidence:
          "tried \(problem.tried)\(problem.on.map { " on \($0)" } ?? ""): \(problem.cameBack)",
        hint: problem.next))
  }

  private mutating func add(_ service: ClusterService, _ answer: ClusterService.Answer) {
    kubernetes = ResolveReport.Kubernetes(service, answer)
    comparison = ServiceComparison(
      service: answer.service, endpoints: answer.shown, podPorts: answer.podPorts,
      legacy: answer.legacy)
    findings += ClusterFindings(service, answer).all
    if let problem = service.problem(answer) {
      findings.append(
        Report.Finding(
          code: "LBC0141", level: .error,
          message: "the Service gives a client nothing to connect to",
          evidence: problem.cameBack, hint: problem.next))
    }
  }

  /// - Parameter ofPods: the port is that of the pods, and not what a client would dial.
  private mutating func compare(with dns: DNSResolution, ofPods: Bool) {
    guard dns.outcome == .answered else { return }
    comparison?.dns = dns.endpoints
    comparison?.dnsPort = ofPods ? nil : dns.port
    comparison?.ttl = dns.ttl.map(Int.init)
  }
}
