/// Why an attempt ended without a gRPC status from a pod.
package enum LossCause: Int, CaseIterable, Sendable {
  /// No answer within the RPC's deadline.
  case deadline = 0
  /// The server reset the stream (RST_STREAM with another code than REFUSED_STREAM).
  case reset
  /// The server did not process the stream: REFUSED_STREAM, or an id above the last one that
  /// GOAWAY named (RFC 9113 §8.7).
  case refused
  /// The connection ended while the attempt was in flight.
  case connectionLost
  /// An answer came, but not one in gRPC: no `grpc-status`, a broken frame, an HTTP error page.
  case notGRPC
  /// The channel had no connection to give the RPC to (UNAVAILABLE without any attempt on a wire).
  case nothingToPick
  /// The client itself gave up (RST_STREAM of the client); seen from the pods' side only.
  case cancelled

  /// The key used in reports.
  package var name: String {
    switch self {
    case .deadline: "deadline"
    case .reset: "reset"
    case .refused: "refused"
    case .connectionLost: "connection_lost"
    case .notGRPC: "not_grpc"
    case .nothingToPick: "nothing_to_pick"
    case .cancelled: "cancelled"
    }
  }
}
