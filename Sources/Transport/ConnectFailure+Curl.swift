internal import Curl

extension ConnectFailure {
  /// libcurl's reason in the user's terms.
  /// - Parameter isConnected: whether the request went out.
  init(_ error: CurlError, _ request: HTTP1Request, isConnected: Bool) {
    switch error.kind {
    case .timeout where !isConnected:
      self.init(
        phase: .connect, cameBack: "no connection within \(request.timeout)",
        hint: "packets are dropped on the way: check the address, network policies and firewalls")
    case .timeout:
      self.init(
        phase: .http1, cameBack: "no complete response within \(request.timeout)",
        hint: "check that the server is healthy, or allow more time with --timeout")
    case .tls:
      self.init(phase: .tls, cameBack: error.message, hint: Self.hint(forTLS: error.message))
    case .notHTTP:
      self.init(
        phase: .http1, cameBack: "what came back is not HTTP/1.1",
        hint: request.usesTLS
          ? "the server may speak HTTP/2 only, as gRPC servers do: leave --protocol http1 out"
          : "the server may speak HTTP/2 only, as gRPC servers do (leave --protocol http1 out), or "
            + "TLS (--tls)")
    case .interrupted where isConnected:
      self.init(
        phase: .http1,
        cameBack: error.system ?? "the connection ended before the response was complete",
        hint: request.usesTLS
          ? "look at the server's log"
          : "look at the server's log, and check whether this port expects TLS (--tls)")
    default:
      self.init(
        phase: isConnected ? .http1 : .connect, cameBack: error.system ?? error.message,
        hint: "check host and port, and that the server is running")
    }
  }

  /// Of a request that libcurl sent again.
  static let interrupted = ConnectFailure(
    phase: .http1, cameBack: "the connection had been closed", hint: "look at the server's log")

  static let anotherWasFaster = ConnectFailure(
    phase: .connect, cameBack: "no connection; another address was tried then",
    hint: "check whether a server listens at this address")

  private static func hint(forTLS words: String) -> String {
    let words = words.lowercased()
    if words.contains("wrong version") || words.contains("packet length") {
      return "this port does not speak TLS: try --plaintext"
    }
    if words.contains(" alert ") {
      return words.contains("no application protocol")
        ? "the server does not offer HTTP/1.1: leave --protocol http1 out"
        : "the server may require a client certificate: give one with --cert and --key"
    }
    if words.contains("does not match") || words.contains("no alternative") {
      return "give the name it is for with --servername, or correct the certificate"
    }
    return "the server's certificate is not trusted: give its CA with --cacert"
  }
}
