internal import Naming

extension ObjectDraft {
  /// A Service as the API server gives it back: with the defaults that it fills in.
  init(_ service: KubernetesService, selector: [String: String]) {
    let isExternal = service.kind == .externalName
    let addresses = service.isHeadless ? ["None"] : service.clusterIPs
    let hasAddresses = !isExternal && !addresses.isEmpty
    let families = service.clusterIPs.map { IPAddress($0)?.isV4 == false ? "IPv6" : "IPv4" }
    let ports = service.ports.map(Self.port)
    let spec: JSONValue = [
      "ports": ports.isEmpty ? nil : .array(ports),
      "selector": service.hasSelector ? .map(selector) : nil,
      "clusterIP": hasAddresses ? .string(addresses[0]) : nil,
      "clusterIPs": hasAddresses ? .strings(addresses) : nil,
      "type": .string(service.kind.rawValue),
      "sessionAffinity": .string(service.affinitySeconds == nil ? "None" : "ClientIP"),
      "sessionAffinityConfig": service.affinitySeconds.map {
        ["clientIP": ["timeoutSeconds": .integer($0)]]
      },
      "externalName": service.externalName.map(JSONValue.string),
      "publishNotReadyAddresses": service.publishesNotReady ? true : nil,
      "ipFamilies": isExternal ? nil : .strings(families.isEmpty ? ["IPv4"] : families),
      "ipFamilyPolicy": isExternal
        ? nil : .string(families.count > 1 ? "RequireDualStack" : "SingleStack"),
      "internalTrafficPolicy": isExternal
        ? nil : .string(service.isLocalOnly ? "Local" : "Cluster"),
      "trafficDistribution": service.trafficDistribution.map(JSONValue.string),
    ]
    let portList = service.ports.map { "\($0.number)/\($0.transport)" }.joined(separator: ",")
    let selectorText = selector.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    self.init(
      .services, ObjectKey(namespace: service.namespace, name: service.name),
      content: ["spec": spec, "status": ["loadBalancer": [:]]],
      cells: [
        .string(service.kind.rawValue), .string(hasAddresses ? addresses[0] : "<none>"),
        .string(service.externalName ?? "<none>"),
        .string(portList.isEmpty ? "<none>" : portList),
      ],
      wideCells: [
        .string(
          service.hasSelector && !selector.isEmpty
            ? selectorText.joined(separator: ",") : "<none>")
      ])
  }

  private static func port(_ port: KubernetesService.Port) -> JSONValue {
    let target: JSONValue =
      switch port.target {
      case .number(let number): .integer(number)
      case .name(let name): .string(name)
      }
    return [
      "name": port.name.isEmpty ? nil : .string(port.name),
      "protocol": .string(port.transport),
      "appProtocol": port.appProtocol.map(JSONValue.string),
      "port": .integer(port.number),
      "targetPort": target,
    ]
  }
}
