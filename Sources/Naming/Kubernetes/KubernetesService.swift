/// What a Service (`v1`) says about itself, as far as it decides where a client's RPCs go.
package struct KubernetesService: Hashable, Sendable {
  /// `spec.type`.
  package enum Kind: String, Hashable, Sendable {
    case clusterIP = "ClusterIP"
    case nodePort = "NodePort"
    case loadBalancer = "LoadBalancer"
    case externalName = "ExternalName"
  }

  /// `targetPort`.
  package enum TargetPort: Hashable, Sendable {
    case number(UInt16)
    /// The name of a container port: its number may differ from pod to pod.
    case name(String)
  }

  package struct Port: Hashable, Sendable {
    /// Empty for the only port of a Service that names none.
    package var name: String
    /// The Service's own, which only its virtual IP listens on.
    package var number: UInt16
    package var target: TargetPort
    package var transport: String
    package var appProtocol: String?

    package init(
      name: String, number: UInt16, target: TargetPort, transport: String = "TCP",
      appProtocol: String? = nil
    ) {
      self.name = name
      self.number = number
      self.target = target
      self.transport = transport
      self.appProtocol = appProtocol
    }
  }

  package var name: String
  package var namespace: String
  package var kind: Kind
  /// Virtual IPs; empty for a headless Service and for ExternalName.
  package var clusterIPs: [String]
  /// `clusterIP: None`.
  package var isHeadless: Bool
  package var externalName: String?
  package var ports: [Port]
  /// Labels of its pods; nil where that is not known. Without one somebody writes the slices by hand.
  package var selector: [String: String]?
  /// Seconds for which kube-proxy sends a client to the same pod; nil without ClientIP affinity.
  package var affinitySeconds: Int?
  /// `internalTrafficPolicy: Local`: kube-proxy uses pods of the client's node or none.
  package var isLocalOnly: Bool
  package var publishesNotReady: Bool
  package var trafficDistribution: String?

  package init(
    name: String, namespace: String, kind: Kind = .clusterIP, clusterIPs: [String] = [],
    isHeadless: Bool = false, externalName: String? = nil, ports: [Port] = [],
    selector: [String: String]? = nil, affinitySeconds: Int? = nil, isLocalOnly: Bool = false,
    publishesNotReady: Bool = false, trafficDistribution: String? = nil
  ) {
    self.name = name
    self.namespace = namespace
    self.kind = kind
    self.clusterIPs = clusterIPs
    self.isHeadless = isHeadless
    self.externalName = externalName
    self.ports = ports
    self.selector = selector
    self.affinitySeconds = affinitySeconds
    self.isLocalOnly = isLocalOnly
    self.publishesNotReady = publishesNotReady
    self.trafficDistribution = trafficDistribution
  }
}

extension KubernetesService {
  /// Whether Kubernetes chooses the pods.
  package var hasSelector: Bool { selector.map { !$0.isEmpty } ?? true }
}
