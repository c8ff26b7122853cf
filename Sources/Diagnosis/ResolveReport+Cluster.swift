internal import Kubernetes
internal import Naming
internal import Reporting

extension ResolveReport.Kubernetes {
  init(_ cluster: ClusterService, _ answer: ClusterService.Answer) {
    self.init(
      server: cluster.access.server, access: cluster.access.source, namespace: cluster.namespace,
      service: answer.service.map(ResolveReport.Service.init), slices: answer.slices.count,
      podPorts: answer.podPorts.map(Int.init),
      endpoints: answer.shown.map(ResolveReport.Endpoint.init),
      legacy: answer.legacy.map(ResolveReport.Legacy.init))
  }
}

extension ResolveReport.Service {
  init(_ service: KubernetesService) {
    self.init(
      name: service.name, type: service.kind.rawValue, headless: service.isHeadless,
      clusterIPs: service.clusterIPs, externalName: service.externalName,
      ports: service.ports.map(ResolveReport.Port.init), selector: service.hasSelector,
      affinity: service.affinitySeconds,
      internalTrafficPolicy: service.isLocalOnly ? "Local" : "Cluster",
      publishesNotReady: service.publishesNotReady,
      trafficDistribution: service.trafficDistribution)
  }
}

extension ResolveReport.Port {
  init(_ port: KubernetesService.Port) {
    let target =
      switch port.target {
      case .number(let number): "\(number)"
      case .name(let name): name
      }
    self.init(
      name: port.name.isEmpty ? nil : port.name, port: Int(port.number), targetPort: target,
      transport: port.transport, appProtocol: port.appProtocol)
  }
}

extension ResolveReport.Endpoint {
  init(_ endpoint: ServiceEndpoint) {
    self.init(
      addresses: endpoint.addresses.map(\.description), pod: endpoint.pod, node: endpoint.node,
      zone: endpoint.zone, ready: endpoint.ready, serving: endpoint.serving,
      terminating: endpoint.terminating)
  }
}

extension ResolveReport.Legacy {
  init(_ endpoints: LegacyEndpoints) {
    self.init(
      addresses: endpoints.subsets.reduce(0) { $0 + $1.addresses.count },
      notReady: endpoints.subsets.reduce(0) { $0 + $1.notReady.count },
      truncated: endpoints.isTruncated)
  }
}
