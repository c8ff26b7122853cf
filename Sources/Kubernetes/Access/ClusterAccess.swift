internal import Curl

/// Where the API server is, and as whom to ask it. Made by `load`; docs/kubernetes-access.md says
/// how.
package struct ClusterAccess: Sendable {
  /// The URL without a final slash. Holds no password.
  package let server: String
  /// Where neither the command line nor the context names one: `default`.
  package let namespace: String
  /// Where all this was found: `kubeconfig /home/u/.kube/config, context kind-kind` or `in-cluster
  /// service account`.
  package let source: String

  /// Without client certificate.
  let tls: CurlTLS
  let proxy: Secret?
  let credentials: Credentials
  let impersonation: Impersonation

  init(
    server: String, namespace: String, source: String, tls: CurlTLS = CurlTLS(),
    proxy: Secret? = nil, credentials: Credentials = Credentials(),
    impersonation: Impersonation = Impersonation()
  ) {
    self.server = server
    self.namespace = namespace
    self.source = source
    self.tls = tls
    self.proxy = proxy
    self.credentials = credentials
    self.impersonation = impersonation
  }
}

extension ClusterAccess: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(server) (\(source))" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["access": description]) }
}
