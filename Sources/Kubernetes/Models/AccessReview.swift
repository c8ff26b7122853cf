/// "May I?" as the API server understands it.
package struct AccessQuestion: Hashable, Sendable {
  /// `get`, `list`, `watch`, …
  package var verb: String
  /// Empty for the core group.
  package var group: String
  /// In the plural: `endpointslices`.
  package var resource: String
  package var namespace: String
  /// Nil: every name.
  package var name: String?

  package init(
    verb: String, group: String, resource: String, namespace: String, name: String? = nil
  ) {
    self.verb = verb
    self.group = group
    self.resource = resource
    self.namespace = namespace
    self.name = name
  }
}

/// What it answered.
package struct AccessAnswer: Hashable, Sendable {
  package var isAllowed: Bool
  /// Refused by an authorizer, rather than allowed by none.
  package var isDenied: Bool
  /// The rule that allows it, in the server's words; may be empty.
  package var reason: String
  /// Why not everything could be looked at: the answer may be wrong then.
  package var evaluationError: String?

  package init(
    isAllowed: Bool, isDenied: Bool = false, reason: String = "", evaluationError: String? = nil
  ) {
    self.isAllowed = isAllowed
    self.isDenied = isDenied
    self.reason = reason
    self.evaluationError = evaluationError
  }
}

/// `SelfSubjectAccessReview` and `SubjectAccessReview` of `authorization.k8s.io/v1`
/// (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/).
struct AccessReview: Codable {
  struct Attributes: Codable {
    var namespace: String
    var verb: String
    var group: String
    var resource: String
    var name: String?
  }

  struct Spec: Codable {
    var resourceAttributes: Attributes
    var user: String?
    var groups: [String]?
  }

  struct Status: Codable {
    var allowed: Bool
    var denied: Bool?
    var reason: String?
    var evaluationError: String?
  }

  var kind: String
  var apiVersion = "authorization.k8s.io/v1"
  var spec: Spec
  var status: Status?

  /// Nil asks about whoever asks.
  init(_ question: AccessQuestion, subject: String?) {
    kind = subject == nil ? "SelfSubjectAccessReview" : "SubjectAccessReview"
    spec = Spec(
      resourceAttributes: Attributes(
        namespace: question.namespace, verb: question.verb, group: question.group,
        resource: question.resource, name: question.name),
      user: subject, groups: subject.map(Self.groups))
  }

  /// The groups that authentication would have added: a review does not.
  static func groups(of subject: String) -> [String] {
    let parts = subject.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" else {
      return ["system:authenticated"]
    }
    return ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])", "system:authenticated"]
  }
}

/// `SelfSubjectReview` of `authentication.k8s.io/v1`: who the server takes the asker for.
struct SubjectReview: Codable {
  struct Status: Codable {
    struct User: Codable {
      var username: String
    }

    var userInfo: User
  }

  var kind = "SelfSubjectReview"
  var apiVersion = "authentication.k8s.io/v1"
  var status: Status?
}

/// What `/version` says.
struct ServerVersion: Decodable {
  var gitVersion: String
}
