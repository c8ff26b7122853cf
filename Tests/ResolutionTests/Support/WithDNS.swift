import Glibc
import Lab
import Naming
import Resolution
import Testing

/// Runs a test against a DNS server of its own on loopback, with a client that asks only that.
func withDNS(
  _ zone: DNSZone = DNSZone(), _ configure: (inout DNSConfiguration) -> Void = { _ in },
  _ body: (DNSClient) async throws -> Void
) async throws {
  let server = try await DNSServer.start(zone: zone)
  do {
    var configuration = DNSConfiguration(
      servers: [NameServer(host: "127.0.0.1", port: UInt16(server.port))])
    configuration.search = SearchList()
    configuration.hostsFile = nil
    // Long enough that a busy machine never makes an answer into a timeout.
    configuration.timeout = .seconds(20)
    configuration.tries = 1
    configure(&configuration)
    let client = try DNSClient(configuration)
    try await body(client)
    client.shutDown()
  } catch {
    try await server.stop()
    throw error
  }
  try await server.stop()
}

/// Runs a test with a file that holds a text, and removes it.
func withFile(_ text: String, _ body: (String) async throws -> Void) async throws {
  var path = Array("/tmp/lbcheck-test-XXXXXX".utf8CString)
  let descriptor = mkstemp(&path)
  try #require(descriptor >= 0)
  let name = String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  defer { unlink(name) }
  let bytes = Array(text.utf8)
  let written = write(descriptor, bytes, bytes.count)
  close(descriptor)
  try #require(written == bytes.count)
  try await body(name)
}

/// `count` addresses from 10.0.0.1 on.
func pods(_ count: UInt32) -> [IPAddress] {
  (0..<count).map { IPAddress.v4(0x0A00_0001).advanced(by: $0) }
}
