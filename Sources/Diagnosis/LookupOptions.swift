package import Kubernetes
package import Naming
internal import Reporting
package import Resolution

/// Where names are looked up, as far as the target leaves it open.
package struct LookupOptions: Sendable {
  package enum Resolver: String, CaseIterable, Sendable {
    case dns, kubernetes
  }

  /// Nil for the one that the target names.
  package var resolver: Resolver?
  /// Asked instead of the system's servers, unless the target itself names one.
  package var nameServer: NameServer?
  package var cluster: ClusterSettings
  package var reading: ServiceReading
  /// The environment variables that say where the cluster is.
  package var environment: @Sendable (String) -> String?

  package init(
    resolver: Resolver? = nil, nameServer: NameServer? = nil,
    cluster: ClusterSettings = ClusterSettings(), reading: ServiceReading = .union,
    environment: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.resolver = resolver
    self.nameServer = nameServer
    self.cluster = cluster
    self.reading = reading
    self.environment = environment
  }

  /// Of Services whose target names none: as the Kubernetes side of the same run has it.
  private var namespace: String {
    if let namespace = cluster.namespace { return namespace }
    return (try? ClusterAccess.load(cluster, environment: environment))?.namespace ?? "default"
  }

  /// What has to be done for this target, `resolver` taken into account. Throws where the other
  /// resolver has no name for it.
  func kind(of target: Target) throws(Problem) -> Target.Kind {
    switch (target.kind, resolver) {
    case (.dns(let host, let port), .kubernetes):
      guard let reference = ServiceReference(dnsHost: host, port: .number(port)) else {
        throw Problem(
          phase: .target, tried: "to ask the Kubernetes API for \(target.given)",
          cameBack: "\(host) is not the DNS name of a Service",
          next: "name it as SERVICE.NAMESPACE, or as kubernetes:///SERVICE.NAMESPACE:PORT")
      }
      return .kubernetes(reference)
    case (.kubernetes(let reference), .dns):
      guard case .number(let port) = reference.port else {
        throw Problem(
          phase: .target, tried: "to ask DNS for \(target.given)",
          cameBack: "the addresses of a headless Service come without ports",
          next:
            "give the pods' port as a number: dns:///\(reference.dnsHost(namespace: "default")):50051"
        )
      }
      return .dns(host: reference.dnsHost(namespace: namespace), port: port)
    case (.fixed, .some(let resolver)):
      throw Problem(
        phase: .target, tried: "to use --resolver \(resolver.rawValue) for \(target.given)",
        cameBack: "its addresses stand in the target", next: "leave --resolver out")
    default:
      return target.kind
    }
  }
}
