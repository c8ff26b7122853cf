internal import Naming

/// Finds the uid of a pod by its name.
typealias PodUIDs = (String) -> String?

extension ObjectDraft {
  /// A slice with the label that joins it to its Service; nil leaves it without one.
  init(
    _ slice: EndpointSlice, of service: String?, in namespace: String, uids: PodUIDs
  ) {
    let members = slice.members.map { Self.member($0, in: namespace, uids: uids) }
    let ports = slice.ports.map { port -> JSONValue in
      [
        "name": .string(port.name),
        "protocol": .string(port.transport),
        "port": port.number.map(JSONValue.integer),
        "appProtocol": port.appProtocol.map(JSONValue.string),
      ]
    }
    self.init(
      .endpointSlices, ObjectKey(namespace: namespace, name: slice.name),
      content: [
        "addressType": .string(slice.addressType.rawValue),
        "endpoints": members.isEmpty ? .null : .array(members),
        "ports": ports.isEmpty ? .null : .array(ports),
      ],
      cells: [
        .string(slice.addressType.rawValue),
        .string(Self.short(slice.ports.map { $0.number.map { "\($0)" } ?? "*" }, none: "<unset>")),
        .string(Self.short(slice.members.flatMap(\.addresses), none: "<unset>")),
      ])
    if let service { labels["kubernetes.io/service-name"] = service }
  }

  private static func member(
    _ member: EndpointSlice.Member, in namespace: String, uids: PodUIDs
  ) -> JSONValue {
    [
      "addresses": .strings(member.addresses),
      "conditions": [
        "ready": member.ready.map(JSONValue.bool),
        "serving": member.serving.map(JSONValue.bool),
        "terminating": member.terminating.map(JSONValue.bool),
      ],
      "targetRef": member.pod.map { reference($0, in: namespace, uids: uids) },
      "nodeName": member.node.map(JSONValue.string),
      "zone": member.zone.map(JSONValue.string),
    ]
  }

  /// The legacy Endpoints object of the Service of the same name.
  init(_ endpoints: LegacyEndpoints, in namespace: String, uids: PodUIDs) {
    func list(_ addresses: [LegacyEndpoints.Address]) -> JSONValue? {
      guard !addresses.isEmpty else { return nil }
      return .array(
        addresses.map { address in
          [
            "ip": .string(address.ip),
            "nodeName": address.node.map(JSONValue.string),
            "targetRef": address.pod.map { Self.reference($0, in: namespace, uids: uids) },
          ]
        })
    }
    let subsets = endpoints.subsets.map { subset -> JSONValue in
      let ports = subset.ports.map { port -> JSONValue in
        [
          "name": port.name.isEmpty ? nil : .string(port.name),
          "port": port.number.map(JSONValue.integer),
          "protocol": .string(port.transport),
          "appProtocol": port.appProtocol.map(JSONValue.string),
        ]
      }
      return [
        "addresses": list(subset.addresses),
        "notReadyAddresses": list(subset.notReady),
        "ports": ports.isEmpty ? nil : .array(ports),
      ]
    }
    let pairs = endpoints.subsets.flatMap { subset in
      subset.ports.flatMap { port in
        subset.addresses.map { "\($0.ip):\(port.number ?? 0)" }
      }
    }
    self.init(
      .endpoints, ObjectKey(namespace: namespace, name: endpoints.name),
      content: ["subsets": subsets.isEmpty ? nil : .array(subsets)],
      cells: [.string(Self.short(pairs, none: "<none>"))])
    if endpoints.isTruncated {
      annotations["endpoints.kubernetes.io/over-capacity"] = "truncated"
    }
  }

  private static func reference(
    _ pod: String, in namespace: String, uids: PodUIDs
  ) -> JSONValue {
    [
      "kind": "Pod", "namespace": .string(namespace), "name": .string(pod),
      "uid": uids(pod).map(JSONValue.string),
    ]
  }

  /// Three of a list, as `kubectl get` shows it.
  private static func short(_ items: [String], none: String) -> String {
    guard !items.isEmpty else { return none }
    let shown = items.prefix(3).joined(separator: ",")
    return items.count > 3 ? "\(shown) + \(items.count - 3) more..." : shown
  }
}
