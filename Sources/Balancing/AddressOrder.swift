internal import Naming

/// The order in which pick_first tries addresses (gRFC A61): those of the endpoints one after
/// another, each once, families alternating where the client does so. (C-core lists duplicates twice,
/// but they share a subchannel, so nothing is tried twice.)
func connectionOrder(of endpoints: [Endpoint], _ profile: ClientProfile) -> [TransportAddress] {
  var seen: Set<TransportAddress> = []
  let known = profile.pickFirstUsesOneEndpoint ? endpoints.prefix(1) : endpoints[...]
  let addresses = known.flatMap(\.addresses).filter { seen.insert($0).inserted }
  return profile.interleavesFamilies ? interleavingFamilies(addresses) : addresses
}

/// RFC 8305 §4 with a first family count of one: families take turns in the order in which they
/// first appear. Names and sockets count as a third family, as in grpc-go.
private func interleavingFamilies(_ addresses: [TransportAddress]) -> [TransportAddress] {
  var families: [(family: Family, members: [TransportAddress])] = []
  for address in addresses {
    let family = Family(address)
    if let index = families.firstIndex(where: { $0.family == family }) {
      families[index].members.append(address)
    } else {
      families.append((family, [address]))
    }
  }
  guard families.count > 1 else { return addresses }
  let longest = families.map(\.members.count).max() ?? 0
  return (0..<longest).flatMap { round in
    families.compactMap { round < $0.members.count ? $0.members[round] : nil }
  }
}

private enum Family {
  case v4
  case v6
  case other

  init(_ address: TransportAddress) {
    switch address {
    case .ip(let ip, _): self = ip.isV4 ? .v4 : .v6
    case .unix, .unresolved: self = .other
    }
  }
}
