/// One backend of a Service as all of its EndpointSlices together have it: a pod with its IPv4 and
/// IPv6 addresses, or an address without a pod.
package struct ServiceEndpoint: Hashable, Sendable {
  /// In the order of the slices' names; of a ready endpoint those that are ready. Never empty.
  package var addresses: [TransportAddress]
  package var pod: String?
  package var node: String?
  package var zone: String?
  /// Takes new connections. What the API leaves out is read as its documentation says
  /// (`discovery.k8s.io/v1` EndpointConditions): ready unless it says no.
  package var ready: Bool
  /// Answers, whether or not it terminates.
  package var serving: Bool
  package var terminating: Bool

  package init(
    addresses: [TransportAddress], pod: String? = nil, node: String? = nil, zone: String? = nil,
    ready: Bool = true, serving: Bool = true, terminating: Bool = false
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

extension EndpointSlice.Member {
  /// Absent means ready.
  package var isReady: Bool { ready ?? true }
  /// Absent means as ready.
  package var isServing: Bool { serving ?? isReady }
  /// Absent means no.
  package var isTerminating: Bool { terminating ?? false }
}
