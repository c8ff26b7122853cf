/// How to prove who asks.
struct Credentials: Sendable {
  enum Method: Sendable {
    /// Nothing but the client certificate, if any.
    case none
    case token(Secret)
    case tokenFile(TokenFile)
    case basic(user: String, password: Secret)
    case plugin(ExecPlugin)
  }

  var method = Method.none
  /// PEM texts.
  var certificate: Secret?
  var key: Secret?
}

extension Credentials {
  /// Of several ways kubectl uses the first of: token file, token, user name, plugin.
  init(_ user: Kubeconfig.User, clusterInfo: String) throws(KubernetesError) {
    certificate = try user.certificate.map { material throws(KubernetesError) in
      try material.pem("the client certificate", user.place, "CERTIFICATE")
    }
    key = try user.key.map { material throws(KubernetesError) in
      try material.pem("the client key", user.place, "PRIVATE KEY")
    }
    if (certificate == nil) != (key == nil) {
      throw KubernetesError(
        .configuration, tried: "to read the kubeconfig", on: user.place,
        cameBack: certificate == nil
          ? "a client key without its certificate" : "a client certificate without its key",
        next: "Give both client-certificate and client-key")
    }
    if let path = user.tokenFile {
      method = .tokenFile(TokenFile(path: path, fallback: user.token))
    } else if let token = user.token {
      method = .token(token)
    } else if let name = user.name {
      method = .basic(user: name, password: user.password ?? Secret(""))
    } else if var plugin = user.plugin {
      if plugin.wantsCluster { plugin.clusterInfo = Secret(clusterInfo) }
      method = .plugin(plugin)
    } else if let provider = user.authProvider, certificate == nil {
      throw KubernetesError(
        .configuration, tried: "to read the kubeconfig", on: user.place,
        cameBack: "the user has an auth-provider ('\(provider)'), which exec plugins replace",
        next: "Write the user with 'exec', as the cloud's current tool does")
    }
  }
}

/// A file with a bearer token that somebody replaces from time to time.
struct TokenFile: Sendable {
  static let sizeLimit = 1024 * 1024

  let path: String
  /// Used where the file cannot be read.
  var fallback: Secret?

  /// Reads it anew: kubelet replaces a pod's token hourly.
  func read() throws(KubernetesError) -> Secret {
    do throws(FileProblem) {
      let text = String(decoding: try readFile(path, limit: Self.sizeLimit), as: UTF8.self).trimmed
      if text.isEmpty { throw FileProblem(message: "the file is empty", isMissing: false) }
      return Secret(text)
    } catch {
      if let fallback { return fallback }
      throw KubernetesError(
        .credentials, tried: "to read the token file", on: path, cameBack: error.message,
        next: "Correct tokenFile in the kubeconfig, or let what writes the file do so")
    }
  }
}

/// What one request carries.
struct Identity: Hashable, Sendable {
  /// The value of the `Authorization` header.
  var authorization: Secret?
  var certificate: Secret?
  var key: Secret?

  /// A text that cannot be a header's value would end the header and begin another.
  static func bearer(_ token: Secret, from place: String) throws(KubernetesError) -> Secret {
    guard token.revealed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw KubernetesError(
        .credentials, tried: "to use a bearer token", on: place,
        cameBack: "the token holds characters that no token has")
    }
    return Secret("Bearer \(token.revealed)")
  }
}
