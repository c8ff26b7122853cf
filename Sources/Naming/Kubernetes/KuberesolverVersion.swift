/// The address lists that a client of `sercand/kuberesolver` gets, faults included (its `builder.go`).
/// A number as port is dialled as it is. `ready` has to be said; a list without addresses changes
/// nothing, so a Service scaled to zero keeps its last pods.
package enum KuberesolverVersion: String, CaseIterable, Sendable {
  /// Up to v5: watches the Endpoints object.
  case v5
  /// From v6 on: watches EndpointSlices, and takes each one that it hears of, deleted ones too, for
  /// the whole list (its issue #66).
  case v6
}

extension EndpointSlice {
  /// The whole list of a v6 client that has just heard of this slice; nil where it ignores it.
  package func kuberesolverList(_ port: ServiceReference.Port) -> [Endpoint]? {
    let list = members.filter { $0.ready == true }.flatMap { member in
      member.addresses.compactMap { text in
        kuberesolverAddress(text, port).map { Endpoint($0, pod: member.pod) }
      }
    }
    return list.isEmpty ? nil : list
  }

  private func kuberesolverAddress(
    _ text: String, _ port: ServiceReference.Port
  ) -> TransportAddress? {
    switch port {
    case .number(let number): address(text, port: number)
    case .first: ports.first?.number.map { address(text, port: $0) }
    case .name(let name):
      // An unknown name is dialled as it is, and no such address exists.
      ports.first { $0.name == name }?.number.map { address(text, port: $0) }
        ?? .unresolved(host: "\(text):\(name)", port: 0)
    }
  }
}

extension LegacyEndpoints {
  /// The whole list of a client up to v5; nil where it ignores the update. It takes the first port
  /// where it does not find the name.
  package func kuberesolverList(_ port: ServiceReference.Port) -> [Endpoint]? {
    let list = subsets.flatMap { subset -> [Endpoint] in
      guard let number = subset.kuberesolverNumber(of: port) else { return [] }
      return subset.addresses.compactMap { address in
        IPAddress(address.ip).map { Endpoint(.ip($0, port: number), pod: address.pod) }
      }
    }
    return list.isEmpty ? nil : list
  }
}

extension LegacyEndpoints.Subset {
  fileprivate func kuberesolverNumber(of port: ServiceReference.Port) -> UInt16? {
    switch port {
    case .number(let number): number
    case .first: ports.first?.number
    case .name(let name): (ports.first { $0.name == name } ?? ports.first)?.number
    }
  }
}
