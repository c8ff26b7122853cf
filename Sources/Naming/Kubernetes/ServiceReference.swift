/// A Kubernetes Service as a target names it.
package struct ServiceReference: Hashable, Sendable {
  /// Which port of each pod to dial.
  package enum Port: Hashable, Sendable {
    /// None given: the first port of the EndpointSlice.
    case first
    /// Dialled as it is on every pod: it is the pod's port, not the Service's, as kuberesolver has it.
    case number(UInt16)
    /// The name of a port of the Service.
    case name(String)
  }

  package let service: String

  /// Nil where neither the target nor the caller named one.
  package let namespace: String?

  package let port: Port

  package init(service: String, namespace: String? = nil, port: Port = .first) {
    self.service = service
    self.namespace = namespace
    self.port = port
  }
}
