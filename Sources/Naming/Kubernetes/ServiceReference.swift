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

extension ServiceReference.Port {
  /// The port of the pods that is meant, where the Service is known: a number that is one of the
  /// Service's ports stands for that port, as for kubectl; any other is the pods' own.
  package func ofPods(behind service: KubernetesService) -> ServiceReference.Port {
    guard case .number(let number) = self,
      let port = service.ports.first(where: { $0.number == number && $0.transport == "TCP" })
    else { return self }
    return .name(port.name)
  }
}

extension ServiceReference {
  /// The Service that a DNS name stands for in a cluster: `svc`, `svc.ns` or `svc.ns.svc[.zone]`
  /// (Kubernetes DNS specification §2). Nil for every other name.
  package init?(dnsHost host: String, port: Port) {
    let labels = host.split(separator: ".").map(String.init)
    guard let service = labels.first, labels.count < 3 || labels[2] == "svc",
      IPAddress(host) == nil, labels.allSatisfy(Self.isLabel)
    else { return nil }
    self.init(service: service, namespace: labels.count > 1 ? labels[1] : nil, port: port)
  }

  /// RFC 1123 §2.1, in lower case as Kubernetes has it.
  private static func isLabel(_ label: String) -> Bool {
    label.first != "-" && label.last != "-"
      && label.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
      }
  }

  /// Whether a DNS name is that of a Service for sure: `svc.ns.svc.zone`.
  package static func isService(dnsHost host: String) -> Bool {
    host.split(separator: ".").dropFirst(2).first == "svc"
  }

  /// The name under which a cluster with the usual zone publishes the Service.
  package func dnsHost(namespace: String) -> String {
    "\(service).\(self.namespace ?? namespace).svc.cluster.local"
  }
}
