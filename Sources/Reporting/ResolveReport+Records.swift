extension ResolveReport {
  package struct Address: Codable, Hashable, Sendable {
    /// `10.0.0.5:50051`, `[2001:db8::1]:50051`, `unix:/path`.
    package var address: String
    /// `ipv4`, `ipv6`, `unix`.
    package var family: String
    /// In seconds; null for an address that came from no record.
    package var ttl: Int?
    /// The pod's host name, where an SRV record leads to this address.
    package var pod: String?

    package init(address: String, family: String, ttl: Int? = nil, pod: String? = nil) {
      self.address = address
      self.family = family
      self.ttl = ttl
      self.pod = pod
    }

    enum CodingKeys: String, CodingKey {
      case address, family
      case ttl = "ttl_s"
      case pod
    }
  }

  /// RFC 2782. A headless Service has one per pod and named port.
  package struct SRV: Codable, Hashable, Sendable {
    /// The name that owns the record.
    package var name: String
    package var target: String
    package var port: UInt16
    package var priority: UInt16
    package var weight: UInt16
    /// In seconds.
    package var ttl: Int

    package init(
      name: String, target: String, port: UInt16, priority: UInt16, weight: UInt16, ttl: Int
    ) {
      self.name = name
      self.target = target
      self.port = port
      self.priority = priority
      self.weight = weight
      self.ttl = ttl
    }

    enum CodingKeys: String, CodingKey {
      case name, target, port, priority, weight
      case ttl = "ttl_s"
    }
  }

  /// A TXT record; those of `_grpc_config.` names hold a service config (gRFC A2).
  package struct TXT: Codable, Hashable, Sendable {
    /// The name that owns the record.
    package var name: String
    /// The record's strings, joined.
    package var text: String
    /// In seconds.
    package var ttl: Int

    package init(name: String, text: String, ttl: Int) {
      self.name = name
      self.text = text
      self.ttl = ttl
    }

    enum CodingKeys: String, CodingKey {
      case name, text
      case ttl = "ttl_s"
    }
  }
}
