internal import Curl

extension APIFailure {
  /// No response, or not all of it.
  init(_ error: CurlError, tried: String, access: ClusterAccess) {
    let kind: KubernetesError.Kind
    var next: String?
    switch error.kind {
    case .name, .proxy, .connect, .interrupted:
      kind = .unreachable
      next =
        "Check that \(access.server) can be reached from here: a VPN or proxy may be needed, or "
        + "\(access.source) is of another cluster"
    case .timeout:
      kind = .timeout
      next = "Check that \(access.server) can be reached from here, and how busy it is"
    case .tls:
      kind = .tls
      next = Self.tlsAdvice(error.message, access)
    case .notHTTP, .cancelled, .tooLarge, .other: kind = .other
    }
    self.init(
      error: KubernetesError(
        kind, tried: tried, on: access.server, cameBack: error.message, next: next))
    isTransient = error.kind == .interrupted
    isCancelled = error.kind == .cancelled
  }

  private static func tlsAdvice(_ message: String, _ access: ClusterAccess) -> String {
    if message.contains(" alert ") {
      return "Renew the client certificate of \(access.source): the server does not accept it"
    }
    if message.contains("client certificate") || message.contains("private key") {
      return "Replace client certificate and key of \(access.source): they cannot be used"
    }
    if message.contains("expired") || message.contains("not yet valid") {
      return "Renew the server's certificate, or check the clock of this machine"
    }
    if message.contains("does not match") || message.contains("no alternative") {
      return "Give the name that the certificate has as tls-server-name in \(access.source)"
    }
    return "Check certificate-authority-data in \(access.source): it is not the authority that "
      + "signed the server's certificate"
  }
}
