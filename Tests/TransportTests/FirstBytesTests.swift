import Testing

@testable import Transport

@Suite("Why a connection did not become ready")
struct FirstBytesTests {
  private func failure(
    tls: Bool, _ text: [UInt8], handshake: String?? = nil
  ) -> ConnectFailure {
    var first = FirstBytes(expectsTLS: tls)
    first.connected()
    if let handshake { first.handshakeCompleted(handshake) }
    text.withUnsafeBytes { first.saw($0) }
    return first.failure(ending: "it ended")
  }

  @Test("an HTTP/1.1 answer")
  func http1() {
    let failure = failure(tls: false, Array("HTTP/1.1 400 Bad Request\r\n".utf8))
    #expect(failure.phase == .http2)
    #expect(failure.cameBack == "the server answered in HTTP/1.1")
  }

  @Test("a TLS alert in answer to cleartext")
  func tlsAlert() {
    #expect(failure(tls: false, [0x15, 3, 1, 0, 2, 2, 70]).hint.contains("--tls"))
  }

  @Test("nothing at all")
  func silence() {
    #expect(failure(tls: false, []).cameBack == "it ended before it sent anything")
  }

  @Test("a TLS server without ALPN h2")
  func noALPN() {
    #expect(failure(tls: true, [], handshake: .some(nil)).cameBack.contains("no ALPN"))
    #expect(failure(tls: true, [], handshake: "http/1.1").cameBack.contains("ALPN http/1.1"))
  }

  @Test("a socket that never connected")
  func unconnected() {
    let first = FirstBytes(expectsTLS: false)
    #expect(first.failure(ending: "x").phase == .connect)
  }

  @Test("bytes in small pieces are looked at together")
  func pieces() {
    var first = FirstBytes(expectsTLS: false)
    first.connected()
    for byte in "HTTP/1.0".utf8 { [byte].withUnsafeBytes { first.saw($0) } }
    #expect(first.failure(ending: "x").cameBack.contains("HTTP/1.1"))
  }
}
