import Lab
import ScriptedServer
import Testing

extension LbcheckTests {
  @Suite("HTTP/1.1")
  struct HTTP1Tests {
    @Test("a web server: its own count, its statuses, and each connection once")
    func measured() async throws {
      let server = try await ScriptedServer { request, reply in
        try await reply.whole(200, "{}", headers: [("X-Pod-Name", "web-0")])
      }
      let output = try await Lbcheck.run(
        "distribute", "127.0.0.1:\(server.port)", "--protocol", "http1", "--path", "/a?b=c",
        "-H", "x-test: 1", "--rpcs", "200", "--rate", "0", "-o", "json",
        environment: ["http_proxy": "http://127.0.0.1:9"])
      #expect(output.code == 0, "\(output.standardError)")
      let report = try Report(output.standardOutput)
      #expect(report.addsUp)
      #expect(report.rpcs.by_status == ["200": 200])
      #expect(report.answersByPod == ["web-0": server.requests.count])
      #expect(report.verdict.basis == "per-connection")
      #expect(report.connections.count == Set(server.requests.map(\.connection)).count)
      #expect(report.findings.map(\.code) == ["LBC0115"])
      #expect(server.requests.allSatisfy { $0.method == "GET" && $0.target == "/a?b=c" })
      #expect(server.requests.allSatisfy { $0.header("x-test") == "1" })
      #expect(
        server.requests.allSatisfy { $0.header("host") == "127.0.0.1:\(server.port)" })
    }

    @Test("a server that speaks HTTP/2 only is told from one that does not answer")
    func http2Only() async throws {
      // Empty SETTINGS (RFC 9113 §3.4), which such servers say first.
      let server = try await ScriptedServer { _, reply in
        try await reply.raw([0, 0, 0, 4, 0, 0, 0, 0, 0])
        throw ScriptedReply.HangUp()
      }
      let output = try await Lbcheck.run(
        "distribute", "ipv4:127.0.0.1:\(server.port)", "--protocol", "http1")
      await server.shutDown()
      #expect(output.code == 3)
      #expect(output.standardOutput.isEmpty)
      #expect(output.standardError.hasPrefix("lbcheck: rpc: tried to GET / over HTTP/1.1"))
      #expect(output.standardError.contains("not HTTP/1.1"))
      #expect(output.standardError.contains("leave --protocol http1 out"))
    }
  }
}
