/// A connection error (RFC 9113 §5.4.1): a rule that the server broke, and the code we sent for it.
package struct ConnectionError: Error, Hashable, Sendable {
  package let code: ErrorCode

  /// What was wrong and which section says so, for a person. Text from the server is escaped.
  package let message: String

  package init(_ code: ErrorCode, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension ConnectionError: CustomStringConvertible {
  package var description: String { "\(code): \(message)" }
}
