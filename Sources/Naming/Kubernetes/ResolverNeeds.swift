/// Verbs on one kind of Kubernetes object, as a Role's rule has them (`rbac.authorization.k8s.io/v1`).
package struct AccessRule: Hashable, Sendable {
  /// Empty for the core group.
  package var group: String
  package var resource: String
  package var verbs: [String]

  package init(group: String = "", resource: String, verbs: [String]) {
    self.group = group
    self.resource = resource
    self.verbs = verbs
  }
}

/// Who reads the Kubernetes API to find pods.
package enum ResolverReader: Hashable, Sendable {
  case lbcheck
  case kuberesolver(KuberesolverVersion)

  /// `lbcheck`, `kuberesolver@v6`, `kuberesolver@v5`.
  package init?(_ text: String) {
    guard let known = Self.all.first(where: { $0.name == text }) else { return nil }
    self = known
  }

  package static let all: [ResolverReader] =
    [.lbcheck] + KuberesolverVersion.allCases.reversed().map { .kuberesolver($0) }

  package var name: String {
    switch self {
    case .lbcheck: "lbcheck"
    case .kuberesolver(let version): "kuberesolver@\(version.rawValue)"
    }
  }

  /// The permissions that its requests take, and no more, in one namespace.
  ///
  /// kuberesolver watches first and reads everything again every 30 minutes: v6 by a list, though
  /// its README says get (`kubernetes.go`), up to v5 by a get of the one object.
  package var needs: [AccessRule] {
    switch self {
    case .lbcheck:
      [
        AccessRule(resource: "services", verbs: ["get"]),
        AccessRule(resource: "endpoints", verbs: ["get"]),
        AccessRule(
          group: "discovery.k8s.io", resource: "endpointslices", verbs: ["list", "watch"]),
      ]
    case .kuberesolver(.v6):
      [
        AccessRule(
          group: "discovery.k8s.io", resource: "endpointslices", verbs: ["list", "watch"])
      ]
    case .kuberesolver(.v5):
      [AccessRule(resource: "endpoints", verbs: ["get", "watch"])]
    }
  }
}

extension ResolverReader {
  /// The name of a Role that grants `needs`, such as `kuberesolver-v6`.
  package var roleName: String { String(name.map { $0 == "@" ? "-" : $0 }) }
}
