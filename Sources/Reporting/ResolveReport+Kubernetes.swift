extension ResolveReport {
  /// What the Kubernetes API says about the Service.
  package struct Kubernetes: Codable, Hashable, Sendable {
    /// The API server's URL.
    package var server: String
    /// Where the cluster and the identity came from.
    package var access: String
    package var namespace: String
    /// Null where it could not be read.
    package var service: Service?
    /// How many EndpointSlices the Service has.
    package var slices: Int
    /// TCP ports that the pods listen on, ascending.
    package var podPorts: [Int]
    /// All slices together: each pod once, ready or not.
    package var endpoints: [Endpoint]
    /// The deprecated Endpoints object; null where it could not be read.
    package var legacy: Legacy?

    package init(
      server: String, access: String, namespace: String, service: Service?, slices: Int,
      podPorts: [Int],
      endpoints: [Endpoint], legacy: Legacy?
    ) {
      self.server = server
      self.access = access
      self.namespace = namespace
      self.service = service
      self.slices = slices
      self.podPorts = podPorts
      self.endpoints = endpoints
      self.legacy = legacy
    }

    enum CodingKeys: String, CodingKey {
      case server, access, namespace, service, slices
      case podPorts = "pod_ports"
      case endpoints, legacy
    }
  }

  package struct Service: Codable, Hashable, Sendable {
    package var name: String
    /// `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`.
    package var type: String
    package var headless: Bool
    package var clusterIPs: [String]
    package var externalName: String?
    package var ports: [Port]
    /// False where somebody writes the endpoints by hand.
    package var selector: Bool
    /// Seconds of ClientIP affinity; null without.
    package var affinity: Int?
    /// `Cluster` or `Local`.
    package var internalTrafficPolicy: String
    package var publishesNotReady: Bool
    package var trafficDistribution: String?

    package init(
      name: String, type: String, headless: Bool, clusterIPs: [String], externalName: String?,
      ports: [Port], selector: Bool, affinity: Int?, internalTrafficPolicy: String,
      publishesNotReady: Bool, trafficDistribution: String?
    ) {
      self.name = name
      self.type = type
      self.headless = headless
      self.clusterIPs = clusterIPs
      self.externalName = externalName
      self.ports = ports
      self.selector = selector
      self.affinity = affinity
      self.internalTrafficPolicy = internalTrafficPolicy
      self.publishesNotReady = publishesNotReady
      self.trafficDistribution = trafficDistribution
    }

    enum CodingKeys: String, CodingKey {
      case name, type, headless
      case clusterIPs = "cluster_ips"
      case externalName = "external_name"
      case ports, selector
      case affinity = "session_affinity_s"
      case internalTrafficPolicy = "internal_traffic_policy"
      case publishesNotReady = "publish_not_ready_addresses"
      case trafficDistribution = "traffic_distribution"
    }
  }

  package struct Port: Codable, Hashable, Sendable {
    /// Null for the only port of a Service that names none.
    package var name: String?
    package var port: Int
    /// A number, or the name of a container port.
    package var targetPort: String
    package var transport: String
    package var appProtocol: String?

    package init(
      name: String?, port: Int, targetPort: String, transport: String, appProtocol: String?
    ) {
      self.name = name
      self.port = port
      self.targetPort = targetPort
      self.transport = transport
      self.appProtocol = appProtocol
    }

    enum CodingKeys: String, CodingKey {
      case name, port
      case targetPort = "target_port"
      case transport = "protocol"
      case appProtocol = "app_protocol"
    }
  }

  /// A pod, or an address without one.
  package struct Endpoint: Codable, Hashable, Sendable {
    /// In the order a client tries them.
    package var addresses: [String]
    package var pod: String?
    package var node: String?
    package var zone: String?
    package var ready: Bool
    package var serving: Bool
    package var terminating: Bool

    package init(
      addresses: [String], pod: String?, node: String?, zone: String?, ready: Bool, serving: Bool,
      terminating: Bool
    ) {
      self.addresses = addresses
      self.pod = pod
      self.node = node
      self.zone = zone
      self.ready = ready
      self.serving = serving
      self.terminating = terminating
    }
  }

  package struct Legacy: Codable, Hashable, Sendable {
    package var addresses: Int
    package var notReady: Int
    /// Whether Kubernetes left out what is past 1,000 addresses.
    package var truncated: Bool

    package init(addresses: Int, notReady: Int, truncated: Bool) {
      self.addresses = addresses
      self.notReady = notReady
      self.truncated = truncated
    }

    enum CodingKeys: String, CodingKey {
      case addresses
      case notReady = "not_ready"
      case truncated
    }
  }

  /// One address and which answers have it; null where that answer is missing.
  package struct Comparison: Codable, Hashable, Sendable {
    /// Without port: DNS knows none.
    package var address: String
    /// Where a pod listens for this target, as the API says; null for other addresses.
    package var port: Int?
    package var pod: String?
    package var node: String?
    package var zone: String?
    package var dns: Bool?
    package var kubernetes: State
    /// Whether the Endpoints object has it as ready.
    package var endpoints: Bool?

    package init(
      address: String, port: Int? = nil, pod: String? = nil, node: String? = nil,
      zone: String? = nil, dns: Bool?, kubernetes: State, endpoints: Bool?
    ) {
      self.address = address
      self.port = port
      self.pod = pod
      self.node = node
      self.zone = zone
      self.dns = dns
      self.kubernetes = kubernetes
      self.endpoints = endpoints
    }

    /// What the EndpointSlices, or the Service itself, say of an address.
    package enum State: String, Codable, CaseIterable, Sendable {
      case ready
      case notReady = "not ready"
      case terminating
      case virtualIP = "virtual IP"
      case absent
    }
  }
}
