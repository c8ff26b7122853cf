import Curl
import ScriptedServer
import Testing

@Suite("Requests through libcurl", .timeLimit(.minutes(1)))
struct CurlClientTests {
  @Test("method, headers and body arrive; status, headers and body come back")
  func roundTrip() async throws {
    let server = try await ScriptedServer { request, reply in
      try await reply.whole(201, "made \(request.body)", headers: [("X-Two", " a: b ")])
    }
    let client = CurlClient()
    let response = try await client.response(
      to: CurlRequest(
        server.url + "/path?q=1", method: "POST", headers: [CurlHeader("X-One", "1")],
        body: Array("thing".utf8)),
      limit: 1000)
    #expect(response.head.status == 201)
    #expect(response.head.header("x-two") == "a: b")
    #expect(String(decoding: response.body, as: UTF8.self) == "made thing")
    #expect(response.head.connection.remoteAddress == "127.0.0.1")
    #expect(response.head.connection.remotePort == server.port)
    #expect(response.head.connection.httpVersion == "1.1")
    let request = try #require(server.requests.first)
    #expect(request.method == "POST")
    #expect(request.target == "/path?q=1")
    #expect(request.header("x-one") == "1")
    #expect(request.body == "thing")
  }

  @Test("one connection serves requests that follow each other")
  func reuse() async throws {
    let server = try await ScriptedServer { _, reply in try await reply.whole(200, "{}") }
    let client = CurlClient()
    let first = try await client.response(to: CurlRequest(server.url), limit: 10)
    let second = try await client.response(to: CurlRequest(server.url), limit: 10)
    #expect(!first.head.connection.isReused)
    #expect(second.head.connection.isReused)
    #expect(first.head.connection.localPort == second.head.connection.localPort)
    #expect(server.requests.map(\.connection) == [1, 1])
  }

  @Test("many requests at once each get their own answer")
  func concurrency() async throws {
    let server = try await ScriptedServer { request, reply in
      try await reply.whole(200, request.target)
    }
    let client = CurlClient()
    let answers = try await withThrowingTaskGroup(of: (String, String).self) { group in
      for number in 0..<50 {
        group.addTask {
          let response = try await client.response(
            to: CurlRequest(server.url + "/\(number)"), limit: 100)
          return ("/\(number)", String(decoding: response.body, as: UTF8.self))
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count == 50)
    #expect(answers.allSatisfy { $0.0 == $0.1 })
  }

  @Test("an interim response is not shown")
  func interim() async throws {
    let server = try await ScriptedServer { _, reply in
      try await reply.raw("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n".utf8)
      try await reply.whole(200, "ok")
    }
    let response = try await CurlClient().response(to: CurlRequest(server.url), limit: 10)
    #expect(response.head.status == 200)
    #expect(response.head.header("x-early") == nil)
  }

  @Test("redirects are shown, not followed")
  func redirect() async throws {
    let server = try await ScriptedServer { _, reply in
      try await reply.whole(302, "", headers: [("Location", "/elsewhere")])
    }
    let response = try await CurlClient().response(to: CurlRequest(server.url), limit: 10)
    #expect(response.head.status == 302)
    #expect(server.requests.count == 1)
  }

  @Test("a body that is larger than wanted ends the exchange")
  func limit() async throws {
    let server = try await ScriptedServer { _, reply in
      try await reply.whole(200, String(repeating: "x", count: 100))
    }
    await #expect {
      try await CurlClient().response(to: CurlRequest(server.url), limit: 99)
    } throws: {
      ($0 as? CurlError)?.kind == .tooLarge
    }
  }

  @Test("an error does not quote a proxy's URL, which may hold a password")
  func proxyError() async throws {
    for proxy in ["http://u:s3cret@[::", "ftp://u:s3cret@host"] {
      var request = CurlRequest("http://host/")
      request.proxy = proxy
      await #expect {
        try await CurlClient().response(to: request, limit: 1)
      } throws: { error in
        "\(error)".contains("proxy") && !"\(error)".contains("s3cret")
      }
    }
  }

  @Test("a description holds neither headers nor keys")
  func redaction() {
    var request = CurlRequest(
      "https://host/", headers: [CurlHeader("Authorization", "Bearer s3cret")],
      body: Array("s3cret".utf8))
    request.tls.key = Array("s3cret".utf8)
    request.proxy = "http://user:s3cret@proxy"
    var dumped = ""
    dump(request, to: &dumped)
    dump(request.tls, to: &dumped)
    for text in ["\(request)", String(reflecting: request), "\(request.tls)", dumped] {
      #expect(!text.contains("s3cret"))
      #expect(!text.contains("115, 51"))
    }
  }
}
