private import Crypto
private import FoundationEssentials
package import Naming
private import SwiftASN1
private import X509

/// A certificate authority of the lab's own with one server and one client certificate, all as PEM
/// texts. Made anew for every lab; keys are P-256.
package struct LabCertificates: Hashable, Sendable {
  /// A certificate and its private key.
  package struct Identity: Hashable, Sendable {
    package let certificate: String
    package let key: String
  }

  /// The authority's certificate: what a client must trust (`--cacert`).
  package let authority: String
  package let server: Identity
  /// Accepted by pods that require a client certificate (`--cert`, `--key`).
  package let client: Identity

  /// The server certificate is good for the names and addresses given (RFC 6125 §1.8: DNS-ID and
  /// IP-ID). Throws what swift-certificates throws for names that X.509 cannot hold.
  /// - Parameter lifetime: from now; a negative one, of less than an hour, makes certificates that
  ///   have expired.
  package init(
    names: [String], addresses: [IPAddress], lifetime: Duration = .seconds(86_400)
  ) throws {
    let end = Date().addingTimeInterval(Double(lifetime.components.seconds))
    let issuer = try Issuer(validUntil: end)
    authority = try issuer.certificate.serializeAsPEM().pemString
    let subjects =
      names.map { GeneralName.dnsName($0) }
      + addresses.map { GeneralName.ipAddress(ASN1OctetString(contentBytes: $0.bytes[...])) }
    server = try issuer.issue(
      "lbcheck lab server", SubjectAlternativeNames(subjects), for: .serverAuth)
    client = try issuer.issue(
      "lbcheck lab client", SubjectAlternativeNames([.dnsName("client.lab")]), for: .clientAuth)
  }

  private struct Issuer {
    let key = P256.Signing.PrivateKey()
    let name: DistinguishedName
    let certificate: Certificate
    let end: Date

    init(validUntil end: Date) throws {
      self.end = end
      name = try DistinguishedName { CommonName("lbcheck lab authority") }
      certificate = try Certificate(
        subject: name, key: key, issuer: name, issuerKey: key, end: end,
        extensions: Certificate.Extensions {
          Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
          Critical(KeyUsage(keyCertSign: true))
        })
    }

    func issue(
      _ subject: String, _ alternatives: SubjectAlternativeNames,
      for usage: ExtendedKeyUsage.Usage
    ) throws -> Identity {
      let leaf = P256.Signing.PrivateKey()
      let certificate = try Certificate(
        subject: try DistinguishedName { CommonName(subject) }, key: leaf,
        issuer: name, issuerKey: key, end: end,
        extensions: try Certificate.Extensions {
          Critical(BasicConstraints.notCertificateAuthority)
          Critical(KeyUsage(digitalSignature: true))
          try ExtendedKeyUsage([usage])
          alternatives
        })
      return Identity(
        certificate: try certificate.serializeAsPEM().pemString, key: leaf.pemRepresentation)
    }
  }
}

extension Certificate {
  /// Valid from an hour ago, so that clocks may differ.
  fileprivate init(
    subject: DistinguishedName, key: P256.Signing.PrivateKey,
    issuer: DistinguishedName, issuerKey: P256.Signing.PrivateKey, end: Date,
    extensions: Extensions
  ) throws {
    try self.init(
      version: .v3, serialNumber: SerialNumber(), publicKey: PublicKey(key.publicKey),
      notValidBefore: Date().addingTimeInterval(-3_600), notValidAfter: end,
      issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: extensions, issuerPrivateKey: PrivateKey(issuerKey))
  }
}

extension IPAddress {
  /// In network order: 4 or 16 bytes, as an iPAddress name holds them (RFC 5280 §4.2.1.6).
  fileprivate var bytes: [UInt8] {
    switch self {
    case .v4(let value): withUnsafeBytes(of: value.bigEndian, Array.init)
    case .v6(let high, let low):
      withUnsafeBytes(of: high.bigEndian, Array.init)
        + withUnsafeBytes(of: low.bigEndian, Array.init)
    }
  }
}
