extension Report {
  /// What the name stood for.
  package struct Resolution: Codable, Hashable, Sendable {
    /// `dns`, `kubernetes`, or `static` where the target lists its addresses.
    package var resolver: String
    /// The server that answered, `address:port`; null where none was asked.
    package var server: String?
    /// The lowest TTL of the addresses, in seconds.
    package var ttl: Int?
    package var addresses: [Address]
    /// How often the resolved set of addresses changed during the run.
    package var changes: Int
    /// Those of them that came while the RPCs of the report were counted; null in reports of versions
    /// that had no such key.
    package var windowChanges: Int?

    package init(
      resolver: String, server: String? = nil, ttl: Int? = nil, addresses: [Address],
      changes: Int = 0, windowChanges: Int = 0
    ) {
      self.resolver = resolver
      self.server = server
      self.ttl = ttl
      self.addresses = addresses
      self.changes = changes
      self.windowChanges = windowChanges
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case resolver, server
      case ttl = "ttl_s"
      case addresses, changes
      case windowChanges = "window_changes"
    }
  }

  /// One resolved address. What only the Kubernetes API knows is null when DNS was asked.
  package struct Address: Codable, Hashable, Sendable {
    /// `10.0.0.5:50051`, `[2001:db8::1]:50051`, `unix:/path`.
    package var address: String
    package var pod: String?
    package var node: String?
    package var zone: String?
    package var ready: Bool?
    package var serving: Bool?
    package var terminating: Bool?

    package init(
      address: String, pod: String? = nil, node: String? = nil, zone: String? = nil,
      ready: Bool? = nil, serving: Bool? = nil, terminating: Bool? = nil
    ) {
      self.address = address
      self.pod = pod
      self.node = node
      self.zone = zone
      self.ready = ready
      self.serving = serving
      self.terminating = terminating
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case address, pod, node, zone, ready, serving, terminating
    }
  }

  /// How the client chose.
  package struct Policy: Codable, Hashable, Sendable {
    /// `pick_first`, `round_robin`, `cluster_ip`; over HTTP/1.1 `keep_alive`, `cluster_ip`.
    package var name: String
    /// Whose client behaviour was reproduced: `go`, `core`, `java`, `swift`, or `curl` for HTTP/1.1;
    /// `observed` where another client than lbcheck was watched: then `name` is what its counts look
    /// like.
    package var client: String
    /// `h2`, `http1`.
    package var `protocol`: String
    /// Independent client channels.
    package var channels: Int
    /// True where lbcheck made a choice that the network makes in a cluster (`cluster_ip` on a
    /// target without a virtual IP).
    package var emulated: Bool

    package static let observed = "observed"
    package var isObserved: Bool { client == Self.observed }

    package init(
      name: String, client: String, protocol: String, channels: Int, emulated: Bool = false
    ) {
      self.name = name
      self.client = client
      self.protocol = `protocol`
      self.channels = channels
      self.emulated = emulated
    }
  }
}
