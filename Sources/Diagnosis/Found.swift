internal import Kubernetes
internal import Naming
internal import Reporting
internal import Resolution

/// What one look-up of a target came to.
struct Found {
  enum Origin {
    /// The addresses stand in the target.
    case fixed
    case dns(DNSResolution)
    case kubernetes(ClusterService, ClusterService.Answer)
  }

  /// What a client may connect to.
  var endpoints: [Endpoint]
  var origin: Origin

  /// - Parameter changes: of the set of addresses, during the run.
  func resolution(earlierChanges: Int, windowChanges: Int) -> Report.Resolution {
    var resolution = resolution
    resolution.changes = earlierChanges + windowChanges
    resolution.windowChanges = windowChanges
    return resolution
  }

  private var resolution: Report.Resolution {
    switch origin {
    case .fixed:
      Report.Resolution(resolver: "static", addresses: plainAddresses)
    case .dns(let dns):
      Report.Resolution(
        resolver: "dns", server: (dns.a.server ?? dns.aaaa.server)?.description,
        ttl: dns.ttl.map(Int.init), addresses: plainAddresses)
    case .kubernetes(let service, let answer):
      Report.Resolution(
        resolver: "kubernetes", server: service.access.server,
        addresses: answer.set.endpoints.flatMap(Self.addresses))
    }
  }

  private var plainAddresses: [Report.Address] {
    endpoints.flatMap { endpoint in
      endpoint.addresses.map { Report.Address(address: $0.description, pod: endpoint.pod) }
    }
  }

  private static func addresses(_ endpoint: ServiceEndpoint) -> [Report.Address] {
    endpoint.addresses.map {
      Report.Address(
        address: $0.description, pod: endpoint.pod, node: endpoint.node, zone: endpoint.zone,
        ready: endpoint.ready, serving: endpoint.serving, terminating: endpoint.terminating)
    }
  }

  /// Why there are no endpoints; nil where there are some.
  var problem: Problem? {
    switch origin {
    case .kubernetes(let service, let answer): service.problem(answer)
    case .fixed: nil
    case .dns(let dns): endpoints.isEmpty ? Self.problem(dns) : nil
    }
  }

  /// Whether a client of kuberesolver has something to dial all the same: an unknown port name does not
  /// stop it.
  func hasList(_ reading: ServiceReading) -> Bool {
    guard case .kubernetes(let cluster, let answer) = origin else { return false }
    let port = cluster.reference.port
    return switch reading {
    case .union: false
    case .kuberesolver(.v6): answer.slices.contains { $0.kuberesolverList(port) != nil }
    case .kuberesolver(.v5): answer.legacy?.kuberesolverList(port) != nil
    }
  }

  private static func problem(_ dns: DNSResolution) -> Problem {
    let tried = dns.a.attempts.map(\.name).joined(separator: ", ")
    return Problem(
      phase: .resolve, tried: "to resolve \(dns.host) (asked for: \(tried))",
      on: dns.a.server.map { "DNS server \($0)" }, cameBack: dns.outcome.description,
      next: advice(dns.outcome) + "; a gRPC client: " + dns.outcome.nextStep(of: .go))
  }

  private static func advice(_ outcome: DNSOutcome) -> String {
    switch outcome {
    case .nameError:
      "check the name's spelling and namespace, and that the Service is headless with ready pods"
    case .noData: "the name exists without addresses: check that the Service has ready pods"
    case .refused:
      "the server does not answer for this name or client: ask another (--dns-server)"
    case .connectionRefused, .unreachable, .timeout:
      "check the DNS server's address and port, or ask another (--dns-server)"
    case .serverFailure: "the server failed: look at its log, or ask another (--dns-server)"
    default: "ask the server with dig, or ask another one (--dns-server)"
    }
  }
}
