import Naming
import ScriptedServer
import Testing

@testable import Kubernetes

@Suite("Asking an API server", .timeLimit(.minutes(1)))
struct ClientTests {
  @Test("a Service, its Endpoints, the version")
  func gets() async throws {
    let server = try await ScriptedServer { request, reply in
      switch request.target {
      case "/api/v1/namespaces/demo/services/greeter":
        try await reply.recording("service-clusterip")
      case "/api/v1/namespaces/demo/endpoints/greeter": try await reply.recording("endpoints-get")
      case "/version": try await reply.recording("version")
      default: try await reply.recording("status-404-unknown-api")
      }
    }
    let client = KubernetesClient.of(server)
    #expect(try await client.service("greeter", namespace: "demo").clusterIPs == ["10.96.0.50"])
    #expect(try await client.endpoints("greeter", namespace: "demo").subsets.count == 1)
    #expect(try await client.serverVersion() == "v1.36.2")
  }

  @Test("a list goes on page by page, with the server's own token")
  func pages() async throws {
    let server = try await ScriptedServer { request, reply in
      let page: Int
      if let token = request.parameter("continue") {
        let before = try (1...3).map {
          try Fixture.named("endpointslices-list-many-page\($0)")
            .decode(APIList<EndpointSliceObject>.self).metadata.continue
        }
        page = (before.firstIndex { $0.map(percentEncoded) == token } ?? 99) + 2
      } else {
        page = 1
      }
      try await reply.recording("endpointslices-list-many-page\(page)")
    }
    let slices = try await KubernetesClient.of(server)
      .endpointSlices(of: "greeter-many", namespace: "demo")
    let whole = try Fixture.named("endpointslices-list-many")
      .decode(APIList<EndpointSliceObject>.self)
    #expect(slices == whole.items?.map(\.value))
    #expect(server.requests.count == 4)
    #expect(server.requests.allSatisfy { $0.parameter("limit") == "500" })
    #expect(
      server.requests[0].target.hasPrefix(
        "/apis/discovery.k8s.io/v1/namespaces/demo/endpointslices?"
          + "labelSelector=kubernetes.io%2Fservice-name%3Dgreeter-many&"))
  }

  @Test("a page that came too late begins the list anew, but not for ever")
  func expiredPages() async throws {
    let count = Counter()
    let server = try await ScriptedServer { request, reply in
      if request.parameter("continue") == nil {
        try await reply.recording(
          count.next() <= 2 ? "endpointslices-list-many-page1" : "endpointslices-list-many")
      } else {
        try await reply.recording("status-410-continue")
      }
    }
    let client = KubernetesClient.of(server)
    #expect(try await client.endpointSlices(of: "s", namespace: "demo").count == 6)
    let stubborn = try await ScriptedServer { request, reply in
      try await reply.recording(
        request.parameter("continue") == nil
          ? "endpointslices-list-many-page1" : "status-410-continue")
    }
    let error = try await kubernetesError { () async throws(KubernetesError) in
      _ = try await KubernetesClient.of(stubborn).endpointSlices(of: "s", namespace: "demo")
    }
    #expect(error.kind == .gone)
    #expect(stubborn.requests.count == 8)
  }

  @Test("reviews: what is asked, for oneself and for a ServiceAccount, and what is answered")
  func reviews() async throws {
    let server = try await ScriptedServer { request, reply in
      switch request.target {
      case "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews":
        try await reply.recording("ssar-allowed")
      case "/apis/authorization.k8s.io/v1/subjectaccessreviews":
        try await reply.recording("ssar-denied")
      case "/apis/authentication.k8s.io/v1/selfsubjectreviews":
        try await reply.recording("selfsubjectreview")
      default: throw ScriptedReply.HangUp()
      }
    }
    let client = KubernetesClient.of(server)
    let question = AccessQuestion(
      verb: "list", group: "discovery.k8s.io", resource: "endpointslices", namespace: "demo")
    let own = try await client.review(question)
    #expect(own.isAllowed && !own.isDenied)
    #expect(own.reason.hasPrefix("RBAC: allowed by RoleBinding"))
    let other = try await client.review(question, for: "system:serviceaccount:demo:app")
    #expect(!other.isAllowed)
    #expect(await client.whoAmI() == "system:serviceaccount:demo:lbcheck")
    let asked = try decoded(AccessReview.self, Array(server.requests[0].body.utf8)).get()
    #expect(asked.kind == "SelfSubjectAccessReview")
    #expect(asked.spec.user == nil && asked.spec.groups == nil)
    #expect(asked.spec.resourceAttributes.verb == "list")
    let subject = try decoded(AccessReview.self, Array(server.requests[1].body.utf8)).get()
    #expect(subject.spec.user == "system:serviceaccount:demo:app")
    #expect(
      subject.spec.groups == [
        "system:serviceaccounts", "system:serviceaccounts:demo", "system:authenticated",
      ])
    #expect(server.requests.allSatisfy { $0.header("content-type") == "application/json" })
  }

  @Test("who asks: token, user name, somebody else's name")
  func identities() async throws {
    let server = try await ScriptedServer { _, reply in try await reply.recording("version") }
    _ = try await KubernetesClient.of(
      server, credentials: Credentials(method: .token(Secret("t1"))),
      impersonation: Impersonation(user: "jane", groups: ["g1", "g2"])
    ).serverVersion()
    let request = server.requests[0]
    #expect(request.header("authorization") == "Bearer t1")
    #expect(request.header("impersonate-user") == "jane")
    #expect(request.headers.filter { $0.name == "impersonate-group" }.map(\.value) == ["g1", "g2"])
    #expect(request.header("user-agent") == "lbcheck")
  }

  @Test("a token that is no longer good is read again, once")
  func rotation() async throws {
    let folder = try Folder()
    let path = try folder.write("token", "old")
    let server = try await ScriptedServer { request, reply in
      if request.header("authorization") == "Bearer new" {
        try await reply.recording("version")
      } else {
        try folder.write("token", "new")
        try await reply.recording("status-401")
      }
    }
    let client = KubernetesClient.of(
      server, credentials: Credentials(method: .tokenFile(TokenFile(path: path))))
    #expect(try await client.serverVersion() == "v1.36.2")
    #expect(server.requests.count == 2)
    let strict = try await ScriptedServer { _, reply in try await reply.recording("status-401") }
    let error = try await kubernetesError { () async throws(KubernetesError) in
      _ = try await KubernetesClient.of(
        strict, credentials: Credentials(method: .tokenFile(TokenFile(path: path)))
      ).serverVersion()
    }
    #expect(error.kind == .unauthorized)
    #expect(strict.requests.count == 1)
  }

  @Test("what may pass is tried again")
  func retries() async throws {
    let count = Counter()
    let server = try await ScriptedServer { _, reply in
      switch count.next() {
      case 1: try await reply.whole(500, "{}")
      case 2: throw ScriptedReply.HangUp()
      case 3: try await reply.whole(503, "busy", type: "text/plain")
      default: try await reply.recording("version")
      }
    }
    #expect(try await KubernetesClient.of(server).serverVersion() == "v1.36.2")
  }

  @Test("shutting down ends what is open, waiting too")
  func shutDown() async throws {
    let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
    let server = try await ScriptedServer { request, reply in
      if request.target == "/version" {
        try await reply.whole(503, "{}", headers: [("Retry-After", "9")])
      }
      arrived.yield()
    }
    var iterator = arrivals.makeAsyncIterator()
    let client = KubernetesClient.of(server)
    let version = Task { try await client.serverVersion() }
    let service = Task { try await client.service("s", namespace: "n") }
    for _ in 0..<2 { await iterator.next() }
    client.shutDown()
    await #expect(throws: KubernetesError.self) { try await version.value }
    await #expect(throws: KubernetesError.self) { try await service.value }
  }
}
