package import Naming

/// An indexed Job of many client pods that each measure a service, as YAML for `kubectl apply -f -`, with
/// the commands that collect their reports and join them.
package struct JobManifest: Hashable, Sendable {
  package var name: String
  /// Of the Job and its pods.
  package var namespace: String
  package var image: String
  /// How many pods, all at the same time.
  package var completions: Int
  /// Of `lbcheck distribute`, the target first.
  package var arguments: [String]
  /// What its pods read of the Kubernetes API, and in which namespace; nil for nothing.
  package var access: (rules: [AccessRule], namespace: String)? {
    get { rules.map { ($0, serviceNamespace) } }
    set {
      rules = newValue?.rules
      serviceNamespace = newValue?.namespace ?? namespace
    }
  }

  private var rules: [AccessRule]?
  private var serviceNamespace: String

  package init(
    name: String, namespace: String, image: String, completions: Int, arguments: [String]
  ) {
    self.name = name
    self.namespace = namespace
    self.image = image
    self.completions = completions
    self.arguments = arguments
    serviceNamespace = namespace
  }

  /// YAML documents after a comment, ending in a newline.
  package var yaml: String {
    var documents: [String] = []
    if let rules {
      documents.append(
        RBACManifest(
          subject: .serviceAccount(name, namespace: namespace), namespace: serviceNamespace,
          name: name, rules: rules, createsServiceAccount: true
        ).yaml)
    } else {
      documents.append(
        document(
          ("apiVersion", .string("v1")), ("kind", .string("ServiceAccount")),
          ("metadata", metadata), ("automountServiceAccountToken", .bool(false))))
    }
    documents.append(job)
    return instructions + documents.joined(separator: "---\n")
  }

  private var metadata: JSON {
    .object([("name", .string(name)), ("namespace", .string(namespace))])
  }

  private var job: String {
    let number = JSON.integer("\(completions)")
    return document(
      ("apiVersion", .string("batch/v1")), ("kind", .string("Job")), ("metadata", metadata),
      (
        "spec",
        .object([
          ("completionMode", .string("Indexed")), ("completions", number), ("parallelism", number),
          // A pod that starts again would measure alone, after the others.
          ("backoffLimit", .integer("0")), ("ttlSecondsAfterFinished", .integer("86400")),
          ("template", .object([("spec", pod)])),
        ])
      ))
  }

  private var pod: JSON {
    .object([
      ("restartPolicy", .string("Never")), ("serviceAccountName", .string(name)),
      ("automountServiceAccountToken", .bool(rules != nil)),
      (
        "securityContext",
        .object([
          ("runAsNonRoot", .bool(true)), ("runAsUser", .integer("65534")),
          ("seccompProfile", .object([("type", .string("RuntimeDefault"))])),
        ])
      ),
      ("containers", .array([container])),
    ])
  }

  private var container: JSON {
    let words = ["distribute"] + arguments + ["-o", "json", "-q"]
    return .object([
      ("name", .string("lbcheck")), ("image", .string(image)),
      ("args", .array(words.map(JSON.string))),
      (
        "resources",
        .object([
          (
            "requests",
            .object([("cpu", .string("100m")), ("memory", .string("64Mi"))])
          ),
          ("limits", .object([("memory", .string("256Mi"))])),
        ])
      ),
      (
        "securityContext",
        .object([
          ("allowPrivilegeEscalation", .bool(false)), ("readOnlyRootFilesystem", .bool(true)),
          ("capabilities", .object([("drop", .array([.string("ALL")]))])),
        ])
      ),
    ])
  }

  /// Names of objects need no quotes in a shell.
  private var instructions: String {
    """
    # \(completions) clients of the service, each in a pod of its own. Save this as job.yaml, then:
    #   kubectl apply -f job.yaml
    #   kubectl wait -n \(namespace) job/\(name) --for=condition=complete --timeout=10m
    #   for pod in $(kubectl get pods -n \(namespace) -l job-name=\(name) -o name); do
    #     kubectl logs -n \(namespace) "$pod" > "${pod#pod/}.json"
    #   done
    #   lbcheck merge \(name)-*.json
    #   kubectl delete -f job.yaml

    """
  }

  private func document(_ members: (String, JSON)...) -> String {
    var text: [UInt8] = []
    JSON.object(members.map { (key: $0.0, value: $0.1) }).writeYAML(to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
