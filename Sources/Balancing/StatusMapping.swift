package import Naming

/// The status that a client reports for an RPC that got none, where gRPC's documents leave room or
/// implementations depart from them.
package struct StatusMapping: Hashable, Sendable {
  /// Of RST_STREAM by error code, where it is not INTERNAL.
  private let resets: [UInt32: GRPCStatus]
  /// Of error codes that RFC 9113 §7 does not know.
  private let unknownReset: GRPCStatus
  /// Whether CANCEL past the RPC's own deadline means that the server saw it pass.
  private let readsDeadline: Bool
  /// Of HTTP 431.
  private let headersTooLarge: GRPCStatus

  /// grpc-go: `internal/transport/http_util.go`. FLOW_CONTROL_ERROR departs from gRPC's document.
  package static let go = StatusMapping(
    common.merging([0x3: .resourceExhausted]) { $1 }, unknownReset: .unknown, readsDeadline: true,
    headersTooLarge: .unknown)

  /// C-core: `src/core/ext/transport/chttp2/transport/http2_status.h`.
  package static let core = StatusMapping(
    common, unknownReset: .internal, readsDeadline: true, headersTooLarge: .unknown)

  /// grpc-java: `GrpcUtil.Http2Error` and `httpStatusToGrpcStatus`.
  package static let java = StatusMapping(
    common.merging([0x0: .unavailable, 0xd: .unknown]) { $1 }, unknownReset: .internal,
    readsDeadline: false, headersTooLarge: .internal)

  /// gRPC's HTTP/2 document: REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM, INADEQUATE_SECURITY.
  private static let common: [UInt32: GRPCStatus] = [
    0x7: .unavailable, 0x8: .cancelled, 0xb: .resourceExhausted, 0xc: .permissionDenied,
  ]

  private init(
    _ resets: [UInt32: GRPCStatus], unknownReset: GRPCStatus, readsDeadline: Bool,
    headersTooLarge: GRPCStatus
  ) {
    self.resets = resets
    self.unknownReset = unknownReset
    self.readsDeadline = readsDeadline
    self.headersTooLarge = headersTooLarge
  }

  /// The status of an RPC whose stream ended with RST_STREAM.
  /// - Parameters:
  ///   - code: the error code of RFC 9113 §7.
  ///   - deadlinePassed: the RPC's own deadline is over.
  package func status(forReset code: UInt32, deadlinePassed: Bool) -> GRPCStatus {
    if code == 0x8, deadlinePassed, readsDeadline { return .deadlineExceeded }
    return resets[code] ?? (code <= 0xd ? .internal : unknownReset)
  }

  /// The status of an answer that is not gRPC, by its HTTP status (grpc/grpc
  /// `doc/http-grpc-status-mapping.md`).
  package func status(forHTTP code: Int) -> GRPCStatus {
    switch code {
    case 400: .internal
    case 401: .unauthenticated
    case 403: .permissionDenied
    case 404: .unimplemented
    case 429, 502, 503, 504: .unavailable
    case 431: headersTooLarge
    default: .unknown
    }
  }
}

/// Whether a content-type is gRPC's: `application/grpc`, alone or followed by `+` or `;`. Case does
/// not matter. Anything else makes the HTTP status decide.
package func isGRPC(contentType: some Sequence<UInt8>) -> Bool {
  var rest = contentType.makeIterator()
  for expected in "application/grpc".utf8 {
    guard let byte = rest.next() else { return false }
    let lower = (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
    guard lower == expected else { return false }
  }
  return switch rest.next() {
  case nil, UInt8(ascii: "+"), UInt8(ascii: ";"): true
  default: false
  }
}
