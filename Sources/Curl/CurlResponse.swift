/// What came before the body.
package struct CurlResponseHead: Hashable, Sendable {
  package var status: Int
  /// In the order of arrival.
  package var headers: [CurlHeader]
  package var connection: CurlConnection

  /// The first header of a name, whose case does not matter (RFC 9110 §5.1).
  package func header(_ name: String) -> String? {
    let name = name.lowercased()
    return headers.first { $0.name.lowercased() == name }?.value
  }
}

/// The connection that carried a response.
package struct CurlConnection: Hashable, Sendable {
  /// The peer's address, which is the proxy's where there is one.
  package var remoteAddress: String
  package var remotePort: Int
  package var localAddress: String
  package var localPort: Int
  /// Whether an earlier request had opened it.
  package var isReused: Bool
  /// `1.0`, `1.1` or `2`; empty where libcurl does not know.
  package var httpVersion: String
}

/// A response with its whole body.
package struct CurlResponse: Hashable, Sendable {
  package var head: CurlResponseHead
  package var body: [UInt8]
}
