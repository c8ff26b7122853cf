extension Report {
  /// What was measured: the user's own service, or the embedded lab.
  package enum Source: String, Codable, Sendable {
    case target
    case lab
  }

  /// The name that a run was given, taken apart as gRPC does.
  package struct Target: Codable, Hashable, Sendable {
    /// As the user wrote it.
    package var given: String
    /// `dns`, `kubernetes`, `ipv4`, `ipv6`, `unix`, `passthrough`.
    package var scheme: String
    /// The DNS server or other authority of the target, where it names one.
    package var authority: String?
    package var host: String?
    /// A number or the name of a port.
    package var port: String?
    package var namespace: String?

    package init(
      given: String, scheme: String, authority: String? = nil, host: String? = nil,
      port: String? = nil, namespace: String? = nil
    ) {
      self.given = given
      self.scheme = scheme
      self.authority = authority
      self.host = host
      self.port = port
      self.namespace = namespace
    }
  }
}
