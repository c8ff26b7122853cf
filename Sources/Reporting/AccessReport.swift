private import Distribution

/// What an identity may do of what a Kubernetes resolver needs: schema `lbcheck.access/v1`.
package struct AccessReport: Codable, Hashable, Sendable {
  /// `lbcheck.access/v1`.
  package var schema = "lbcheck.access/v1"
  package var version: String
  package var command = "rbac"
  /// RFC 3339 with milliseconds, UTC.
  package var startedAt: String
  /// The API server's URL.
  package var server: String
  /// Where the cluster and the identity came from.
  package var access: String
  /// Whose permissions were asked for; null where the server does not say who asks.
  package var identity: String?
  package var namespace: String
  /// Whose needs these are: `lbcheck`, `kuberesolver@v6`, `kuberesolver@v5`.
  package var reader: String
  package var checks: [Check]
  /// The manifest that adds what is missing, and nothing else; null where nothing is.
  package var manifest: String?

  package init(
    version: String, startedAt: String, server: String, access: String, identity: String?,
    namespace: String, reader: String, checks: [Check], manifest: String?
  ) {
    self.version = version
    self.startedAt = startedAt
    self.server = server
    self.access = access
    self.identity = identity
    self.namespace = namespace
    self.reader = reader
    self.checks = checks
    self.manifest = manifest
  }

  enum CodingKeys: String, CodingKey {
    case schema, version, command
    case startedAt = "started_at"
    case server, access, identity, namespace, reader, checks, manifest
  }

  /// One verb on one kind of object.
  package struct Check: Codable, Hashable, Sendable {
    package var verb: String
    /// Empty for the core group.
    package var group: String
    package var resource: String
    package var allowed: Bool
    /// The server's own words, where it has any.
    package var reason: String?

    package init(
      verb: String, group: String, resource: String, allowed: Bool, reason: String? = nil
    ) {
      self.verb = verb
      self.group = group
      self.resource = resource
      self.allowed = allowed
      self.reason = reason
    }
  }
}

extension AccessReport {
  /// Whether everything is granted.
  package var isComplete: Bool { checks.allSatisfy(\.allowed) }

  func text(style: Style) -> String {
    var page = Page(style: style)
    page.add("Cluster", "\(server) (\(access))")
    page.add("Identity", identity ?? "unknown: the server does not say")
    page.add("Namespace", namespace)
    page.add("Needs of", reader)
    page.add(line: "")
    var table = TextTable([
      .init(title: "VERB"), .init(title: "RESOURCE"), .init(title: "GROUP"),
      .init(title: "ALLOWED"), .init(title: "REASON"),
    ])
    for check in checks {
      table.add([
        .init(check.verb), .init(check.resource), .init(check.group.isEmpty ? "-" : check.group),
        .init(check.allowed ? "yes" : "no", check.allowed ? .good : .bad),
        .init(check.reason ?? ""),
      ])
    }
    page.add(table)
    page.add(line: "")
    let missing = checks.count { !$0.allowed }
    guard missing > 0 else {
      page.add("Missing", "nothing: \(reader) can resolve Services here", .good)
      return page.text
    }
    page.add(
      "Missing", "\(counted(missing, "permission")); this adds them, and nothing else:", .bad)
    page.add(line: "")
    for line in (manifest ?? "").split(separator: "\n") {
      page.add(line: Escaping.terminal(String(line)))
    }
    return page.text
  }
}
