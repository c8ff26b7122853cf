import Curl
import Lab
import Naming
import ScriptedServer
import Testing

@Suite("What goes wrong through libcurl", .timeLimit(.minutes(1)))
struct CurlFailureTests {
  private func failure(_ request: CurlRequest) async throws -> CurlError {
    do throws(CurlError) {
      _ = try await CurlClient().response(to: request, limit: 1000)
    } catch {
      return error
    }
    Issue.record("no error")
    return CurlError(.other, "")
  }

  @Test("nobody listens")
  func refused() async throws {
    let server = try await ScriptedServer { _, _ in }
    await server.shutDown()
    let error = try await failure(CurlRequest(server.url))
    #expect(error.kind == .connect)
    #expect(error.message.contains("\(server.port)"))
  }

  @Test("a URL that is none, or of another protocol")
  func badURL() async throws {
    #expect(try await failure(CurlRequest("http://[bad")).kind == .other)
    #expect(try await failure(CurlRequest("file:///etc/passwd")).kind == .other)
  }

  @Test("the connection ends before the response does")
  func cut() async throws {
    let server = try await ScriptedServer { request, reply in
      if request.target == "/half" {
        try await reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".utf8)
      }
      throw ScriptedReply.HangUp()
    }
    #expect(try await failure(CurlRequest(server.url + "/none")).kind == .interrupted)
    #expect(try await failure(CurlRequest(server.url + "/half")).kind == .interrupted)
  }

  @Test("no head in time, no end in time")
  func timeouts() async throws {
    let server = try await ScriptedServer { request, reply in
      if request.target == "/slow-body" { try await reply.begin(200) }
    }
    var request = CurlRequest(server.url + "/no-head")
    request.headTimeout = .milliseconds(50)
    #expect(try await failure(request).kind == .timeout)
    request = CurlRequest(server.url + "/slow-body")
    request.headTimeout = .seconds(30)
    request.totalTimeout = .milliseconds(100)
    #expect(try await failure(request).kind == .timeout)
    request = CurlRequest(server.url + "/slow-body")
    request.idleTimeout = .seconds(1)
    #expect(try await failure(request).kind == .timeout)
  }

  @Test("cancelling the task ends the exchange, before and after the head")
  func cancellation() async throws {
    let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
    let server = try await ScriptedServer { request, reply in
      if request.target == "/body" { try await reply.begin(200) }
      arrived.yield()
    }
    var iterator = arrivals.makeAsyncIterator()
    let client = CurlClient()
    for path in ["/head", "/body"] {
      let task = Task { () async -> CurlError? in
        do throws(CurlError) {
          _ = try await client.response(to: CurlRequest(server.url + path), limit: 10)
          return nil
        } catch {
          return error
        }
      }
      await iterator.next()
      task.cancel()
      #expect(await task.value?.kind == .cancelled)
    }
  }

  @Test("shutting down cancels what is open and what comes later")
  func shutDown() async throws {
    let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
    let server = try await ScriptedServer { _, _ in arrived.yield() }
    var iterator = arrivals.makeAsyncIterator()
    let client = CurlClient()
    let exchange = client.start(CurlRequest(server.url))
    await iterator.next()
    client.shutDown()
    await #expect(throws: CurlError.self) { try await exchange.head() }
    await #expect(throws: CurlError.self) {
      try await client.response(to: CurlRequest(server.url), limit: 10)
    }
  }

  @Test("servers are verified against the authorities given, by address or by the name given")
  func tls() async throws {
    let certificates = try LabCertificates(
      names: ["api.lab"], addresses: [try #require(IPAddress("127.0.0.2"))])
    let identity = certificates.server
    let server = try await ScriptedServer(
      tls: .init(certificate: identity.certificate, key: identity.key)
    ) { request, reply in
      try await reply.whole(200, request.header("host") ?? "")
    }
    var request = CurlRequest(server.url)
    #expect(try await failure(request).kind == .tls)
    request.tls.authorities = Array(certificates.authority.utf8)
    #expect(try await failure(request).kind == .tls)
    request.tls.serverName = "other.lab"
    #expect(try await failure(request).kind == .tls)
    request.tls.serverName = "api.lab"
    let response = try await CurlClient().response(to: request, limit: 100)
    #expect(String(decoding: response.body, as: UTF8.self) == "127.0.0.1:\(server.port)")
    var blind = CurlRequest(server.url)
    blind.tls.verifies = false
    #expect(try await CurlClient().response(to: blind, limit: 100).head.status == 200)
  }

  @Test("a server that wants a client certificate gets it")
  func clientCertificate() async throws {
    let certificates = try LabCertificates(
      names: [], addresses: [try #require(IPAddress("127.0.0.1"))])
    let server = try await ScriptedServer(
      tls: .init(
        certificate: certificates.server.certificate, key: certificates.server.key,
        clientAuthority: certificates.authority)
    ) { _, reply in try await reply.whole(200, "") }
    var request = CurlRequest(server.url)
    request.tls.authorities = Array(certificates.authority.utf8)
    let refused = try await failure(request)
    #expect(refused.kind == .tls || refused.kind == .interrupted)
    request.tls.certificate = Array(certificates.client.certificate.utf8)
    request.tls.key = Array(certificates.client.key.utf8)
    #expect(try await CurlClient().response(to: request, limit: 100).head.status == 200)
    request.tls.key = Array("nonsense".utf8)
    #expect(try await failure(request).kind == .tls)
  }

  @Test("a proxy is asked where one is given")
  func proxy() async throws {
    let proxy = try await ScriptedServer { request, reply in
      try await reply.whole(200, request.target)
    }
    var request = CurlRequest("http://nowhere.lab/x")
    request.proxy = proxy.url
    let response = try await CurlClient().response(to: request, limit: 100)
    #expect(String(decoding: response.body, as: UTF8.self) == "http://nowhere.lab/x")
  }
}
