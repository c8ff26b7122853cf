internal import NIOSSL

/// Why TLS did not come about, in BoringSSL's own words, and what to do.
enum TLSFailure {
  static func failure(_ error: any Error) -> ConnectFailure {
    let words = words(for: error)
    return ConnectFailure(phase: .tls, cameBack: words, hint: hint(for: words))
  }

  /// A certificate that is trusted, but for other names.
  static func wrongName(_ wanted: String, _ names: [String]) -> ConnectFailure {
    let list = names.isEmpty ? "no DNS name" : names.prefix(5).joined(separator: ", ")
    return ConnectFailure(
      phase: .tls, cameBack: "the server's certificate is for \(list), not for \(wanted)",
      hint: "give the name it is for with --servername, or correct the certificate")
  }

  private static func hint(for words: String) -> String {
    if words.contains("WRONG_VERSION_NUMBER") || words.contains("INVALID_OUTER_RECORD") {
      "this port does not speak TLS: try --plaintext"
    } else if words.contains("CERTIFICATE_VERIFY_FAILED") {
      "the server's certificate is not trusted: give its CA with --cacert"
    } else if words.contains("another name") {
      "give the name it is for with --servername, or correct the certificate"
    } else if words.contains("CERTIFICATE_REQUIRED") || words.contains("HANDSHAKE_FAILURE")
      || words.contains("BAD_CERTIFICATE")
    {
      "the server may require a client certificate: give one with --cert and --key"
    } else {
      "check --cacert, --servername, and whether the server wants a client certificate (--cert)"
    }
  }

  /// BoringSSL's reason alone: its full text names source files of the machine it was built on.
  static func words(for error: any Error) -> String {
    switch error {
    case NIOSSLError.handshakeFailed(let cause): reason(cause)
    case NIOSSLError.uncleanShutdown: "the connection ended without a TLS close_notify"
    case NIOSSLError.unableToValidateCertificate: "the certificate could not be validated"
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      "the certificate is for another name"
    default: reason(error)
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? BoringSSLError else { return "TLS failed" }
    switch error {
    case .sslError(let stack), .unknownError(let stack), .invalidSNIName(let stack),
      .failedToSetALPN(let stack):
      let reasons = stack.map { reason($0.description) }
      return reasons.isEmpty ? "TLS failed" : reasons.joined(separator: ", ")
    case .syscallError: return "the connection broke during the TLS handshake"
    case .zeroReturn: return "the server closed the connection during the TLS handshake"
    default: return "TLS failed"
    }
  }

  /// `Error: N error:X:SSL routines:OPENSSL_internal:REASON at FILE:LINE` → `REASON`.
  static func reason(_ description: String) -> String {
    let text = description.split(separator: " at /", maxSplits: 1).first ?? ""
    return text.split(separator: ":").last?.drop { $0 == " " }.description ?? "TLS failed"
  }
}
