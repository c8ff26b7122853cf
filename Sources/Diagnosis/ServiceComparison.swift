internal import Naming
internal import Reporting
internal import Resolution

/// One Service as DNS, the EndpointSlices and the Endpoints object have it. A value: what is not
/// known is nil.
struct ServiceComparison {
  var service: KubernetesService?
  var endpoints: [ServiceEndpoint]
  /// TCP ports that the pods listen on, as the EndpointSlices have them.
  var podPorts: [UInt16] = []
  var legacy: LegacyEndpoints?
  /// What a client that asks DNS would connect to.
  var dns: [Endpoint]?
  /// The port that such a client dials; nil where no client was given one.
  var dnsPort: UInt16?
  /// In seconds.
  var ttl: Int?

  /// Every address once: the API's in its order, then those that only DNS has.
  var rows: [ResolveReport.Comparison] {
    let inDNS = dns.map { Set($0.flatMap(\.addresses).map(\.hostText)) }
    let inLegacy = legacy.map { Set($0.subsets.flatMap { $0.addresses.map(\.ip) }) }
    var rows: [ResolveReport.Comparison] = []
    var seen: Set<String> = []
    func add(
      _ address: String, _ port: Int?, _ state: ResolveReport.Comparison.State,
      of endpoint: ServiceEndpoint?
    ) {
      guard seen.insert(address).inserted else { return }
      rows.append(
        ResolveReport.Comparison(
          address: address, port: port, pod: endpoint?.pod, node: endpoint?.node,
          zone: endpoint?.zone, dns: inDNS?.contains(address), kubernetes: state,
          endpoints: inLegacy?.contains(address)))
    }
    for endpoint in endpoints {
      for address in endpoint.addresses {
        add(address.hostText, address.portNumber, endpoint.state, of: endpoint)
      }
    }
    for address in service?.clusterIPs ?? [] { add(address, nil, .virtualIP, of: nil) }
    for address in dns?.flatMap(\.addresses) ?? [] {
      add(address.hostText, nil, .absent, of: nil)
    }
    return rows
  }

  /// Where the answers disagree, a sentence each.
  var differences: [String] {
    let rows = rows
    return [
      virtualIP(rows), onlyInDNS(rows), notInDNS(rows), unreadyInDNS(rows), port, legacyLacks(rows),
      truncation,
    ].compactMap { $0 }
  }

  private func virtualIP(_ rows: [ResolveReport.Comparison]) -> String? {
    let virtual = rows.filter { $0.dns == true && $0.kubernetes == .virtualIP }
    guard !virtual.isEmpty, !endpoints.isEmpty else { return nil }
    return
      "DNS gives the virtual IP \(Self.names(virtual)), the API \(endpoints.count) endpoint(s): "
      + "a client that asks DNS has one address, whatever its policy; make the Service headless "
      + "(clusterIP: None) for round_robin over DNS"
  }

  private func onlyInDNS(_ rows: [ResolveReport.Comparison]) -> String? {
    let stale = rows.filter { $0.dns == true && $0.kubernetes == .absent }
    // Of a Service that may not be read, it may be the virtual IP.
    guard !stale.isEmpty, service != nil else { return nil }
    return "\(Self.those(stale)) in DNS only: pods that are gone and still in a cache\(age), or "
      + "another service under the same name"
  }

  private func notInDNS(_ rows: [ResolveReport.Comparison]) -> String? {
    let missing = rows.filter { $0.dns == false && $0.kubernetes == .ready }
    guard !missing.isEmpty, service?.isHeadless == true else { return nil }
    return "\(Self.those(missing)) ready, but not in DNS: a client that asks DNS does not see "
      + "\(missing.count == 1 ? "it" : "them") yet\(age)"
  }

  private func unreadyInDNS(_ rows: [ResolveReport.Comparison]) -> String? {
    let unready = rows.filter {
      $0.dns == true && ($0.kubernetes == .notReady || $0.kubernetes == .terminating)
    }
    guard !unready.isEmpty else { return nil }
    return "\(Self.those(unready)) in DNS, but not ready: still in a cache\(age)"
  }

  /// A headless Service's addresses come without ports, so a client dials the number it was given.
  private var port: String? {
    guard service?.isHeadless == true, let dnsPort else { return nil }
    guard !podPorts.isEmpty, !podPorts.contains(dnsPort) else { return nil }
    return "a client that asks DNS dials port \(dnsPort), but the pods listen on "
      + podPorts.map(String.init).joined(separator: ", ")
      + ": DNS gives the addresses of a headless Service without ports; dial the targetPort"
  }

  private func legacyLacks(_ rows: [ResolveReport.Comparison]) -> String? {
    let missing = rows.filter { $0.endpoints == false && $0.kubernetes == .ready }
    guard !missing.isEmpty else { return nil }
    return "\(Self.those(missing)) not in the Endpoints object, which holds one address family and "
      + "1,000 addresses: kuberesolver up to v5 does not see \(missing.count == 1 ? "it" : "them")"
  }

  private var truncation: String? {
    legacy?.isTruncated == true
      ? "the Endpoints object is truncated (endpoints.kubernetes.io/over-capacity): readers of it, "
        + "such as kuberesolver up to v5, miss pods" : nil
  }

  private var age: String { ttl.map { " (TTL \($0) s)" } ?? "" }

  /// The first few addresses, and how many more.
  private static func names(_ rows: [ResolveReport.Comparison]) -> String {
    let shown = rows.prefix(3).map(\.address).joined(separator: ", ")
    return rows.count > 3 ? "\(shown) and \(rows.count - 3) more" : shown
  }

  private static func those(_ rows: [ResolveReport.Comparison]) -> String {
    "\(names(rows)) \(rows.count == 1 ? "is" : "are")"
  }
}

extension ServiceEndpoint {
  fileprivate var state: ResolveReport.Comparison.State {
    ready ? .ready : terminating ? .terminating : .notReady
  }
}

extension TransportAddress {
  /// Without the port, as DNS knows it.
  fileprivate var hostText: String {
    switch self {
    case .ip(let ip, _): ip.description
    case .unresolved(let host, _): host
    case .unix(let path): path
    }
  }

  fileprivate var portNumber: Int? {
    switch self {
    case .ip(_, let port), .unresolved(_, let port): Int(port)
    case .unix: nil
    }
  }
}
