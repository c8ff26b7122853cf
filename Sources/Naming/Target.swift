/// The name of a gRPC service, as a client's configuration has it, taken apart.
package struct Target: Hashable, Sendable {
  /// The URI schemes that lbcheck can follow.
  package enum Scheme: String, CaseIterable, Sendable {
    case dns, kubernetes, ipv4, ipv6, unix, passthrough
  }

  /// What has to be done to get from the name to addresses.
  package enum Kind: Hashable, Sendable {
    /// Ask DNS for the host, unless it is an IP literal (then without brackets).
    case dns(host: String, port: UInt16)
    /// Ask the Kubernetes API.
    case kubernetes(ServiceReference)
    /// Nothing: the addresses stand in the target. Never empty.
    case fixed([TransportAddress])
  }

  /// The text that was parsed, unescaped.
  package let given: String

  package let scheme: Scheme

  /// The server of `dns://SERVER/…`, which alone is asked then.
  package let nameServer: NameServer?

  package let kind: Kind

  /// What a client sends as `:authority` unless told otherwise: the endpoint text with its port, as
  /// grpc-go; `localhost` for Unix sockets; `service.namespace` for Kubernetes, as kuberesolver,
  /// with `default` where no namespace is known.
  package let authority: String

  /// Reads any form a gRPC client or a kubectl user would write.
  /// - Parameters:
  ///   - namespace: of a Kubernetes target that names none.
  ///   - defaultPort: of a DNS target that names none (443 in grpc-go and C-core; grpc-java takes
  ///     80 without TLS).
  package init(
    _ text: String, namespace: String? = nil, defaultPort: UInt16 = 443
  ) throws(TargetError) {
    if let namespace {
      // It comes from another flag: an error shows that text instead of the target.
      _ = try TargetReader(namespace)
        .kubernetesName(namespace[...], "namespace", example: "default")
    }
    self = try TargetReader(text, namespace: namespace, defaultPort: defaultPort).target()
  }

  init(
    given: String, scheme: Scheme, nameServer: NameServer? = nil, kind: Kind, authority: String
  ) {
    self.given = given
    self.scheme = scheme
    self.nameServer = nameServer
    self.kind = kind
    self.authority = authority
  }
}

extension Target {
  /// The name that is looked up: DNS host or Kubernetes Service; for fixed addresses the first one.
  package var host: String {
    switch kind {
    case .dns(let host, _): host
    case .kubernetes(let reference): reference.service
    case .fixed(let addresses):
      switch addresses.first {
      case .ip(let address, _): address.description
      case .unix(let path): path
      case .unresolved(let host, _): host
      case nil: ""
      }
    }
  }

  /// A number, or the name of a Service's port; nil where there is none (Unix sockets, first port).
  package var port: String? {
    switch kind {
    case .dns(_, let port): String(port)
    case .kubernetes(let reference):
      switch reference.port {
      case .first: nil
      case .number(let number): String(number)
      case .name(let name): name
      }
    case .fixed(let addresses):
      switch addresses.first {
      case .ip(_, let port), .unresolved(_, let port): String(port)
      case .unix, nil: nil
      }
    }
  }

  /// Of a Kubernetes target.
  package var namespace: String? {
    if case .kubernetes(let reference) = kind { reference.namespace } else { nil }
  }
}
