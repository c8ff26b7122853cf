internal import Kubernetes
internal import Naming
internal import Reporting
internal import Resolution

/// What the Kubernetes API says of the pods behind a DNS name of a Service. Asked while RPCs are
/// sent, and waited for only a little: a run does not depend on it.
struct ClusterNames: Sendable {
  /// From the end of the measurement on.
  private static let patience = Duration.seconds(2)

  private let lookup: Task<ClusterService.Answer?, Never>?

  /// Asks where the name that DNS knew is that of a Service (`svc.ns.svc.zone`), and this identity
  /// has a cluster at all.
  init(_ found: Found, _ plan: DistributePlan) {
    // The lab's pods are not in the user's cluster.
    guard case .dns(let dns) = found.origin, plan.source == .target, plan.lookup.resolver == nil
    else {
      lookup = nil
      return
    }
    let name = dns.a.attempts.last?.name ?? dns.host
    guard ServiceReference.isService(dnsHost: name),
      let reference = ServiceReference(dnsHost: name, port: .number(dns.port)),
      let service = try? ClusterService.open(reference, plan.lookup, log: plan.stepLog)
    else {
      lookup = nil
      return
    }
    let log = plan.stepLog
    lookup = Task {
      defer { service.client.shutDown() }
      do throws(Problem) {
        return try await service.lookUp(withLegacy: false)
      } catch {
        log?("the Kubernetes API does not name the pods: \(error.cameBack)")
        return nil
      }
    }
  }

  func cancel() { lookup?.cancel() }

  /// Nil where it did not answer in time.
  func answer() async -> ClusterService.Answer? {
    guard let lookup else { return nil }
    let limit = Task {
      try? await Task.sleep(for: Self.patience)
      lookup.cancel()
    }
    defer { limit.cancel() }
    return await lookup.value
  }
}

extension Backends {
  /// The same with names for addresses that are endpoints of the Service. Where all that DNS has is
  /// its virtual IP, its ready pods are known now as well.
  func named(by answer: ClusterService.Answer) -> Backends {
    var backends = self
    backends.clusterIPs = answer.virtualIPs
    if let address = endpoints.first?.addresses.first, endpoints.count == 1,
      case .ip(let ip, _) = address, answer.virtualIPs.contains(ip)
    {
      backends.ready = answer.set.ready
      return backends
    }
    var names: [IPAddress: Set<String>] = [:]
    for endpoint in answer.shown {
      guard let pod = endpoint.pod else { continue }
      for case .ip(let ip, _) in endpoint.addresses { names[ip, default: []].insert(pod) }
    }
    var confirmed = 0
    backends.ready = ready?.map { endpoint in
      var endpoint = endpoint
      // Pods on the host's network share its addresses: these name none.
      let found = endpoint.addresses.lazy.compactMap { address in
        if case .ip(let ip, _) = address, let pods = names[ip], pods.count == 1 {
          pods.first
        } else {
          nil
        }
      }
      if let pod = found.first {
        endpoint.pod = pod
        confirmed += 1
      }
      return endpoint
    }
    if confirmed == ready?.count { backends.peerConfidence = .certain }
    return backends
  }
}
