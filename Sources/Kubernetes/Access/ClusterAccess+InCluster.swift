internal import Curl

extension ClusterAccess {
  /// The identity that a pod has
  /// (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/); nil outside of one.
  init?(
    serviceAccountFolder folder: String, _ settings: ClusterSettings,
    _ environment: (String) -> String?
  ) throws(KubernetesError) {
    guard let host = environment("KUBERNETES_SERVICE_HOST"), !host.isEmpty,
      let port = environment("KUBERNETES_SERVICE_PORT"), !port.isEmpty
    else { return nil }
    var tls = CurlTLS()
    let authority = try Kubeconfig.Material.file("\(folder)/ca.crt")
      .pem("the certificate authority", "the service account", "CERTIFICATE")
    tls.authorities = Array(authority.revealed.utf8)
    let token = "\(folder)/token"
    // Here rather than at the first request: a pod without a token says so at once.
    do throws(FileProblem) { _ = try readFile(token, limit: TokenFile.sizeLimit) } catch {
      throw KubernetesError(
        .credentials, tried: "to read the service account's token", on: token,
        cameBack: error.message,
        next: "Leave automountServiceAccountToken on for this pod, or give --kubeconfig")
    }
    let impersonation = Impersonation(user: settings.impersonate)
    try impersonation.check()
    let own = try? readFile("\(folder)/namespace", limit: 1024)
    let ownNamespace = own.map { String(decoding: $0, as: UTF8.self).trimmed } ?? ""
    self.init(
      server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
      namespace: settings.namespace ?? (ownNamespace.isEmpty ? "default" : ownNamespace),
      source: "in-cluster service account", tls: tls,
      credentials: Credentials(method: .tokenFile(TokenFile(path: token))),
      impersonation: impersonation)
  }
}
