private import CAres
private import Glibc

/// DNS cannot be asked at all.
package enum DNSClientError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A system call failed with this errno.
  case system(call: String, code: Int32)
  /// c-ares could not be set up; the text is its own.
  case library(String)
  /// A server is named by something that is no IP address.
  case serverIsNoAddress(String)
  /// The name of a server has no addresses.
  case serverNotFound(String, DNSOutcome)

  package var description: String {
    switch self {
    case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
    case .library(let text): "c-ares: \(text)"
    case .serverIsNoAddress(let host): "the DNS server '\(host)' is no IP address"
    case .serverNotFound(let host, let outcome): "the DNS server '\(host)': \(outcome)"
    }
  }
}
