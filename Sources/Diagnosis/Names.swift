internal import Naming
internal import Reporting
internal import Resolution

/// How the names of one run are looked up: one DNS client that all channels share.
struct Names {
  let target: Target
  /// Nil where the target lists its addresses.
  private let client: DNSClient?

  /// - Parameter nameServer: asked where the target names no server itself.
  static func open(_ target: Target, nameServer: NameServer?) async throws -> Names {
    switch target.kind {
    case .fixed:
      return Names(target: target, client: nil)
    case .kubernetes:
      throw Problem(
        phase: .kubernetes, tried: "to ask the Kubernetes API for \(target.given)",
        cameBack: "this version of lbcheck does not ask it yet",
        next: "name the headless Service through DNS: dns:///SERVICE.NAMESPACE:PORT")
    case .dns:
      do throws(DNSClientError) {
        guard let server = target.nameServer ?? nameServer else {
          return Names(target: target, client: try DNSClient())
        }
        return Names(target: target, client: try await DNSClient.asking(server))
      } catch {
        throw Problem(
          phase: .resolve, tried: "to set up DNS look-ups",
          on: (target.nameServer ?? nameServer)?.description, cameBack: error.description,
          next: "check /etc/resolv.conf, or name a server with --dns-server")
      }
    }
  }

  func close() { client?.shutDown() }

  /// One look-up of everything that names say about the target.
  func lookUp() async -> Found {
    switch target.kind {
    case .dns(let host, let port):
      guard let client else { return Found(endpoints: [], dns: nil) }
      let resolution = await client.lookUp(host: host, port: port, .everything)
      return Found(endpoints: resolution.endpoints, dns: resolution)
    case .fixed(let addresses):
      return Found(endpoints: addresses.map { Endpoint($0) }, dns: nil)
    case .kubernetes:
      return Found(endpoints: [], dns: nil)
    }
  }

  /// A resolver for one channel.
  func source(seed: UInt64) -> any NameSource {
    switch target.kind {
    case .fixed(let addresses): return FixedSource(addresses.map { Endpoint($0) })
    case .dns, .kubernetes:
      guard let client else { return FixedSource([]) }
      return Resolver(client: client, target: target, rules: .go, seed: seed)
    }
  }

  /// The endpoints that a target has now; empty where it has none.
  static func endpoints(of target: Target) async throws -> [Endpoint] {
    let names = try await open(target, nameServer: nil)
    defer { names.close() }
    return await names.lookUp().endpoints
  }

  /// What one look-up came to.
  struct Found {
    var endpoints: [Endpoint]
    /// Nil where DNS was not asked.
    var dns: DNSResolution?

    func resolution(changed: Bool) -> Report.Resolution {
      Report.Resolution(
        resolver: dns == nil ? "static" : "dns",
        server: (dns?.a.server ?? dns?.aaaa.server)?.description,
        ttl: dns?.ttl.map(Int.init),
        addresses: endpoints.flatMap { endpoint in
          endpoint.addresses.map {
            Report.Address(address: $0.description, pod: endpoint.pod)
          }
        },
        changes: changed ? 1 : 0)
    }

    /// Why there are no endpoints.
    func problem(_ target: Target) -> Problem {
      guard let dns else {
        return Problem(phase: .resolve, tried: "to resolve \(target.given)", cameBack: "nothing")
      }
      let tried = dns.a.attempts.map(\.name).joined(separator: ", ")
      return Problem(
        phase: .resolve, tried: "to resolve \(dns.host) (asked for: \(tried))",
        on: dns.a.server.map { "DNS server \($0)" }, cameBack: dns.outcome.description,
        next: Self.advice(dns.outcome) + "; a gRPC client: "
          + dns.outcome.nextStep(of: .go))
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
}

extension Resolver: NameSource {}

/// Addresses that never change.
private struct FixedSource: NameSource {
  private let endpoints: [Endpoint]

  init(_ endpoints: [Endpoint]) { self.endpoints = endpoints }

  var updates: AsyncStream<ResolverUpdate> {
    AsyncStream { continuation in
      continuation.yield(.endpoints(endpoints))
      continuation.finish()
    }
  }

  func reResolve() {}
  func stop() {}
}
