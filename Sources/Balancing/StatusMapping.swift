package import Naming

/// The status of an RPC whose stream ended with RST_STREAM, as grpc-go maps the error code
/// (`internal/transport/http_util.go`). FLOW_CONTROL_ERROR departs from gRPC's HTTP/2 document.
/// - Parameters:
///   - code: the error code of RFC 9113 §7.
///   - deadlinePassed: the RPC's own deadline is over, so that CANCEL means the server saw it pass.
package func status(forReset code: UInt32, deadlinePassed: Bool) -> GRPCStatus {
  switch code {
  case 0x3, 0xb: .resourceExhausted  // FLOW_CONTROL_ERROR, ENHANCE_YOUR_CALM
  case 0x7: .unavailable  // REFUSED_STREAM
  case 0x8: deadlinePassed ? .deadlineExceeded : .cancelled  // CANCEL
  case 0xc: .permissionDenied  // INADEQUATE_SECURITY
  case 0x0...0xd: .internal
  default: .unknown
  }
}

/// The status of an answer that is not gRPC, by its HTTP status (grpc/grpc
/// `doc/http-grpc-status-mapping.md`; 431 as in grpc-go and C-core).
package func status(forHTTP code: Int) -> GRPCStatus {
  switch code {
  case 400: .internal
  case 401: .unauthenticated
  case 403: .permissionDenied
  case 404: .unimplemented
  case 429, 502, 503, 504: .unavailable
  default: .unknown
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
