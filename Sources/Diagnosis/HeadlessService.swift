internal import Kubernetes
package import Naming
package import Reporting

/// Asks the Kubernetes API about a Service and makes the headless one beside it. Changes nothing.
///
/// - Parameter name: of the new Service; nil for the old one's with `-headless` behind it.
/// Throws a `Problem` where the Service cannot be read, or has none to make.
package func headlessManifest(
  of target: Target, name: String?, lookup: LookupOptions,
  log: (@Sendable (String) -> Void)? = nil
) async throws -> HeadlessManifest {
  var options = lookup
  options.resolver = .kubernetes
  if case .fixed = target.kind {
    throw Problem(
      phase: .target, tried: "to read the Service of \(target.given)",
      cameBack: "its addresses stand in the target, and no Service",
      next: "name a Service, such as svc/mygrpc")
  }
  guard case .kubernetes(let reference) = try options.kind(of: target) else {
    preconditionFailure("--resolver kubernetes leaves no other kind")
  }
  let cluster = try ClusterService.open(reference, options, log: log)
  defer { cluster.client.shutDown() }
  let answer = try await cluster.lookUp(withLegacy: false)
  let label = "Service \(reference.service) in namespace \(cluster.namespace)"
  func problem(_ cameBack: String, _ next: String) -> Problem {
    Problem(
      phase: .kubernetes, tried: "to make a headless Service beside \(label)",
      on: cluster.access.server, cameBack: cameBack, next: next)
  }
  guard let service = answer.service else {
    throw problem(
      "this identity may not read it", "grant it get on services: lbcheck manifest rbac")
  }
  if service.isHeadless {
    throw problem(
      "it is headless already",
      "give clients dns:///\(reference.dnsHost(namespace: cluster.namespace)):PORT and round_robin")
  }
  guard let selector = service.selector, !selector.isEmpty else {
    throw problem(
      service.externalName.map { "it is another name for \($0) (ExternalName)" }
        ?? "it has no selector, so its pods cannot be named",
      "write a Service with clusterIP: None and EndpointSlices of its own")
  }
  return HeadlessManifest(
    name: name ?? "\(service.name)-headless", namespace: service.namespace, selector: selector,
    ports: service.ports.map { port in
      HeadlessManifest.Port(
        name: port.name, number: podPort(port, answer.set), target: port.target,
        transport: port.transport)
    })
}

/// The number behind a `targetPort`: the pods say it where it has a name.
private func podPort(_ port: KubernetesService.Port, _ set: EndpointSliceSet) -> UInt16 {
  switch port.target {
  case .number(let number): number
  case .name:
    set.ports.first { $0.name == port.name && $0.transport == port.transport }?.number
      ?? port.number
  }
}
