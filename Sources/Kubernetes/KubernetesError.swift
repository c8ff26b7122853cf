/// Why the Kubernetes API could not be asked, or did not answer as hoped. Holds no token, password
/// or key. Texts may hold anything that a server or a file says: escape them where they are shown.
package struct KubernetesError: Error, Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// There is no kubeconfig, or something in it is wrong or missing.
    case configuration
    /// A token file, certificate or exec plugin gives no credentials.
    case credentials
    /// No connection, or it broke.
    case unreachable
    /// One side does not trust the other.
    case tls
    /// HTTP 401: the server does not know who asks.
    case unauthorized
    /// HTTP 403: it knows, and the identity may not.
    case forbidden
    /// HTTP 404.
    case notFound
    /// HTTP 410: the version or page asked for is too old.
    case gone
    /// HTTP 429.
    case rateLimited
    /// HTTP 5xx.
    case serverError
    /// What answers is no Kubernetes API server: a proxy, a login page.
    case notKubernetes
    case timeout
    case other
  }

  package var kind: Kind
  /// What was tried, without a full stop: `to list endpointslices in namespace demo`.
  package var tried: String
  /// The server's URL, a file or `file:line`.
  package var on: String?
  /// What came back: the server's or the system's own words.
  package var cameBack: String
  /// The next thing to try, an imperative sentence.
  package var next: String?

  package init(
    _ kind: Kind, tried: String, on: String? = nil, cameBack: String, next: String? = nil
  ) {
    self.kind = kind
    self.tried = tried
    self.on = on
    self.cameBack = cameBack
    self.next = next
  }
}

extension KubernetesError: CustomStringConvertible {
  package var description: String { "\(tried)\(on.map { " on \($0)" } ?? ""): \(cameBack)" }
}
