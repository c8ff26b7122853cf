internal import HTTP2

/// One RPC apart from the load, whose response messages are read. Made by `ChannelOptions.probe`.
package struct Probe: Sendable {
  let template: RequestTemplate
  let timeout: Duration

  /// Longer responses are not read.
  package static let largestBody = 4 << 20
}

/// Why a probe brought no messages.
package enum ProbeFailure: Error, Hashable, Sendable {
  /// A gRPC status other than OK.
  case status(Int)
  case deadline
  /// The connection or the stream ended first.
  case lost
  /// Not a gRPC response: its HTTP status.
  case notGRPC(Int)
  /// More than `Probe.largestBody`.
  case tooLarge
  /// The body is no sequence of whole, uncompressed messages.
  case malformed
}

package typealias ProbeResult = Result<[[UInt8]], ProbeFailure>

extension ChannelOptions {
  /// - Parameters:
  ///   - path: `/pkg.Service/Method`, called with the load's metadata.
  ///   - timeout: from when it is asked for, also while it waits for a stream.
  package func probe(_ path: String, _ message: [UInt8], timeout: Duration) -> Probe {
    var request = rpc
    request.path = path
    request.message = message
    request.timeout = timeout
    request.keptBody = Probe.largestBody
    return Probe(
      template: request.template(authority: authority, scheme: scheme), timeout: timeout)
  }
}

/// The messages of a response's body (PROTOCOL-HTTP2 "Length-Prefixed-Message"); nil where they are
/// not whole or compressed, which nobody asked for.
package func messages(inBody body: [UInt8]) -> [[UInt8]]? {
  var rest = body[...]
  var messages: [[UInt8]] = []
  while !rest.isEmpty {
    guard rest.count >= 5, rest.first == 0 else { return nil }
    let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(5)
    guard rest.count >= length else { return nil }
    messages.append(Array(rest.prefix(length)))
    rest = rest.dropFirst(length)
  }
  return messages
}
