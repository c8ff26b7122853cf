import Testing

@testable import Transport

@Suite("Which certificate names are a server's")
struct ServerNameTests {
  @Test(
    "RFC 9525 §6.3",
    arguments: [
      ("a.example.org", "a.example.org", true), ("A.Example.org", "a.example.ORG", true),
      ("a.example.org.", "a.example.org", true), ("a.example.org", "*.example.org", true),
      ("a.b.example.org", "*.example.org", false), ("example.org", "*.example.org", false),
      ("a.example.org", "b.example.org", false), ("a.example.org", "a*.example.org", false),
      ("example.org", "*.org", false), ("a.example.org", "", false),
    ])
  func names(wanted: String, certificate: String, matches: Bool) {
    #expect(ServerName(wanted).isNamed(by: ["other.test", certificate]) == matches)
  }

  @Test("no name, no match")
  func none() {
    #expect(!ServerName("a.example.org").isNamed(by: []))
  }

  @Test("BoringSSL's reason, without its source files")
  func reason() {
    let text =
      "Error: 268435703 error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER "
      + "at /build/tls_record.cc:127"
    #expect(TLSFailure.reason(text) == "WRONG_VERSION_NUMBER")
    #expect(TLSFailure.reason("Error:  EOF during handshake") == "EOF during handshake")
  }
}
