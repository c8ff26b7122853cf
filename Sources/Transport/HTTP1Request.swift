internal import Curl
package import Naming

/// What an HTTP/1.1 client asks for, and as whom.
package struct HTTP1Request: Sendable {
  let url: String
  let headers: [CurlHeader]
  let tls: CurlTLS
  package let timeout: Duration
  let identity: IdentityFields
  /// How many idle connections a client keeps.
  let idleConnections: Int
  /// Where not empty, every new connection goes to one of these, drawn evenly, as kube-proxy does
  /// with connections to a virtual IP.
  let virtualBackends: [TransportAddress]

  /// - Parameters:
  ///   - authority: `Host`, and the name that TLS verifies, without its port, unless `security` has
  ///     another one.
  ///   - path: with its query.
  ///   - request: its metadata, user agent and timeout count.
  ///   - security: nil for cleartext.
  package init(
    authority: String, path: String, like request: RPCRequest, security: ClientSecurity.Options?,
    identity: IdentityFields, idleConnections: Int, virtualBackends: [TransportAddress] = []
  ) throws(ClientSecurity.Unusable) {
    url = "\(security == nil ? "http" : "https")://\(authority)\(path)"
    headers =
      [CurlHeader("User-Agent", request.userAgent)]
      + request.metadata.map { CurlHeader($0.name, $0.value) }
    tls = try CurlTLS(security)
    timeout = request.timeout
    self.identity = identity
    self.idleConnections = idleConnections
    self.virtualBackends = virtualBackends
  }

  var usesTLS: Bool { url.hasPrefix("https:") }

  func curlRequest(route: [CurlAddress]) -> CurlRequest {
    var request = CurlRequest(url, headers: headers)
    request.version = .http1
    request.tls = tls
    request.route = route
    // What is resolved is what is dialled.
    request.proxy = ""
    request.connectTimeout = timeout
    request.totalTimeout = timeout
    return request
  }
}

extension CurlTLS {
  fileprivate init(_ options: ClientSecurity.Options?) throws(ClientSecurity.Unusable) {
    self.init()
    guard let options else { return }
    authorities = try Self.read("--cacert", options.caFile)
    certificate = try Self.read("--cert", options.certificateFile)
    key = try Self.read("--key", options.keyFile)
    serverName = options.serverName
    verifies = !options.skipsVerification
  }

  private static func read(
    _ option: String, _ file: String?
  ) throws(ClientSecurity.Unusable) -> [UInt8]? {
    guard let file else { return nil }
    guard let bytes = readFile(file) else {
      throw ClientSecurity.Unusable(message: "\(option) \(file): not a readable PEM file")
    }
    return bytes
  }
}

extension CurlAddress {
  /// Nil for what libcurl looks up itself, and for Unix sockets.
  init?(_ address: TransportAddress) {
    guard case .ip(let ip, let port) = address else { return nil }
    self.init(ip: ip.description, port: port)
  }
}
