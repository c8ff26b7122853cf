/// An EndpointSlice (`discovery.k8s.io/v1`): a part of the endpoints of one Service. A Service has as
/// many as it takes: at most 100 endpoints each by default, one address family each, and pods whose
/// ports differ never share one. Only all of them together are the Service.
package struct EndpointSlice: Hashable, Sendable {
  /// `addressType`.
  package enum AddressType: String, Hashable, Sendable {
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"
    case fqdn = "FQDN"
  }

  package struct Port: Hashable, Sendable {
    /// The name of the Service's port; empty for the only port of a Service that names none.
    package var name: String
    /// Where pods listen; nil means every port.
    package var number: UInt16?
    /// `TCP`, `UDP` or `SCTP`.
    package var transport: String
    package var appProtocol: String?

    package init(
      name: String, number: UInt16?, transport: String = "TCP", appProtocol: String? = nil
    ) {
      self.name = name
      self.number = number
      self.transport = transport
      self.appProtocol = appProtocol
    }
  }

  /// An element of `endpoints`: usually one pod. Conditions are kept as they came, since readers
  /// differ in what an absent one means.
  package struct Member: Hashable, Sendable {
    /// All reach the same pod; clients use the first. Never empty in what the API accepts.
    package var addresses: [String]
    package var ready: Bool?
    package var serving: Bool?
    package var terminating: Bool?
    /// `targetRef.name` where that is a Pod.
    package var pod: String?
    package var node: String?
    package var zone: String?

    package init(
      addresses: [String], ready: Bool? = nil, serving: Bool? = nil, terminating: Bool? = nil,
      pod: String? = nil, node: String? = nil, zone: String? = nil
    ) {
      self.addresses = addresses
      self.ready = ready
      self.serving = serving
      self.terminating = terminating
      self.pod = pod
      self.node = node
      self.zone = zone
    }
  }

  package var name: String
  package var addressType: AddressType
  /// Empty where the API says null: such a slice names no port to connect to.
  package var ports: [Port]
  package var members: [Member]

  package init(name: String, addressType: AddressType, ports: [Port], members: [Member]) {
    self.name = name
    self.addressType = addressType
    self.ports = ports
    self.members = members
  }
}
