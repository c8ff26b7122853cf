/// The questions about access that can be posted.
enum ReviewKind: CaseIterable, Hashable, Sendable {
  case selfSubjectAccess, subjectAccess, selfSubjectRules, selfSubject

  var resource: ResourceType {
    switch self {
    case .selfSubjectAccess: .review("SelfSubjectAccessReview", group: Self.authorization)
    case .subjectAccess: .review("SubjectAccessReview", group: Self.authorization)
    case .selfSubjectRules: .review("SelfSubjectRulesReview", group: Self.authorization)
    case .selfSubject: .review("SelfSubjectReview", group: "authentication.k8s.io")
    }
  }

  private static let authorization = "authorization.k8s.io"
}

extension AccessControl {
  /// The review with its `status` filled in.
  func answer(
    _ kind: ReviewKind, _ posted: JSONValue, from identity: Identity, now: Int
  ) throws(StatusObject) -> JSONValue {
    let spec = posted["spec"] ?? [:]
    var metadata: JSONValue = [:]
    var answered: JSONValue? = spec
    let status: JSONValue
    switch kind {
    case .selfSubjectAccess:
      status = try access(kind, spec, of: identity)
    case .subjectAccess:
      let groups = spec["groups"]?.elements.compactMap(\.text) ?? []
      guard let user = spec["user"]?.text else {
        throw .invalid(kind, field: "spec.user", "at least one of user or group must be specified")
      }
      status = try access(kind, spec, of: Identity(user: user, groups: groups))
    case .selfSubjectRules:
      guard let namespace = spec["namespace"]?.text, !namespace.isEmpty else {
        throw .badRequest("no namespace on request")
      }
      answered = [:]
      status = rules(of: identity, in: namespace)
    case .selfSubject:
      metadata = ["creationTimestamp": .string(timestamp(now))]
      answered = nil
      status = ["userInfo": identity.json]
    }
    return [
      "kind": .string(kind.resource.kind), "apiVersion": .string(kind.resource.groupVersion),
      "metadata": metadata, "spec": answered, "status": status,
    ]
  }

  private func access(
    _ kind: ReviewKind, _ spec: JSONValue, of identity: Identity
  ) throws(StatusObject) -> JSONValue {
    let reason: String?
    switch (spec["resourceAttributes"], spec["nonResourceAttributes"]) {
    case (let resource?, nil):
      reason = self.reason(identity, Action(resource))
    case (nil, let path?):
      let isAllowed = allows(
        identity, path: path["path"]?.text ?? "", verb: path["verb"]?.text ?? "")
      reason = isAllowed ? "" : nil
    default:
      throw .invalid(
        kind, field: "spec.resourceAttributes",
        "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be "
          + "specified")
    }
    return [
      "allowed": .bool(reason != nil),
      "reason": reason.flatMap { $0.isEmpty ? nil : .string($0) },
    ]
  }

  private func rules(of identity: Identity, in namespace: String) -> JSONValue {
    func rule(_ verbs: [String], _ group: String, _ resources: [String], _ name: String? = nil)
      -> JSONValue
    {
      [
        "verbs": .strings(verbs), "apiGroups": [.string(group)], "resources": .strings(resources),
        "resourceNames": name.map { [.string($0)] },
      ]
    }
    func paths(_ verb: String, _ paths: [String]) -> JSONValue {
      ["verbs": [.string(verb)], "nonResourceURLs": .strings(paths)]
    }
    var resources = [
      rule(
        ["create"], "authorization.k8s.io",
        ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
      rule(["create"], "authentication.k8s.io", ["selfsubjectreviews"]),
    ]
    var urls = [
      paths(
        "get", ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/readyz", "/version"])
    ]
    if identity.groups.contains("system:masters") {
      resources.append(rule(["*"], "*", ["*"]))
      urls.append(paths("*", ["*"]))
    }
    resources += (grants[identity.name] ?? [])
      .filter { $0.namespace == nil || $0.namespace == namespace }
      .map { rule([$0.verb], $0.group, [$0.resource], $0.name) }
    return [
      "resourceRules": .array(resources), "nonResourceRules": .array(urls), "incomplete": false,
    ]
  }
}

extension Action {
  /// `resourceAttributes` of a review.
  fileprivate init(_ attributes: JSONValue) {
    func text(_ key: String) -> String? {
      attributes[key]?.text.flatMap { $0.isEmpty ? nil : $0 }
    }
    self.init(
      verb: text("verb") ?? "", group: text("group") ?? "", resource: text("resource") ?? "",
      subresource: text("subresource"), name: text("name"), namespace: text("namespace"))
  }
}
