/// How one attempt of an HTTP/1.1 request ended.
package struct HTTP1Attempt: Sendable {
  package enum Result: Sendable {
    /// A complete response, with its HTTP status.
    case answered(status: Int)
    case lost(Loss, ConnectFailure)
  }

  package var result: Result
  /// The connection's index in its pool; nil where none came about.
  package var connection: Int?
  package var latencyNanoseconds: Int64
  /// What the response says of its pod, by a field of the first and the second kind.
  package var identity: String?
  package var fallbackIdentity: String?
  /// False where libcurl sent the request again: the connection it had kept was gone.
  package var isFinal: Bool
}
