/// How far an attempt that failed had come, as far as transparent retries care (gRFC A6).
package enum AttemptFailure: Hashable, Sendable {
  /// No byte of it left this client.
  case neverSent
  /// The server says it did not process it: REFUSED_STREAM, or an id above GOAWAY's last one.
  case refused
  /// Anything else; the server may have acted on it.
  case processed
}

/// Whether an RPC is tried again without any retry policy configured (gRFC A6, "transparent
/// retries"). The new attempt is a new pick.
package enum RetryDecision: Hashable, Sendable {
  case retry
  case final

  /// - Parameter refusals: how many earlier attempts of the same RPC a server refused.
  package init(after failure: AttemptFailure, refusals: Int) {
    self =
      switch failure {
      case .neverSent: .retry
      case .refused: refusals == 0 ? .retry : .final
      case .processed: .final
      }
  }
}
