/// A program that gives credentials (https://kubernetes.io/docs/reference/access-authn-authz/
/// authentication/#client-go-credential-plugins).
struct ExecPlugin: Sendable {
  static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

  struct Variable: Sendable {
    let name: String
    let value: Secret
  }

  let apiVersion: String
  /// A path, or a name to look up along PATH.
  let command: String
  /// Some plugins take secrets here.
  let arguments: [Secret]
  let environment: [Variable]
  /// What the kubeconfig says to those who lack the program.
  let installHint: String?
  let wantsCluster: Bool
  /// The kubeconfig's name for the user, and where they stand.
  let user: String
  let place: String
  /// `spec.cluster` as JSON, where the plugin wants it.
  var clusterInfo: Secret?

  /// `KUBERNETES_EXEC_INFO`. It is never asked at a terminal: that one is the report's.
  var request: String {
    let cluster = clusterInfo.map { ",\"cluster\":\($0.revealed)" } ?? ""
    return "{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(apiVersion)\","
      + "\"spec\":{\"interactive\":false\(cluster)}}"
  }
}
