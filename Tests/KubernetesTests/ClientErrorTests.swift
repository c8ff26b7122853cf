import Curl
import Lab
import Naming
import ScriptedServer
import Testing

@testable import Kubernetes

@Suite("What an API server may answer, as errors", .timeLimit(.minutes(1)))
struct ClientErrorTests {
  private func failure(
    _ credentials: Credentials = Credentials(), timing: Timing = .quick,
    _ answer: @escaping ScriptedServer.Answer
  ) async throws -> KubernetesError {
    let server = try await ScriptedServer(answer)
    let error = try await failure(.of(server, credentials: credentials, timing: timing))
    #expect(error.on == server.url)
    return error
  }

  private func failure(_ client: KubernetesClient) async throws -> KubernetesError {
    let error = try await kubernetesError { () async throws(KubernetesError) in
      _ = try await client.service("greeter", namespace: "demo")
    }
    #expect(error.tried == "to get the Service greeter in namespace demo")
    return error
  }

  @Test(
    "recorded refusals",
    arguments: [
      ("status-401", KubernetesError.Kind.unauthorized), ("status-403-get-service", .forbidden),
      ("status-403-anonymous", .forbidden), ("service-404", .notFound),
      ("service-404-no-namespace", .notFound), ("status-410-list-exact", .gone),
      ("status-400-bad-selector", .other), ("status-406-not-acceptable", .other),
      ("status-422-loopback-endpoint", .other),
      ("status-500-watch-bad-resourceversion", .serverError),
    ])
  func refusals(_ name: String, _ kind: KubernetesError.Kind) async throws {
    let error = try await failure { _, reply in try await reply.recording(name) }
    #expect(error.kind == kind)
    let message = try #require(try Fixture.named(name).decode(APIStatus.self).message)
    #expect(error.cameBack.contains(message))
  }

  @Test("403 names who may not do what, and the command that helps")
  func forbidden() async throws {
    let error = try await failure { _, reply in
      try await reply.recording("status-403-get-service")
    }
    for part in ["system:serviceaccount:demo:lbcheck", "get", "services", "\"demo\""] {
      #expect(error.cameBack.contains(part))
    }
    #expect(error.next?.contains("lbcheck rbac") == true)
    let missing = try await failure { _, reply in try await reply.recording("service-404") }
    #expect(missing.next?.contains("kubectl get services -n demo") == true)
  }

  @Test("what is no API server")
  func foreign() async throws {
    let page = "<!DOCTYPE html>\n<title>Log in</title>"
    for status in [200, 302, 403, 404] {
      let error = try await failure { _, reply in
        try await reply.whole(status, page, type: "text/html")
      }
      #expect(error.kind == .notKubernetes)
      #expect(error.cameBack.contains("HTTP \(status), text/html: <!DOCTYPE html>"))
      #expect(error.next?.contains("a test") == true)
    }
    for body in ["{}", "[1]", "not JSON", ""] {
      let error = try await failure { _, reply in try await reply.whole(200, body) }
      #expect(error.kind == .notKubernetes)
    }
  }

  @Test("a server that answers 500 for ever is asked five times")
  func serverErrors() async throws {
    let server = try await ScriptedServer { _, reply in
      try await reply.whole(500, "<html>oops", type: "text/html")
    }
    let error = try await failure(.of(server))
    #expect(error.kind == .serverError)
    #expect(error.cameBack.contains("at the attempt 5 too"))
    #expect(server.requests.count == 5)
  }

  @Test("a pause longer than anybody waits is the end")
  func rateLimited() async throws {
    let server = try await ScriptedServer { _, reply in
      try await reply.whole(429, "{}", headers: [("Retry-After", "60")])
    }
    #expect(try await failure(.of(server)).kind == .rateLimited)
    #expect(server.requests.count == 1)
  }

  @Test("nobody listens, nobody answers")
  func unreachable() async throws {
    let server = try await ScriptedServer { _, _ in }
    let client = KubernetesClient.of(server)
    await server.shutDown()
    let refused = try await failure(client)
    #expect(refused.kind == .unreachable)
    var timing = Timing.quick
    timing.head = .milliseconds(50)
    let silent = try await failure(timing: timing) { _, _ in }
    #expect(silent.kind == .timeout)
    let broken = try await failure { _, _ in throw ScriptedReply.HangUp() }
    #expect(broken.kind == .unreachable)
  }

  @Test("certificates that do not fit")
  func tls() async throws {
    let certificates = try LabCertificates(names: ["api.lab"], addresses: [])
    let server = try await ScriptedServer(
      tls: .init(
        certificate: certificates.server.certificate, key: certificates.server.key)
    ) { _, reply in try await reply.recording("service-clusterip") }
    let stranger = try await failure(.of(server))
    #expect(stranger.kind == .tls)
    #expect(stranger.next?.contains("certificate-authority-data") == true)
    var tls = KubernetesClient.of(server).access.tls
    tls.authorities = Array(certificates.authority.utf8)
    let renamed = try await failure(.of(server, tls: tls))
    #expect(renamed.kind == .tls)
    #expect(renamed.next?.contains("tls-server-name") == true)
    tls.serverName = "api.lab"
    let client = KubernetesClient.of(server, tls: tls)
    #expect(try await client.service("greeter", namespace: "demo").name == "greeter")
  }

  @Test("no secret in any text")
  func redaction() async throws {
    let lines = Lines()
    let server = try await ScriptedServer { _, reply in try await reply.recording("status-401") }
    let credentials = [
      Credentials(method: .token(Secret("s3cret"))),
      Credentials(
        method: .basic(user: "u", password: Secret("s3cret")), certificate: Secret("s3cret"),
        key: Secret("s3cret")),
    ]
    for credentials in credentials {
      let client = KubernetesClient.of(server, credentials: credentials) { lines.append($0) }
      let error = try await failure(client)
      let access = ClusterAccess(
        server: server.url, namespace: "n", source: "s", proxy: Secret("http://u:s3cret@p"),
        credentials: credentials)
      let identity = try await IdentityStore(access, pluginTimeout: .seconds(1)).current()
      var dumped = ""
      dump(access, to: &dumped)
      dump(credentials, to: &dumped)
      dump(identity, to: &dumped)
      dump(client, to: &dumped)
      let texts =
        [
          dumped, "\(error)", String(reflecting: error), "\(access)", String(reflecting: access),
          "\(credentials)", "\(identity)", String(reflecting: identity), "\(Secret("s3cret"))",
          String(reflecting: Secret("s3cret")),
        ] + lines.all
      for text in texts {
        #expect(!text.contains("s3cret"))
        #expect(!text.contains("czNjcmV0"))
      }
    }
    #expect(
      lines.all.first
        == "GET \(server.url)/api/v1/namespaces/demo/services/greeter: HTTP 401, 129 bytes")
  }

  @Test("pauses between attempts double, or are what the server asks for")
  func retryPlan() {
    var plan = RetryPlan(firstPause: .milliseconds(250), patience: .seconds(10))
    let error = KubernetesError(.serverError, tried: "", cameBack: "")
    let failure = APIFailure(error: error, isTransient: true)
    #expect(plan.next(after: failure, elapsed: .zero) == .milliseconds(250))
    #expect(plan.next(after: failure, elapsed: .zero) == .milliseconds(500))
    let asked = APIFailure(error: error, isTransient: true, retryAfter: .seconds(3))
    #expect(plan.next(after: asked, elapsed: .zero) == .seconds(3))
    #expect(plan.next(after: asked, elapsed: .seconds(8)) == nil)
    #expect(plan.next(after: APIFailure(error: error), elapsed: .zero) == nil)
  }
}
