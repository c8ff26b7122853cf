import Curl
import ScriptedServer
import Synchronization
import Testing

@Suite("Bodies that stream", .timeLimit(.minutes(1)))
struct CurlStreamTests {
  @Test("parts arrive while the response goes on")
  func parts() async throws {
    let (permits, permit) = AsyncStream.makeStream(of: Void.self)
    let server = try await ScriptedServer { _, reply in
      try await reply.begin(200)
      var iterator = permits.makeAsyncIterator()
      for part in ["one", "two"] {
        try await reply.chunk(part.utf8)
        await iterator.next()
      }
      try await reply.end()
    }
    let client = CurlClient()
    let exchange = client.start(CurlRequest(server.url))
    #expect(try await exchange.head().status == 200)
    #expect(try await exchange.next() == Array("one".utf8))
    permit.yield()
    #expect(try await exchange.next() == Array("two".utf8))
    permit.yield()
    #expect(try await exchange.next() == nil)
    #expect(try await exchange.next() == nil)
    client.shutDown()
  }

  @Test("a reader that does not read stops the server; nothing is lost when it reads again")
  func backpressure() async throws {
    let total = 64 * 1024 * 1024
    let sent = Atomic(0)
    let server = try await ScriptedServer { _, reply in
      try await reply.begin(200)
      let block = [UInt8](repeating: 7, count: 1024 * 1024)
      for _ in 0..<(total / block.count) {
        try await reply.chunk(block)
        sent.add(block.count, ordering: .relaxed)
      }
      try await reply.end()
    }
    let client = CurlClient()
    let exchange = client.start(CurlRequest(server.url))
    _ = try await exchange.head()
    // Another exchange on the same thread shows that the first has come as far as it gets.
    let other = try await ScriptedServer { _, reply in try await reply.whole(200, "") }
    for _ in 0..<200 { _ = try await client.response(to: CurlRequest(other.url), limit: 1) }
    #expect(sent.load(ordering: .relaxed) < total / 2)
    var received = 0
    while let bytes = try await exchange.next() { received += bytes.count }
    #expect(received == total)
  }

  @Test("what came before the connection broke is read before the error")
  func cut() async throws {
    let server = try await ScriptedServer { _, reply in
      try await reply.begin(200)
      try await reply.chunk("half".utf8)
      throw ScriptedReply.HangUp()
    }
    let client = CurlClient()
    let exchange = client.start(CurlRequest(server.url))
    _ = try await exchange.head()
    #expect(try await exchange.next() == Array("half".utf8))
    await #expect { try await exchange.next() } throws: { ($0 as? CurlError)?.kind == .interrupted }
    client.shutDown()
  }

  @Test("an exchange that nobody holds is given up")
  func abandoned() async throws {
    let (ends, ended) = AsyncStream.makeStream(of: Void.self)
    let server = try await ScriptedServer { _, reply in
      try await reply.begin(200)
      do {
        while true { try await reply.chunk([UInt8](repeating: 0, count: 65_536)) }
      } catch {
        ended.yield()
        throw error
      }
    }
    let client = CurlClient()
    do { _ = try await client.start(CurlRequest(server.url)).head() }
    var iterator = ends.makeAsyncIterator()
    await iterator.next()
  }
}
