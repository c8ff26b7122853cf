/// A verb on a resource that an identity may use.
package struct Grant: Hashable, Sendable {
  /// `*` is every verb.
  package var verb: String
  /// Empty for the core group; `*` is every group.
  package var group: String
  /// The plural; `*` is every resource.
  package var resource: String
  /// Only the object of this name.
  package var name: String?
  /// Where it holds; nil everywhere, as a ClusterRoleBinding would have it.
  package var namespace: String?

  package init(
    _ verb: String, group: String = "", _ resource: String, name: String? = nil,
    namespace: String? = "default"
  ) {
    self.verb = verb
    self.group = group
    self.resource = resource
    self.name = name
    self.namespace = namespace
  }

  /// Reads `verb:resource`, `verb:group/resource` and `verb:group/resource/name`.
  package init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let parts = text[text.index(after: colon)...].split(
      separator: "/", omittingEmptySubsequences: false
    ).map(String.init)
    guard colon > text.startIndex, parts.count <= 3, parts.last?.isEmpty == false else {
      return nil
    }
    self.init(
      String(text[..<colon]), group: parts.count > 1 ? parts[0] : "",
      parts.count > 1 ? parts[1] : parts[0], name: parts.count > 2 ? parts[2] : nil)
  }

  func allows(_ action: Action) -> Bool {
    (verb == "*" || verb == action.verb) && (group == "*" || group == action.group)
      && (resource == "*" || resource == action.resource) && (name == nil || name == action.name)
      && (namespace == nil || namespace == action.namespace)
  }
}

/// Who sent a request.
struct Identity: Hashable, Sendable {
  let name: String
  var uid: String?
  let groups: [String]

  static let anonymous = Identity(name: "system:anonymous", groups: ["system:unauthenticated"])

  static let administrator = Identity(
    name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"])

  /// A user by name, with the groups that Kubernetes gives a service account.
  init(user name: String, groups: [String] = []) {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    var all = groups
    if parts.count == 4, name.hasPrefix("system:serviceaccount:") {
      all += ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])"]
    }
    self.init(name: name, groups: all + ["system:authenticated"])
  }

  private init(name: String, groups: [String]) {
    self.name = name
    self.groups = groups
  }

  var json: JSONValue {
    [
      "username": .string(name), "uid": uid.map(JSONValue.string), "groups": .strings(groups),
    ]
  }
}

/// What somebody wants to do to a resource.
struct Action: Hashable, Sendable {
  var verb: String
  var group = ""
  var resource: String
  var subresource: String?
  var name: String?
  /// Nil at the cluster scope.
  var namespace: String?
}

/// Who may do what.
struct AccessControl: Sendable {
  var administratorToken: String
  var restrictedToken: String
  /// By user name.
  var grants: [String: [Grant]] = [:]

  static let restricted = "system:serviceaccount:default:lbcheck"

  /// Nil for a token that nobody has.
  func identity(authorization: String?) -> Identity? {
    guard let authorization else { return .anonymous }
    let parts = authorization.split(separator: " ")
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    if parts[1] == administratorToken { return .administrator }
    guard parts[1] == restrictedToken else { return nil }
    var identity = Identity(user: Self.restricted)
    identity.uid = "1002"
    return identity
  }

  /// Why the action is allowed; nil where it is not.
  func reason(_ identity: Identity, _ action: Action) -> String? {
    if identity.groups.contains("system:masters") { return "" }
    let own = [
      Grant("create", group: "authorization.k8s.io", "selfsubjectaccessreviews", namespace: nil),
      Grant("create", group: "authorization.k8s.io", "selfsubjectrulesreviews", namespace: nil),
      Grant("create", group: "authentication.k8s.io", "selfsubjectreviews", namespace: nil),
    ]
    if identity.groups.contains("system:authenticated"), own.contains(where: { $0.allows(action) })
    {
      return Self.reason("ClusterRole", "system:basic-user", nil, "Group \"system:authenticated\"")
    }
    guard let grant = grants[identity.name]?.first(where: { $0.allows(action) }) else { return nil }
    let role = grant.namespace == nil ? "ClusterRole" : "Role"
    return Self.reason(role, "lbcheck-lab", grant.namespace, Self.subject(identity.name))
  }

  /// Paths that are no resources: discovery for all with a token, version and health for everyone.
  func allows(_ identity: Identity, path: String, verb: String) -> Bool {
    if identity.groups.contains("system:masters") { return true }
    let first = path.split(separator: "/").first ?? ""
    if verb == "get", ["version", "healthz", "livez", "readyz"].contains(first) { return true }
    return verb == "get" && identity.groups.contains("system:authenticated")
      && ["api", "apis", "openapi"].contains(first)
  }

  private static func subject(_ name: String) -> String {
    let parts = name.split(separator: ":")
    return parts.count == 4 && name.hasPrefix("system:serviceaccount:")
      ? "ServiceAccount \"\(parts[3])/\(parts[2])\"" : "User \"\(name)\""
  }

  private static func reason(
    _ role: String, _ name: String, _ namespace: String?, _ subject: String
  ) -> String {
    let binding = namespace.map { "\(name)/\($0)" } ?? name
    return "RBAC: allowed by \(role)Binding \"\(binding)\" of \(role) \"\(name)\" to \(subject)"
  }
}

extension StatusObject {
  /// 403, word for word.
  static func forbidden(_ identity: Identity, _ action: Action) -> StatusObject {
    let qualified = action.group.isEmpty ? action.resource : "\(action.resource).\(action.group)"
    let subject = action.name.map { "\(qualified) \"\($0)\"" } ?? qualified
    let resource = action.subresource.map { "\(action.resource)/\($0)" } ?? action.resource
    let place = action.namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
    return StatusObject(
      403, "Forbidden",
      "\(subject) is forbidden: User \"\(identity.name)\" cannot \(action.verb) resource "
        + "\"\(resource)\" in API group \"\(action.group)\" \(place)",
      details: [
        "name": action.name.map(JSONValue.string),
        "group": action.group.isEmpty ? nil : .string(action.group),
        "kind": .string(action.resource),
      ])
  }

  static func forbidden(_ identity: Identity, path: String, verb: String) -> StatusObject {
    StatusObject(
      403, "Forbidden", "forbidden: User \"\(identity.name)\" cannot \(verb) path \"\(path)\"",
      details: [:])
  }
}
