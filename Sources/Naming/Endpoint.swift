/// One address that a connection can be opened to.
package enum TransportAddress: Hashable, Sendable {
  case ip(IPAddress, port: UInt16)
  case unix(path: String)
  /// A name handed to the dialer as it is (`passthrough:`): resolved when the socket connects.
  case unresolved(host: String, port: UInt16)
}

extension TransportAddress: CustomStringConvertible {
  /// `10.0.0.5:50051`, `[2001:db8::1]:50051`, `unix:/path` or `host:port`.
  package var description: String {
    switch self {
    case .ip(let address, let port):
      address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    case .unix(let path): "unix:\(path)"
    // Without a port: what kuberesolver v6 makes of a port name that it does not know.
    case .unresolved(let host, let port): port == 0 ? host : "\(host):\(port)"
    }
  }
}

/// One backend as gRPC counts them: a set of addresses that reach the same server (gRFC A61).
/// DNS gives one endpoint per address; a resolver that knows pods may join an IPv4 and an IPv6.
package struct Endpoint: Hashable, Sendable {
  /// In the order a client tries them; never empty.
  package var addresses: [TransportAddress]

  /// The pod behind the addresses where the resolver could tell.
  package var pod: String?

  package init(addresses: [TransportAddress], pod: String? = nil) {
    precondition(!addresses.isEmpty, "an endpoint has at least one address")
    self.addresses = addresses
    self.pod = pod
  }

  package init(_ address: TransportAddress, pod: String? = nil) {
    self.init(addresses: [address], pod: pod)
  }
}

/// What a resolver tells a channel (the gRPC naming doc calls it a resolver result).
package enum ResolverUpdate: Hashable, Sendable {
  /// The complete list, in resolver order. May be empty: what that means differs by client.
  case endpoints([Endpoint])
  /// The lookup failed; the previous list, if any, still stands. One line for a person.
  case failure(String)
}
