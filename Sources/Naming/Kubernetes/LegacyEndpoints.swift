/// The Endpoints object of a Service (`v1`, deprecated since Kubernetes 1.33): one object for all
/// pods, of the first address family only, cut off at 1,000 addresses.
package struct LegacyEndpoints: Hashable, Sendable {
  package struct Address: Hashable, Sendable {
    package var ip: String
    /// `targetRef.name` where that is a Pod.
    package var pod: String?
    package var node: String?

    package init(ip: String, pod: String? = nil, node: String? = nil) {
      self.ip = ip
      self.pod = pod
      self.node = node
    }
  }

  /// Pods that have the same ports.
  package struct Subset: Hashable, Sendable {
    package var addresses: [Address]
    package var notReady: [Address]
    package var ports: [EndpointSlice.Port]

    package init(addresses: [Address], notReady: [Address] = [], ports: [EndpointSlice.Port]) {
      self.addresses = addresses
      self.notReady = notReady
      self.ports = ports
    }
  }

  package var name: String
  package var subsets: [Subset]
  /// The annotation `endpoints.kubernetes.io/over-capacity: truncated`.
  package var isTruncated: Bool

  package init(name: String, subsets: [Subset], isTruncated: Bool = false) {
    self.name = name
    self.subsets = subsets
    self.isTruncated = isTruncated
  }
}
