/// An HTTP request. Its description says method and URL only: headers and keys may be secret.
package struct CurlRequest: Sendable {
  package var method: String
  /// `http:` or `https:`.
  package var url: String
  package var headers: [CurlHeader]
  package var body: [UInt8]?
  package var tls = CurlTLS()
  /// The URL of a proxy; nil: as `https_proxy`, `HTTPS_PROXY`, `http_proxy`, `ALL_PROXY` and
  /// `NO_PROXY` say.
  package var proxy: String?
  /// Where new connections go instead of the URL's host: the addresses of one port, in the order in
  /// which libcurl is to try them. Empty: the host is looked up.
  package var route: [CurlAddress] = []
  package var version = Version.best
  /// Name look-up, TCP and TLS together.
  package var connectTimeout: Duration = .seconds(10)
  /// From the start to the end of the response's head; nil: no limit.
  package var headTimeout: Duration?
  /// From the start to the end of the response; nil: no limit.
  package var totalTimeout: Duration?
  /// How long nothing at all may arrive, in whole seconds; nil: no limit.
  package var idleTimeout: Duration?

  package enum Version: Sendable {
    /// HTTP/2 where TLS is spoken and the server offers it, else HTTP/1.1.
    case best
    case http1
  }

  package init(
    _ url: String, method: String = "GET", headers: [CurlHeader] = [], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

extension CurlRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(method) \(url)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

package struct CurlHeader: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// How a server and a client prove who they are. Certificates and keys are PEM texts.
package struct CurlTLS: Sendable {
  /// Whom to trust instead of the system's authorities.
  package var authorities: [UInt8]?
  package var certificate: [UInt8]?
  package var key: [UInt8]?
  package var verifies = true
  /// The name to ask for (SNI) and to verify, where it is not the URL's host.
  package var serverName: String?

  package init() {}
}

extension CurlTLS: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "TLS \(verifies ? "verified" : "not verified")" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["tls": description]) }
}
