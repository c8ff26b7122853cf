/// The kinds of objects that the lab's API server keeps.
package enum KubernetesKind: CaseIterable, Hashable, Sendable {
  case endpoints, pods, services, endpointSlices

  var resource: ResourceType {
    switch self {
    case .endpoints:
      .core("endpoints", singular: "endpoints", "Endpoints", short: ["ep"])
    case .pods:
      .core("pods", singular: "pod", "Pod", short: ["po"], categories: ["all"])
    case .services:
      .core("services", singular: "service", "Service", short: ["svc"], categories: ["all"])
    case .endpointSlices:
      ResourceType(
        group: "discovery.k8s.io", plural: "endpointslices", singular: "endpointslice",
        kind: "EndpointSlice")
    }
  }

  /// Whether objects of this kind count their changes in `metadata.generation`.
  var hasGeneration: Bool { self == .pods || self == .endpointSlices }

  /// What a bookmark has besides its version: Go writes the fields that it does not leave out.
  var emptyContent: [JSONValue.Member] {
    switch self {
    case .endpoints: []
    case .endpointSlices:
      JSONValue.members(of: ["addressType": "", "endpoints": .null, "ports": .null])
    case .pods: JSONValue.members(of: ["spec": ["containers": .null], "status": [:]])
    case .services: JSONValue.members(of: ["spec": [:], "status": ["loadBalancer": [:]]])
    }
  }
}

extension JSONValue {
  /// So that a list of members can be written as a literal.
  static func members(of value: JSONValue) -> [Member] { value.members }
}

/// A resource as discovery describes it. Every group that is served has the one version `v1`.
struct ResourceType: Hashable, Sendable {
  /// Empty for the core group.
  let group: String
  let plural: String
  let singular: String
  let kind: String
  var isNamespaced = true
  var verbs = ["get", "list", "watch"]
  var shortNames: [String] = []
  var categories: [String] = []

  static let version = "v1"

  var groupVersion: String { group.isEmpty ? Self.version : "\(group)/\(Self.version)" }

  /// `endpointslices.discovery.k8s.io`, as messages name it.
  var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }

  static func core(
    _ plural: String, singular: String, _ kind: String, short: [String],
    categories: [String] = []
  ) -> ResourceType {
    ResourceType(
      group: "", plural: plural, singular: singular, kind: kind, shortNames: short,
      categories: categories)
  }

  /// A review: it can only be created, and the answer is all there is of it.
  static func review(_ kind: String, group: String) -> ResourceType {
    let singular = kind.lowercased()
    return ResourceType(
      group: group, plural: "\(singular)s", singular: singular, kind: kind, isNamespaced: false,
      verbs: ["create"])
  }

  /// What manifests are made of besides. The server has none of these, and says so when asked; but
  /// kubectl has to know their kinds before it looks at a manifest.
  private static let named = [
    ResourceType.core(
      "serviceaccounts", singular: "serviceaccount", "ServiceAccount", short: ["sa"]),
    ResourceType(
      group: "rbac.authorization.k8s.io", plural: "roles", singular: "role", kind: "Role"),
    ResourceType(
      group: "rbac.authorization.k8s.io", plural: "rolebindings", singular: "rolebinding",
      kind: "RoleBinding"),
    ResourceType(group: "batch", plural: "jobs", singular: "job", kind: "Job"),
  ]

  static let all =
    KubernetesKind.allCases.map(\.resource) + ReviewKind.allCases.map(\.resource) + named
}
