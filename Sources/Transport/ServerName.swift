internal import NIOSSL

/// The name that a server's certificate has to be for (RFC 9525 §6.3), when it is not an address.
///
/// NIOSSL also accepts a certificate that names the peer's IP address; gRPC clients verify the name
/// alone, and what they refuse must not pass here.
struct ServerName {
  private let labels: [String]

  init(_ name: String) {
    labels = Self.labels(name)
  }

  /// Whether one of the certificate's DNS names is this one. A wildcard stands for the whole first
  /// label and nothing else.
  func isNamed(by certificateNames: [String]) -> Bool {
    certificateNames.contains { name in
      let other = Self.labels(name)
      guard other.count == labels.count else { return false }
      if other == labels { return true }
      return other.first == "*" && labels.count > 2 && other.dropFirst() == labels.dropFirst()
    }
  }

  private static func labels(_ name: String) -> [String] {
    let absolute = name.hasSuffix(".") ? name.dropLast() : name[...]
    return absolute.lowercased().split(separator: ".", omittingEmptySubsequences: false)
      .map(String.init)
  }
}

extension NIOSSLCertificate {
  /// The DNS names that the certificate is for (RFC 5280 §4.2.1.6).
  var dnsNames: [String] {
    _subjectAlternativeNames().compactMap { name in
      guard name.nameType == .dnsName else { return nil }
      return name.contents.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
  }
}
