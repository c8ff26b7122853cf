internal import Kubernetes
internal import Naming
internal import Reporting
internal import Resolution

/// How the names of one run are looked up: one DNS client or one watch that all channels share.
struct Names {
  let target: Target
  private let way: Way

  private enum Way {
    case fixed([TransportAddress])
    case dns(DNSClient, host: String, port: UInt16)
    case kubernetes(ClusterService)
  }

  /// - Parameter log: told of every step, a line each.
  static func open(
    _ target: Target, _ options: LookupOptions, log: (@Sendable (String) -> Void)? = nil
  ) async throws(Problem) -> Names {
    switch try options.kind(of: target) {
    case .fixed(let addresses):
      return Names(target: target, way: .fixed(addresses))
    case .kubernetes(let reference):
      return Names(
        target: target,
        way: .kubernetes(try ClusterService.open(reference, options, log: log)))
    case .dns(let host, let port):
      let client = try await dnsClient(asking: target.nameServer ?? options.nameServer)
      return Names(target: target, way: .dns(client, host: host, port: port))
    }
  }

  /// - Parameter server: nil for the system's.
  static func dnsClient(asking server: NameServer?) async throws(Problem) -> DNSClient {
    do throws(DNSClientError) {
      guard let server else { return try DNSClient() }
      return try await DNSClient.asking(server)
    } catch {
      throw Problem(
        phase: .resolve, tried: "to set up DNS look-ups", on: server?.description,
        cameBack: error.description,
        next: "check /etc/resolv.conf, or name a server with --dns-server")
    }
  }

  func close() {
    switch way {
    case .fixed: break
    case .dns(let client, _, _): client.shutDown()
    case .kubernetes(let service): service.client.shutDown()
    }
  }

  /// One look-up of everything that names say about the target.
  /// - Parameter withLegacy: the deprecated Endpoints object as well.
  func lookUp(withLegacy: Bool = false) async throws(Problem) -> Found {
    switch way {
    case .fixed(let addresses):
      return Found(endpoints: addresses.map { Endpoint($0) }, origin: .fixed)
    case .dns(let client, let host, let port):
      let resolution = await client.lookUp(host: host, port: port, .everything)
      return Found(endpoints: resolution.endpoints, origin: .dns(resolution))
    case .kubernetes(let service):
      let answer = try await service.lookUp(withLegacy: withLegacy)
      return Found(endpoints: answer.set.ready, origin: .kubernetes(service, answer))
    }
  }

  /// The endpoints that a target has now; empty where it has none.
  static func endpoints(of target: Target) async throws(Problem) -> [Endpoint] {
    let names = try await open(target, LookupOptions())
    defer { names.close() }
    return try await names.lookUp().endpoints
  }

  /// Where each channel gets its addresses from.
  /// - Parameters:
  ///   - backends: what the look-up before the run came to.
  ///   - rules: the client's, for DNS.
  ///   - seeds: one for each channel.
  func sources(
    _ backends: Backends, _ reading: ServiceReading, rules: ReResolutionRules = .go,
    seeds: [UInt64], log: (@Sendable (String) -> Void)?
  ) -> [any NameSource] {
    switch (way, backends.found.origin) {
    case _ where backends.isVirtual:
      // A virtual IP stays as long as its Service.
      return seeds.map { _ in FixedSource(backends.endpoints) }
    case (.dns(let client, let host, let port), _):
      // A resolver of its own for every channel, as that many processes would have.
      return seeds.map { Resolver(client: client, host: host, port: port, rules: rules, seed: $0) }
    case (.kubernetes(let service), .kubernetes(_, let answer)):
      let port = reading == .union ? answer.port : service.reference.port
      let watch = service.watch(port, reading, log: log)
      return seeds.map { _ in WatchedSource(watch: watch, target: target.given) }
    default:
      return seeds.map { _ in FixedSource(backends.endpoints) }
    }
  }
}

extension Resolver: NameSource {
  func beginAnew() -> Bool {
    lookUpAnew()
    return true
  }
}

/// Addresses that never change.
private struct FixedSource: NameSource {
  private let endpoints: [Endpoint]

  init(_ endpoints: [Endpoint]) { self.endpoints = endpoints }

  var fixedEndpoints: [Endpoint]? { endpoints }

  var updates: AsyncStream<ResolverUpdate> {
    AsyncStream { continuation in
      continuation.yield(.endpoints(endpoints))
      continuation.finish()
    }
  }

  func reResolve() {}
  func stop() {}
}

/// A channel's part in the watch that all of them share. It cannot be asked to look again: a watch
/// has nothing newer to say (kuberesolver ignores such requests as well).
private struct WatchedSource: NameSource {
  let watch: ServiceWatch
  let target: String

  var updates: AsyncStream<ResolverUpdate> { watch.updates() }

  func reResolve() {}
  func stop() { watch.stop() }
  var trouble: Problem? { watch.refusal.map { Problem($0, target: target) } }
}
