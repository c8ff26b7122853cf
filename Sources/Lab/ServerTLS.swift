private import NIOCore
internal import NIOSSL

/// What pods need to speak TLS. Clients that offer ALPN get `h2` where they offer it and
/// `http/1.1` otherwise, from a pod that speaks only that always.
package struct ServerTLS: Sendable {
  let http2: NIOSSLContext
  let http1: NIOSSLContext

  /// Throws `NIOSSLError` where the PEM texts are not a certificate and its key.
  package init(certificates: LabCertificates, requireClientCertificate: Bool) throws {
    let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificates.server.certificate.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(certificates.server.key.utf8), format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    if requireClientCertificate {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .certificates(
        try NIOSSLCertificate.fromPEMBytes(Array(certificates.authority.utf8)))
    }
    configuration.applicationProtocols = ["h2", "http/1.1"]
    http2 = try NIOSSLContext(configuration: configuration)
    configuration.applicationProtocols = ["http/1.1"]
    http1 = try NIOSSLContext(configuration: configuration)
  }
}
