package import Naming

/// A Role with exactly these rules, bound to one identity, as YAML for `kubectl apply -f -`.
package struct RBACManifest: Hashable, Sendable {
  package enum Subject: Hashable, Sendable {
    /// Of the manifest's namespace, or of another one.
    case serviceAccount(String, namespace: String)
    case user(String)
  }

  package var subject: Subject
  /// Where the Service is, and so the Role.
  package var namespace: String
  /// Of the Role and its binding.
  package var name: String
  package var rules: [AccessRule]
  /// Whether the ServiceAccount itself is part of the manifest.
  package var createsServiceAccount: Bool

  package init(
    subject: Subject, namespace: String, name: String, rules: [AccessRule],
    createsServiceAccount: Bool
  ) {
    self.subject = subject
    self.namespace = namespace
    self.name = name
    self.rules = rules
    self.createsServiceAccount = createsServiceAccount
  }

  /// YAML documents, ending in a newline. Names are written as JSON strings, which YAML reads as
  /// they are, where they could be anything else than a plain word.
  package var yaml: String {
    var documents: [[String]] = []
    if createsServiceAccount, case .serviceAccount(let account, let home) = subject {
      documents.append(
        ["apiVersion: v1", "kind: ServiceAccount"] + metadata(account, namespace: home))
    }
    documents.append(
      ["apiVersion: \(Self.version)", "kind: Role"] + metadata(name, namespace: namespace)
        + ["rules:"] + rules.flatMap(lines))
    documents.append(
      ["apiVersion: \(Self.version)", "kind: RoleBinding"] + metadata(name, namespace: namespace)
        + [
          "roleRef:", "  apiGroup: rbac.authorization.k8s.io", "  kind: Role",
          "  name: \(yamlWord(name))",
        ] + ["subjects:"] + subjectLines)
    return documents.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "---\n")
  }

  private static let version = "rbac.authorization.k8s.io/v1"

  private func metadata(_ name: String, namespace: String) -> [String] {
    ["metadata:", "  name: \(yamlWord(name))", "  namespace: \(yamlWord(namespace))"]
  }

  private func lines(_ rule: AccessRule) -> [String] {
    [
      "- apiGroups: [\(yamlQuoted(rule.group))]",
      "  resources: [\(yamlWord(rule.resource))]",
      "  verbs: [\(rule.verbs.map(yamlWord).joined(separator: ", "))]",
    ]
  }

  private var subjectLines: [String] {
    switch subject {
    case .serviceAccount(let account, let home):
      ["- kind: ServiceAccount", "  name: \(yamlWord(account))", "  namespace: \(yamlWord(home))"]
    case .user(let user):
      [
        "- apiGroup: rbac.authorization.k8s.io", "  kind: User", "  name: \(yamlQuoted(user))",
      ]
    }
  }
}
