private import CAres
private import Glibc

/// How a lookup ended.
package enum DNSOutcome: Hashable, Sendable {
  /// There are records of the type.
  case answered
  /// NOERROR without records of the type: the name may have others (RFC 2308 §2.2).
  case noData
  /// NXDOMAIN: neither the name nor one below it has records of any type (RFC 8020).
  case nameError
  /// SERVFAIL.
  case serverFailure
  /// REFUSED: the server's policy, not its state.
  case refused
  /// No answer from any server in any try.
  case timeout
  /// Nobody listens at the server's address and port.
  case connectionRefused
  /// The server's address cannot be reached from here.
  case unreachable
  /// What came back is no DNS message, or one that breaks off.
  case malformed
  /// Any other response code (RFC 6895 §2.3), or 1 (FORMERR).
  case other(code: UInt16)
  /// The name cannot be asked for, as when a search domain makes it too long.
  case invalidName
  /// The caller or the client was stopped.
  case cancelled
}

extension DNSOutcome: CustomStringConvertible {
  /// The DNS word for it where there is one, for people.
  package var description: String {
    switch self {
    case .answered: "answered"
    case .noData: "no records of this type"
    case .nameError: "NXDOMAIN"
    case .serverFailure: "SERVFAIL"
    case .refused: "REFUSED"
    case .timeout: "timeout"
    case .connectionRefused: "connection refused"
    case .unreachable: "server unreachable"
    case .malformed: "malformed answer"
    case .other(let code): "response code \(code)"
    case .invalidName: "invalid name"
    case .cancelled: "cancelled"
    }
  }
}

extension DNSOutcome {
  /// c-ares goes on to the next name of the search list after these (ares_search), as glibc does.
  var continuesSearch: Bool { self == .noData || self == .nameError || self == .serverFailure }

  init(responseCode: UInt16, hasRecords: Bool) {
    self =
      switch responseCode {
      case 0: hasRecords ? .answered : .noData
      case 2: .serverFailure
      case 3: .nameError
      case 5: .refused
      default: .other(code: responseCode)
      }
  }

  init(socketError: Int32) {
    self =
      switch socketError {
      case ECONNREFUSED, ECONNRESET, EPIPE: .connectionRefused
      default: .unreachable
      }
  }
}
