/// What one kubeconfig file, or several merged, say
/// (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/).
struct Kubeconfig: Sendable {
  /// `certificate-authority` or `certificate-authority-data`, and so on: data counts where both are.
  enum Material: Sendable {
    case data(Secret)
    case file(String)
  }

  /// Where an entry stands, as `file:line`.
  typealias Place = String

  struct Cluster: Sendable {
    var server: String?
    var authorities: Material?
    var verifies = true
    var serverName: String?
    /// May name a password.
    var proxy: Secret?
    /// What exec plugins are to know about the cluster, as JSON.
    var pluginConfig: String?
    var place: Place
  }

  struct User: Sendable {
    var certificate: Material?
    var key: Material?
    var token: Secret?
    var tokenFile: String?
    var name: String?
    var password: Secret?
    var plugin: ExecPlugin?
    /// The removed way to get credentials: its name.
    var authProvider: String?
    var impersonation = Impersonation()
    var place: Place
  }

  struct Context: Sendable {
    var cluster: String?
    var user: String?
    var namespace: String?
    var file: String
    var place: Place
  }

  var currentContext: String?
  var clusters: [String: Cluster] = [:]
  var users: [String: User] = [:]
  var contexts: [String: Context] = [:]
  /// Where no name is found, the user wants to see these: in the order of the files.
  var contextNames: [String] = []

  /// Whether nothing in it can lead to a cluster, as after `kubectl config unset`.
  var isEmpty: Bool { clusters.isEmpty && contexts.isEmpty && currentContext == nil }

  /// Adds what another file says: what is there stays
  /// (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/).
  mutating func merge(_ other: Kubeconfig) {
    currentContext = currentContext ?? other.currentContext
    clusters.merge(other.clusters) { first, _ in first }
    users.merge(other.users) { first, _ in first }
    contextNames += other.contextNames.filter { contexts[$0] == nil }
    contexts.merge(other.contexts) { first, _ in first }
  }
}

/// As whom the API server is to treat the requests
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation).
struct Impersonation: Hashable, Sendable {
  var user: String?
  var groups: [String] = []

  /// A line break would end the header that carries the name and begin another.
  func check() throws(KubernetesError) {
    for name in groups + [user ?? ""]
    where name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      throw KubernetesError(
        .configuration, tried: "to act as another user",
        cameBack: "the name '\(name)' holds control characters")
    }
  }
}
