package import Naming

extension DNSClient {
  /// How much is asked about a host.
  package enum Scope: Sendable {
    /// A and AAAA: what a channel needs.
    case addresses
    /// With TXT `_grpc_config.HOST`, as grpc-go asks for each time.
    case addressesAndConfig
    /// With SRV, and the addresses of the pods that it names.
    case everything
  }

  /// Looks up what a gRPC client would, all at the same time.
  /// - Parameter port: goes into the endpoints; DNS is not asked for it.
  package func lookUp(
    host: String, port: UInt16, _ scope: Scope = .everything
  ) async -> DNSResolution {
    // gRFC A10: literals and localhost have no service config, nor SRV.
    let isLocal = IPAddress(host) != nil || host.lowercased() == "localhost"
    async let addresses = query(host, [.a, .aaaa])
    async let txt = isLocal || scope == .addresses ? nil : query("_grpc_config.\(host)", .txt)
    async let srv = isLocal || scope != .everything ? nil : services(of: host)
    let (a, aaaa) = (await addresses[0], await addresses[1])
    let services = await srv
    let pods = if let services { await podNames(services) } else { [IPAddress: String]() }
    let endpoints = Self.ordered(a.addresses + aaaa.addresses).map {
      Endpoint(.ip($0, port: port), pod: pods[$0])
    }
    return DNSResolution(
      host: host, port: port, a: a, aaaa: aaaa, srv: services, txt: await txt,
      endpoints: endpoints)
  }

  private func services(of host: String) async -> DNSAnswer {
    let named = await query("_grpc._tcp.\(host)", .srv)
    return named.outcome == .answered ? named : await query(host, .srv)
  }

  private func podNames(_ srv: DNSAnswer) async -> [IPAddress: String] {
    var addresses: [String: [IPAddress]] = [:]
    for record in srv.additional {
      if case .address(let address) = record.data {
        addresses[record.name, default: []] += [address]
      }
    }
    var pods: [IPAddress: String] = [:]
    await withTaskGroup(of: (String, [IPAddress]).self) { group in
      for target in PodNames.targets(in: srv) {
        let known = addresses[target]
        group.addTask {
          if let known { return (target, known) }
          // The target is absolute: no search list.
          return (target, await self.query("\(target).", [.a, .aaaa]).flatMap(\.addresses))
        }
      }
      for await (target, found) in group {
        for address in found { pods[address] = PodNames.pod(of: target) }
      }
    }
    return pods
  }

  /// Lists of IPv4 only keep their order without asking the kernel for routes: the rules could
  /// only move addresses without a route, or loopback ones, in a list that mixes both.
  private static func ordered(_ addresses: [IPAddress]) -> [IPAddress] {
    guard addresses.count > 1, addresses.contains(where: { !$0.isV4 }) else { return addresses }
    return AddressOrder.sorted(
      addresses.map { AddressOrder.Candidate(destination: $0, source: sourceAddress(for: $0)) })
  }
}

extension DNSClient {
  /// A client for `dns://SERVER/…` and `--dns-server`: a server that is given by name is looked up
  /// first, with the servers of `configuration`.
  package static func asking(
    _ server: NameServer, _ configuration: DNSConfiguration = DNSConfiguration()
  ) async throws(DNSClientError) -> DNSClient {
    var configuration = configuration
    if IPAddress(server.host) != nil {
      configuration.servers = [server]
    } else {
      let bootstrap = try DNSClient(configuration)
      let found = await bootstrap.lookUp(host: server.host, port: server.port, .addresses)
      bootstrap.shutDown()
      configuration.servers = found.endpoints.flatMap(\.addresses).compactMap {
        guard case .ip(let address, let port) = $0 else { return nil }
        return NameServer(host: address.description, port: port)
      }
      if configuration.servers?.isEmpty == true {
        throw .serverNotFound(server.host, found.outcome)
      }
    }
    return try DNSClient(configuration)
  }
}
