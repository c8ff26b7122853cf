/// All EndpointSlices of a Service as one list of endpoints: united by slice name, each pod once,
/// its address families joined. A change costs time in proportion to its slice, not to the Service.
///
/// The same endpoint may stand in two slices for a while, since they change one after the other
/// (Kubernetes documentation, "EndpointSlices: duplicate endpoints"): it is ready if one says so.
package struct EndpointSliceSet: Sendable {
  private enum Key: Hashable {
    case pod(String)
    case address(String)
  }

  /// What one slice says about one endpoint.
  private struct Part {
    let slice: String
    let member: EndpointSlice.Member
    let address: TransportAddress
  }

  private let port: ServiceReference.Port
  private var slices: [String: EndpointSlice] = [:]
  /// The keys of `slices` in order.
  private var names: [String] = []
  /// By endpoint, in the order of slice names.
  private var parts: [Key: [Part]] = [:]
  /// By slice: the endpoints of which it is the first slice.
  private var merged: [String: [ServiceEndpoint]] = [:]

  /// - Parameter port: which port of the pods to use; a number is the pods' own.
  package init(port: ServiceReference.Port) {
    self.port = port
  }

  /// Every endpoint that has an address and the port, ready or not: slice by slice in the order of
  /// their names, as they stand in them.
  package var endpoints: [ServiceEndpoint] { names.flatMap { merged[$0] ?? [] } }

  /// What a client may connect to.
  package var ready: [Endpoint] {
    names.flatMap { name in
      (merged[name] ?? []).lazy.filter(\.ready).map {
        Endpoint(addresses: $0.addresses, pod: $0.pod)
      }
    }
  }

  package var sliceCount: Int { names.count }

  /// Every port that some slice names, once, in order of appearance.
  package var ports: [EndpointSlice.Port] {
    var seen: Set<EndpointSlice.Port> = []
    return names.flatMap { slices[$0]?.ports ?? [] }.filter { seen.insert($0).inserted }
  }

  package mutating func apply(_ change: ObjectChange<EndpointSlice>) {
    switch change {
    case .listed(let list):
      self = EndpointSliceSet(port: port)
      for slice in list { replace(slice.name, with: slice) }
    case .applied(let slice):
      replace(slice.name, with: slice)
    case .deleted(let slice):
      replace(slice.name, with: nil)
    }
  }

  private mutating func replace(_ name: String, with new: EndpointSlice?) {
    let place = names.partitioningIndex { $0 >= name }
    let isKnown = place < names.count && names[place] == name
    if new == nil, isKnown { names.remove(at: place) }
    if new != nil, !isKnown { names.insert(name, at: place) }

    var firstSlices: Set<String> = []
    for member in slices[name]?.members ?? [] {
      guard let key = key(of: member) else { continue }
      if let first = parts[key]?.first { firstSlices.insert(first.slice) }
      parts[key]?.removeAll { $0.slice == name }
      if parts[key]?.isEmpty == true { parts[key] = nil }
      if let first = parts[key]?.first { firstSlices.insert(first.slice) }
    }
    slices[name] = new
    if let new {
      firstSlices.insert(name)
      for part in self.parts(of: new) {
        guard let key = key(of: part.member) else { continue }
        if let first = parts[key]?.first { firstSlices.insert(first.slice) }
        let index = (parts[key] ?? []).partitioningIndex { $0.slice > name }
        parts[key, default: []].insert(part, at: index)
      }
    } else {
      merged[name] = nil
    }
    for first in firstSlices { merge(first) }
  }

  /// The members that have the port, with the address to connect to. No semantics are defined for a
  /// member's further addresses (`discovery.k8s.io/v1` Endpoint): nobody looks at them.
  private func parts(of slice: EndpointSlice) -> [Part] {
    guard let port = slice.number(of: port) else { return [] }
    return slice.members.compactMap { member in
      member.addresses.first.map {
        Part(slice: slice.name, member: member, address: slice.address($0, port: port))
      }
    }
  }

  private func key(of member: EndpointSlice.Member) -> Key? {
    member.pod.map { .pod($0) } ?? member.addresses.first.map { .address($0) }
  }

  private mutating func merge(_ name: String) {
    guard let slice = slices[name] else { return }
    var seen: Set<Key> = []
    merged[name] = slice.members.compactMap { member in
      guard let key = key(of: member), let parts = parts[key], parts.first?.slice == name,
        seen.insert(key).inserted
      else { return nil }
      return Self.endpoint(parts)
    }
  }

  private static func endpoint(_ parts: [Part]) -> ServiceEndpoint {
    let ready = parts.filter(\.member.isReady)
    let usable = ready.isEmpty ? parts : ready
    var addresses: [TransportAddress] = []
    for part in usable where !addresses.contains(part.address) { addresses.append(part.address) }
    return ServiceEndpoint(
      addresses: addresses,
      pod: parts[0].member.pod,
      node: parts.lazy.compactMap(\.member.node).first,
      zone: parts.lazy.compactMap(\.member.zone).first,
      ready: !ready.isEmpty,
      serving: parts.contains(where: \.member.isServing),
      terminating: parts.allSatisfy(\.member.isTerminating))
  }
}

extension EndpointSlice {
  /// The number to connect to on the pods of this slice; nil where it does not have the port. gRPC
  /// runs over TCP only.
  func number(of port: ServiceReference.Port) -> UInt16? {
    switch port {
    case .number(let number): number
    case .first: ports.first { $0.transport == "TCP" }?.number
    case .name(let name): ports.first { $0.name == name && $0.transport == "TCP" }?.number
    }
  }

  func address(_ text: String, port: UInt16) -> TransportAddress {
    IPAddress(text).map { .ip($0, port: port) } ?? .unresolved(host: text, port: port)
  }
}

extension Array {
  /// The first index whose element, and every later one, satisfies the predicate; `count` if none.
  fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
