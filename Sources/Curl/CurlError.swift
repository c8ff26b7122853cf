internal import CCurl
private import Glibc

/// Why there is no response, or not all of it.
package struct CurlError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// The host or proxy name has no address.
    case name
    /// The proxy refused or does not speak as one.
    case proxy
    case connect
    /// Either side does not trust the other, or they do not agree on TLS.
    case tls
    case timeout
    /// The connection broke before the response was complete.
    case interrupted
    /// What came back is not HTTP, or not of the version asked for.
    case notHTTP
    case cancelled
    /// The body is larger than the caller wants it.
    case tooLarge
    case other
  }

  package var kind: Kind
  /// libcurl's own words where they are its.
  package var message: String

  /// What the system said of the socket, such as `Connection refused`.
  package var system: String?

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }

  static let cancelled = CurlError(.cancelled, "cancelled")

  /// - Parameter system: an errno, 0 for none.
  init(code: CURLcode, message: String, system: Int32 = 0) {
    var text = message.isEmpty ? String(cString: curl_easy_strerror(code)) : message
    // "Unsupported proxy syntax in 'http://user:password@…'".
    if text.hasPrefix("Unsupported proxy"), let quote = text.firstIndex(of: "'") {
      text = text[..<quote] + "its URL"
    }
    self.init(Kind(code: code, message: text), text)
    if system != 0 { self.system = String(cString: strerror(system)) }
  }
}

extension CurlError.Kind {
  fileprivate init(code: CURLcode, message: String) {
    self =
      switch code {
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .name
      case CURLE_PROXY: .proxy
      case CURLE_COULDNT_CONNECT: .connect
      case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
        CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
        CURLE_SSL_CLIENTCERT:
        .tls
      case CURLE_OPERATION_TIMEDOUT: .timeout
      // In TLS 1.3 a server refuses the client's certificate after the handshake.
      case CURLE_RECV_ERROR, CURLE_SEND_ERROR: message.contains(" alert ") ? .tls : .interrupted
      case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_HTTP2, CURLE_HTTP2_STREAM: .interrupted
      // What has no status line could be HTTP/0.9, which libcurl does not take.
      case CURLE_UNSUPPORTED_PROTOCOL: message.contains("HTTP/0.9") ? .notHTTP : .other
      case CURLE_WEIRD_SERVER_REPLY: .notHTTP
      default: .other
      }
  }
}
