import Curl
import ScriptedServer
import Testing

@Suite("What a client's sockets tell", .timeLimit(.minutes(1)))
struct CurlSocketTests {
  private func send(_ client: CurlClient, _ request: CurlRequest) async -> [Int] {
    let exchange = client.start(request)
    do {
      _ = try await exchange.head()
      while try await exchange.next() != nil {}
    } catch {}
    return exchange.sockets
  }

  @Test("one socket for requests that follow each other, another one after Connection: close")
  func reuse() async throws {
    let server = try await ScriptedServer { request, reply in
      let closes = request.target == "/last"
      try await reply.whole(200, "", headers: closes ? [("Connection", "close")] : [])
      if closes { throw ScriptedReply.HangUp() }
    }
    let sockets = CurlSockets()
    let client = CurlClient(idleConnections: 2, sockets: sockets)
    var used: [[Int]] = []
    for path in ["/", "/last", "/"] {
      used.append(await send(client, CurlRequest(server.url + path)))
    }
    #expect(used == [[0], [0], [1]])
    #expect(sockets.records.count == 2)
    let first = sockets[0]
    #expect(first.remote == CurlAddress(ip: "127.0.0.1", port: UInt16(server.port)))
    #expect(first.local?.ip == "127.0.0.1")
    #expect(try #require(first.readyAt) >= first.startedAt)
    #expect(first.closedAt != nil)
    #expect(sockets[1].end == .open)
    client.shutDown()
    #expect(sockets[1].closedAt != nil)
  }

  @Test("a request on a connection that is gone is seen twice")
  func resent() async throws {
    let server = try await ScriptedServer { request, reply in
      if request.target == "/gone", request.connection == 1 { throw ScriptedReply.HangUp() }
      try await reply.whole(200, "")
    }
    let sockets = CurlSockets()
    let client = CurlClient(sockets: sockets)
    #expect(await send(client, CurlRequest(server.url)) == [0])
    #expect(await send(client, CurlRequest(server.url + "/gone")) == [0, 1])
    #expect(sockets[0].end == .peer)
  }

  @Test("a route is tried in its order, and a redirected connection goes elsewhere")
  func routes() async throws {
    let server = try await ScriptedServer { request, reply in
      try await reply.whole(200, request.header("host") ?? "")
    }
    let port = UInt16(server.port)
    var request = CurlRequest("http://nowhere.lab/")
    request.version = .http1
    request.route = ["127.94.2.1", "127.0.0.1"].map { CurlAddress(ip: $0, port: port) }
    let tried = CurlSockets()
    let response = try await CurlClient(sockets: tried).response(to: request, limit: 100)
    #expect(String(decoding: response.body, as: UTF8.self) == "nowhere.lab")
    #expect(tried.records.map(\.remote.ip) == ["127.94.2.1", "127.0.0.1"])
    #expect(tried[0].readyAt == nil)
    #expect(tried[0].closedAt != nil)

    request.route = [CurlAddress(ip: "192.0.2.1", port: 1)]
    let redirected = CurlSockets { CurlAddress(ip: "127.0.0.1", port: port) }
    #expect(await send(CurlClient(sockets: redirected), request) == [0])
    #expect(redirected[0].remote.port == port)
  }
}
