private import Glibc
private import NIOCore
private import NIOPosix
private import NIOSSL

/// Watches a connection until it is READY, so that a failure can be told in the user's terms:
/// most "it does not connect" reports are a client and a server that speak different protocols.
struct FirstBytes {
  private let expectsTLS: Bool
  private var bytes: [UInt8] = []
  private var isConnected = false
  private var handshakeDone = false
  private var negotiated: String?

  init(expectsTLS: Bool) {
    self.expectsTLS = expectsTLS
  }

  /// Keeps the first bytes the server sent, decrypted where TLS is on.
  mutating func saw(_ new: UnsafeRawBufferPointer) {
    if bytes.count < 16 { bytes += new.prefix(16 - bytes.count) }
  }

  mutating func connected() { isConnected = true }

  mutating func handshakeCompleted(_ negotiated: String?) {
    handshakeDone = true
    self.negotiated = negotiated
  }

  /// The connection ended in an orderly way before it was READY.
  func failure(ending: String) -> ConnectFailure {
    guard isConnected else {
      return ConnectFailure(
        phase: .connect, cameBack: "no answer to the TCP connection",
        hint: "packets are dropped on the way: check the address, network policies and firewalls")
    }
    if expectsTLS, !handshakeDone {
      return ConnectFailure(
        phase: .tls, cameBack: "\(ending) during the TLS handshake",
        hint: "check that this port speaks TLS; a cleartext server needs --plaintext")
    }
    if expectsTLS, negotiated != "h2" {
      return ConnectFailure(
        phase: .tls,
        cameBack: "the server negotiated \(negotiated.map { "ALPN \($0)" } ?? "no ALPN protocol")",
        hint: "gRPC clients require ALPN h2: enable HTTP/2 on this TLS port")
    }
    if bytes.starts(with: Array("HTTP/1.".utf8)) {
      return ConnectFailure(
        phase: .http2, cameBack: "the server answered in HTTP/1.1",
        hint: "this port does not speak HTTP/2 in cleartext: use the gRPC port, or --tls")
    }
    if bytes.count >= 3, (bytes[0] == 0x15 || bytes[0] == 0x16), bytes[1] == 3 {
      return ConnectFailure(
        phase: .http2, cameBack: "the server answered with a TLS record",
        hint: "this port speaks TLS: try --tls")
    }
    if bytes.isEmpty {
      return ConnectFailure(
        phase: .http2, cameBack: "\(ending) before it sent anything",
        hint: expectsTLS
          ? "check that this is the gRPC port, and that the server asks for no client certificate"
          : "check that this is the gRPC port; if it expects TLS, try --tls")
    }
    return ConnectFailure(
      phase: .http2, cameBack: ending,
      hint: "what answers here is not an HTTP/2 server: check host and port")
  }

  /// The connection, or its handshake, failed with an error of the system or of TLS.
  func failure(_ error: any Error) -> ConnectFailure {
    if let error = error as? NIOConnectionError {
      let cause = error.connectionErrors.first.map { Self.words(for: $0.error) }
      return ConnectFailure(
        phase: .connect, cameBack: cause ?? "the host's name did not resolve",
        hint: "check host, port and network policy")
    }
    // In TLS 1.3 the server's verdict on our certificate comes after our side of the handshake.
    if expectsTLS, !(error is IOError) { return TLSFailure.failure(error) }
    let words = Self.words(for: error)
    let refused = (error as? IOError)?.errnoCode == ECONNREFUSED
    if (error as? IOError)?.errnoCode == ENOENT {
      return ConnectFailure(
        phase: .connect, cameBack: words,
        hint: "there is no such Unix socket: check the path, and that the server runs here")
    }
    if let code = (error as? IOError)?.errnoCode, code == EMFILE || code == ENFILE {
      return ConnectFailure(
        phase: .connect, cameBack: words,
        hint:
          "this process may not open more files, and every connection is one: raise ulimit -n, or "
          + "use fewer --channels")
    }
    return ConnectFailure(
      phase: expectsTLS && isConnected && !handshakeDone ? .tls : .connect, cameBack: words,
      hint: refused
        ? "nothing listens there: check the port (a headless Service gives pod addresses, so dial "
          + "the targetPort, not the Service port)"
        : "check that this is the gRPC port, and whether it expects TLS (--tls, --plaintext)")
  }

  /// An error in one line: the system's words where it has them.
  static func words(for error: any Error) -> String {
    if let error = error as? IOError {
      return "\(String(cString: strerror(error.errnoCode))) (errno \(error.errnoCode))"
    }
    if error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError {
      return TLSFailure.words(for: error)
    }
    return "\(error)"
  }
}
