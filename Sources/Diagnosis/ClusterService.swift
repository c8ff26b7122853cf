internal import Kubernetes
internal import Naming
internal import Reporting
internal import Resolution

/// One Service as this identity sees it through the Kubernetes API.
struct ClusterService {
  let access: ClusterAccess
  let client: KubernetesClient
  let reference: ServiceReference
  let namespace: String

  /// Finds the cluster and the identity; nothing is sent yet.
  static func open(
    _ reference: ServiceReference, _ options: LookupOptions, log: (@Sendable (String) -> Void)?
  ) throws(Problem) -> ClusterService {
    do throws(KubernetesError) {
      let access = try ClusterAccess.load(options.cluster, environment: options.environment)
      return ClusterService(
        access: access, client: KubernetesClient(access, log: log), reference: reference,
        namespace: reference.namespace ?? access.namespace)
    } catch {
      throw Problem(error)
    }
  }

  /// What one look at the API came to.
  struct Answer {
    /// Nil where this identity may not read it.
    var service: KubernetesService?
    var slices: [EndpointSlice]
    /// All of them together.
    var set: EndpointSliceSet
    /// The port of the pods that the target means.
    var port: ServiceReference.Port
    /// Nil where it was not asked for, does not exist, or may not be read.
    var legacy: LegacyEndpoints?
  }

  /// Reads the Service, its EndpointSlices, and its Endpoints where asked for. Only the slices have
  /// to be readable: a resolver needs no more.
  func lookUp(withLegacy: Bool) async throws(Problem) -> Answer {
    do throws(KubernetesError) {
      let service = try await unless([.forbidden]) { () async throws(KubernetesError) in
        try await client.service(reference.service, namespace: namespace)
      }
      let slices = try await client.endpointSlices(of: reference.service, namespace: namespace)
      let port = service.map { reference.port.ofPods(behind: $0) } ?? reference.port
      var set = EndpointSliceSet(port: port)
      set.apply(.listed(slices))
      var legacy: LegacyEndpoints?
      if withLegacy {
        legacy = try await unless([.forbidden, .notFound]) { () async throws(KubernetesError) in
          try await client.endpoints(reference.service, namespace: namespace)
        }
      }
      return Answer(service: service, slices: slices, set: set, port: port, legacy: legacy)
    } catch {
      throw Problem(error, target: "kubernetes:///\(reference.service).\(namespace)")
    }
  }

  private func unless<Value>(
    _ kinds: Set<KubernetesError.Kind>, _ body: () async throws(KubernetesError) -> Value
  ) async throws(KubernetesError) -> Value? {
    do throws(KubernetesError) {
      return try await body()
    } catch {
      guard kinds.contains(error.kind) else { throw error }
      return nil
    }
  }

  /// Tells channels of every change.
  func watch(
    _ port: ServiceReference.Port, _ reading: ServiceReading, log: (@Sendable (String) -> Void)?
  ) -> ServiceWatch {
    ServiceWatch(
      client: client, service: reference.service, namespace: namespace, port: port,
      reading: reading, log: log)
  }
}

extension ClusterService.Answer {
  /// The endpoints for people: with their first port where none has the one that was meant.
  var shown: [ServiceEndpoint] {
    guard set.endpoints.isEmpty else { return set.endpoints }
    var set = EndpointSliceSet(port: .first)
    set.apply(.listed(slices))
    return set.endpoints
  }

  /// TCP ports that the pods listen on, ascending.
  var podPorts: [UInt16] {
    Set(set.ports.filter { $0.transport == "TCP" }.compactMap(\.number)).sorted()
  }

  /// All of the Service's, whatever their port; empty for a headless Service.
  var virtualIPs: Set<IPAddress> {
    Set((service?.clusterIPs ?? []).compactMap { IPAddress($0) })
  }

  /// The Service's virtual IP with the Service's own port; nil for a headless Service.
  var virtualIP: TransportAddress? {
    guard let service, let address = service.clusterIPs.first.flatMap({ IPAddress($0) }) else {
      return nil
    }
    let ports = service.ports.filter { $0.transport == "TCP" }
    let found: KubernetesService.Port? =
      switch port {
      case .first: ports.first
      case .name(let name): ports.first { $0.name == name }
      case .number(let number):
        // The slices tell the numbers behind named target ports.
        ports.first { port in set.ports.contains { $0.name == port.name && $0.number == number } }
      }
    return found.map { .ip(address, port: $0.number) }
  }
}
