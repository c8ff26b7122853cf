internal import HTTP2

/// The unary RPC to send, before it is bound to a channel.
package struct RPCRequest: Sendable {
  /// `/pkg.Service/Method`.
  package var path: String
  /// Request metadata in order; names lower case; `-bin` values are already base64.
  package var metadata: [(name: String, value: String)]
  /// The serialized message, without the gRPC prefix.
  package var message: [UInt8]
  /// Sent as `grpc-timeout`, and kept by the client itself.
  package var timeout: Duration
  package var userAgent: String
  /// How many bytes of each response's body are kept for whoever hears of the attempt.
  package var keptBody = 0

  package init(
    path: String,
    metadata: [(name: String, value: String)] = [],
    message: [UInt8] = [],
    timeout: Duration = .seconds(5),
    userAgent: String = "lbcheck"
  ) {
    self.path = path
    self.metadata = metadata
    self.message = message
    self.timeout = timeout
    self.userAgent = userAgent
  }

  /// The request's header block and body as gRPC over HTTP/2 frames them
  /// (grpc/doc/PROTOCOL-HTTP2.md "Requests"; message prefix: one flag byte, four length bytes).
  func template(authority: String, scheme: String) -> RequestTemplate {
    var fields = [
      HeaderField(":method", "POST"),
      HeaderField(":scheme", scheme),
      HeaderField(":path", path),
      HeaderField(":authority", authority),
      HeaderField("content-type", "application/grpc"),
      HeaderField("user-agent", userAgent),
      HeaderField("te", "trailers"),
      HeaderField("grpc-timeout", Self.timeoutValue(timeout)),
    ]
    for (name, value) in metadata {
      fields.append(HeaderField(name, value, neverIndexed: Self.isSecret(name)))
    }
    let count = UInt32(message.count)
    let prefix = [
      0, UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255),
    ]
    return RequestTemplate(fields: fields, body: prefix + message, keptBody: keptBody)
  }

  /// Whether a field probably carries a secret: it is kept out of HPACK's tables (RFC 7541 §7.1.3) and
  /// its value out of everything that is printed.
  private static func isSecret(_ name: String) -> Bool {
    ["auth", "cookie", "token", "key", "secret", "password", "credential"].contains {
      name.contains($0)
    }
  }

  /// `grpc-timeout`: at most eight digits and a unit, rounded up so that the server never gives up
  /// before the client.
  static func timeoutValue(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    guard seconds < 100_000 else {
      return seconds < 99_999_999 ? "\(seconds + 1)S" : "\(min(99_999_999, seconds / 3600 + 1))H"
    }
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    if seconds > 0 || attoseconds % 1_000_000_000_000_000 == 0 {
      let exact = attoseconds % 1_000_000_000_000_000 == 0
      return "\(min(99_999_999, max(1, milliseconds + (exact ? 0 : 1))))m"
    }
    return "\(max(1, (attoseconds + 999_999_999_999) / 1_000_000_000_000))u"
  }
}
