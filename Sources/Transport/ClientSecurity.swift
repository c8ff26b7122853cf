internal import NIOCore
internal import NIOSSL

/// TLS as a gRPC client does it: TLS 1.2 or later, ALPN `h2`, the server verified.
package struct ClientSecurity: Sendable {
  /// File names and choices as the user gave them.
  package struct Options: Sendable {
    /// PEM file with the CAs to trust instead of the system's.
    package var caFile: String?
    /// PEM files of the client certificate chain and its key; both or neither.
    package var certificateFile: String?
    package var keyFile: String?
    /// Name to ask for (SNI) and to verify, instead of the target's host.
    package var serverName: String?
    package var skipsVerification = false

    package init() {}
  }

  /// The files could not be used; one line that names the file.
  package struct Unusable: Error, Sendable {
    package var message: String
  }

  let context: NIOSSLContext
  let serverName: String?
  private let verifiesName: Bool

  /// - Parameters:
  ///   - host: the target's host, verified unless the options name another. An IP address is
  ///     verified against the certificate's IP SANs, and not sent as SNI (RFC 6066 §3).
  package init(_ options: Options, host: String?) throws(Unusable) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["h2"]
    if options.skipsVerification { configuration.certificateVerification = .none }
    if let file = options.caFile {
      _ = try Self.read("--cacert", file) { try NIOSSLCertificate.fromPEMFile($0) }
      configuration.trustRoots = .file(file)
    }
    if let file = options.certificateFile {
      configuration.certificateChain = try Self.read("--cert", file) {
        try NIOSSLCertificate.fromPEMFile($0).map { .certificate($0) }
      }
    }
    if let file = options.keyFile {
      let key = try Self.read("--key", file) { try NIOSSLPrivateKey(file: $0, format: .pem) }
      configuration.privateKey = .privateKey(key)
    }
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw Unusable(message: "TLS cannot be set up: the certificate and key do not fit (\(error))")
    }
    serverName = options.serverName ?? host
    verifiesName = !options.skipsVerification
  }

  private static func read<T>(
    _ option: String, _ file: String, _ body: (String) throws -> T
  ) throws(Unusable) -> T {
    do {
      return try body(file)
    } catch {
      throw Unusable(message: "\(option) \(file): not a readable PEM file")
    }
  }

  /// A handler for one connection.
  func makeHandler() throws -> NIOSSLClientHandler {
    let name = serverName.flatMap { Self.isIPLiteral($0) ? nil : $0 }
    return try NIOSSLClientHandler(context: context, serverHostname: name)
  }

  /// What is wrong with the certificate that was shown; nil where nothing is.
  func verify(_ pipeline: ChannelPipeline.SynchronousOperations) -> ConnectFailure? {
    guard verifiesName, let serverName, !Self.isIPLiteral(serverName) else { return nil }
    let names = (try? pipeline.nioSSL_peerCertificate())?.dnsNames ?? []
    if ServerName(serverName).isNamed(by: names) { return nil }
    return TLSFailure.wrongName(serverName, names)
  }

  private static func isIPLiteral(_ name: String) -> Bool {
    (try? SocketAddress(ipAddress: name, port: 0)) != nil
  }
}
