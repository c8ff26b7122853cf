import Naming
import Testing

@testable import Lab

/// What a real API server answered, the lab's must answer as well.
@Suite("The lab's API server and recordings of a real one")
struct KubernetesAPIRecordingTests {
  private static let slices = "/apis/discovery.k8s.io/v1/namespaces/demo/endpointslices"
  private static let account = "system:serviceaccount:demo:lbcheck"

  private func state(version: Int = 264) -> APIState {
    APIState(
      store: ObjectStore(version: version),
      access: AccessControl(administratorToken: "A", restrictedToken: "R"))
  }

  private func reply(
    _ state: APIState, _ target: String, method: String = "GET",
    authorization: String? = "Bearer A",
    as user: String? = nil, body: String = ""
  ) throws -> APIReply {
    var headers: [(name: String, value: String)] = []
    if let authorization { headers.append(("Authorization", authorization)) }
    if let user { headers.append(("Impersonate-User", user)) }
    let request = APIRequest(
      method: method, target: target, headers: headers, body: Array(body.utf8))
    guard case .reply(let reply) = state.answer(request, now: 1_790_000_000) else {
      throw Unexpected()
    }
    return reply
  }

  private struct Unexpected: Error {}

  struct Failure: Sendable, CustomTestStringConvertible {
    let file: String
    let code: Int
    let target: String
    var authorization: String? = "Bearer A"
    var user: String?

    var testDescription: String { file }

    static let all = [
      Failure(file: "status-401", code: 401, target: slices, authorization: "Bearer old"),
      Failure(
        file: "status-403-anonymous", code: 403, target: slices, authorization: nil),
      Failure(
        file: "status-403-list-endpointslices", code: 403,
        target: "\(slices)?labelSelector=kubernetes.io/service-name%3Dgreeter-headless",
        user: account),
      Failure(
        file: "status-403-get-service", code: 403,
        target: "/api/v1/namespaces/demo/services/greeter", user: account),
      Failure(
        file: "status-403-cluster-wide", code: 403,
        target: "/apis/discovery.k8s.io/v1/endpointslices", user: account),
      Failure(
        file: "status-403-watch", code: 403, target: "\(slices)?watch=1", user: account),
      Failure(
        file: "status-404-unknown-api", code: 404,
        target: "/apis/discovery.k8s.io/v1beta1/namespaces/demo/endpointslices"),
      Failure(
        file: "service-404", code: 404, target: "/api/v1/namespaces/demo/services/nope"),
      Failure(
        file: "endpoints-404", code: 404, target: "/api/v1/namespaces/demo/endpoints/greeter"),
      Failure(
        file: "status-400-bad-selector", code: 400,
        target: "\(slices)?labelSelector=%3D%3D%3D"),
      Failure(
        file: "status-410-list-exact", code: 410,
        target: "\(slices)?resourceVersion=5&resourceVersionMatch=Exact"),
      Failure(
        file: "status-500-watch-bad-resourceversion", code: 500,
        target: "\(slices)?watch=1&resourceVersion=abc"),
      Failure(
        file: "status-504-list-future-resourceversion", code: 504,
        target: "\(slices)?resourceVersion=100237&resourceVersionMatch=NotOlderThan"),
    ]
  }

  @Test("fails in the same words", arguments: Failure.all)
  func failures(_ failure: Failure) throws {
    let reply = try reply(
      state(), failure.target, authorization: failure.authorization, as: failure.user)
    #expect(reply.status == failure.code)
    #expect(reply.body == (try fixture("\(failure.file).json")))
  }

  @Test("says that a page has expired, and how to go on")
  func expiredPage() throws {
    let expected = try recorded("status-410-continue")
    let token =
      "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjM1LCJzdGFydCI6Ii9ncmVldGVyLW1hbnktczJcdTAwMDAifQ"
    let reply = try reply(state(), "\(Self.slices)?limit=2&continue=\(token)")
    #expect(reply.status == 410)
    let json = try JSONReader.value(of: reply.body.utf8)
    #expect(json.without(["metadata"]) == expected.without(["metadata"]))
    let next = try #require(json["metadata"]?["continue"]?.text)
    let real = try #require(expected["metadata"]?["continue"]?.text)
    #expect(
      try ContinueToken(next, namespace: "demo") == ContinueToken(real, namespace: "demo"))
  }

  @Test("ends a watch from a forgotten version with an ERROR event, or with the status")
  func expiredWatch() throws {
    var state = state(version: 272)
    let request = APIRequest(
      method: "GET", target: "\(Self.slices)?watch=1&resourceVersion=1",
      headers: [("Authorization", "Bearer A")])
    guard case .watch(let plan) = state.answer(request, now: 0) else { throw Unexpected() }
    let lines = plan.initial.map { $0.line(.plain, now: 0) }.joined()
    #expect(lines == (try fixture("watch-410-first.jsonl")))
    #expect(plan.version == nil)
    state.watchExpiry = .status
    #expect(try reply(state, "\(Self.slices)?watch=1&resourceVersion=1").status == 410)
  }

  @Test("an empty list is an empty list, also of a namespace that does not exist")
  func emptyList() throws {
    let reply = try reply(state(version: 235), Self.slices)
    #expect(reply.body == (try fixture("endpointslices-list-empty.json")))
  }

  @Test("describes the same API")
  func discovery() throws {
    var state = state()
    state.address = "10.244.0.1:6443"
    #expect(try reply(state, "/api").body == fixture("api-versions.json"))
    #expect(
      try reply(state, "/apis/discovery.k8s.io").body == fixture("api-group-discovery.json"))
    // The real server permits more verbs.
    let resources = try reply(state, "/apis/discovery.k8s.io/v1")
    let ignored: Set = ["verbs", "storageVersionHash"]
    #expect(
      try JSONReader.value(of: resources.body.utf8).without(ignored)
        == recorded("api-resources-discovery-v1").without(ignored))
  }

  @Test("writes Services as they were", arguments: ["", "-headless", "-publish-notready"])
  func services(_ suffix: String) throws {
    let expected = try recorded("kcm-service-real\(suffix)")
    let isHeadless = !suffix.isEmpty
    var service = KubernetesService(
      name: "real\(suffix)", namespace: "demo", clusterIPs: isHeadless ? [] : ["10.96.0.60"],
      isHeadless: isHeadless,
      ports: [.init(name: "grpc", number: isHeadless ? 50_051 : 80, target: .name("grpc"))])
    if !isHeadless {
      service.ports.append(.init(name: "metrics", number: 9_090, target: .number(9_090)))
    }
    service.publishesNotReady = suffix == "-publish-notready"
    try compare(ObjectDraft(service, selector: ["app": "greeter"]), expected)
  }

  @Test("writes an ExternalName Service as it was")
  func externalName() throws {
    let service = KubernetesService(
      name: "greeter-ext", namespace: "demo", kind: .externalName,
      externalName: "greeter.example.test", selector: [:])
    try compare(ObjectDraft(service, selector: [:]), try recorded("service-externalname"))
  }

  @Test(
    "writes EndpointSlices as they were",
    arguments: ["headless", "nomatch", "noport", "publish-notready"])
  func endpointSlices(_ name: String) throws {
    let list = try recorded("kcm-endpointslices-real-\(name)")
    let item = try #require(list["items"]?.elements.first)
    let uids = uids(item["endpoints"]?.elements.compactMap { $0["targetRef"] } ?? [])
    let slice = try EndpointSlice(recorded: item)
    let head: JSONValue = ["kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1"]
    let draft = ObjectDraft(slice, of: "real-\(name)", in: "demo") { uids[$0] }
    try compare(draft, .object(head.members + item.members))
  }

  @Test(
    "writes Endpoints as they were", arguments: ["headless", "nomatch", "publish-notready"])
  func endpoints(_ name: String) throws {
    let expected = try recorded("kcm-endpoints-real-\(name)")
    let addresses = (expected["subsets"]?.elements ?? []).flatMap { subset in
      (subset["addresses"]?.elements ?? []) + (subset["notReadyAddresses"]?.elements ?? [])
    }
    let uids = uids(addresses.compactMap { $0["targetRef"] })
    let endpoints = try LegacyEndpoints(recorded: expected)
    try compare(ObjectDraft(endpoints, in: "demo") { uids[$0] }, expected)
  }

  private func uids(_ references: [JSONValue]) -> [String: String] {
    Dictionary(
      references.compactMap { reference in
        guard let name = reference["name"]?.text, let uid = reference["uid"]?.text else {
          return nil
        }
        return (name, uid)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Everything but the metadata, of which only name and namespace must be the same.
  private func compare(_ draft: ObjectDraft, _ expected: JSONValue) throws {
    let object = StoredObject(draft, uid: "u", created: 0, generation: 1, version: 2)
    let json = try JSONReader.value(of: object.whole.utf8)
    #expect(json.without(["metadata"]) == expected.without(["metadata"]))
    #expect(json["metadata"]?["name"] == expected["metadata"]?["name"])
    #expect(json["metadata"]?["namespace"] == expected["metadata"]?["namespace"])
  }

  @Test("answers access reviews alike")
  func reviews() throws {
    var state = state()
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    func review(_ file: String, as user: String?) throws {
      let expected = try recorded(file)
      let body: JSONValue = ["spec": expected["spec"]]
      let reply = try reply(state, path, method: "POST", as: user, body: body.description)
      #expect(reply.status == 201)
      let json = try JSONReader.value(of: reply.body.utf8)
      #expect(json.without(["metadata", "reason"]) == expected.without(["metadata", "reason"]))
    }
    try review("ssar-allowed-admin", as: nil)
    try review("ssar-denied", as: Self.account)
    state.access.grants[Self.account] = [
      Grant("list", group: "discovery.k8s.io", "endpointslices", namespace: "demo")
    ]
    try review("ssar-allowed", as: Self.account)
  }

  @Test("writes pods and rules in the same shape")
  func shapes() throws {
    let pod = LabSnapshot.Pod(
      name: "a", address: .v4(0x7F00_0001), port: 1, node: "node-1", zone: "zone-a",
      state: .ready, started: 0, changed: 0, grace: 30)
    let draft = ObjectDraft(pod, labels: ["app": "greeter"], in: "demo")
    let object = StoredObject(draft, uid: "u", created: 0, generation: 1, version: 2)
    let list = try recorded("pods-list-fieldselector-ip")
    let item = try #require(list["items"]?.elements.first)
    #expect(try JSONReader.value(of: object.item.utf8).shape.subtracting(item.shape) == [])

    let reply = try reply(
      state(), "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", method: "POST",
      as: Self.account, body: #"{"spec":{"namespace":"demo"}}"#)
    #expect(
      try JSONReader.value(of: reply.body.utf8).shape == recorded("ssrr-restricted").shape)
  }

  @Test("writes bookmarks as they were")
  func bookmarks() throws {
    let lines = try fixture("watch-sendinitialevents.jsonl").split(separator: "\n")
    let bookmarks = lines.filter { $0.contains("BOOKMARK") }
    let ours = [(237, true), (246, false), (246, false)].map { version, endsInitial in
      WatchEvent.bookmark(.endpointSlices, version: version, endsInitial: endsInitial)
        .line(.plain, now: 0)
    }
    #expect(bookmarks.map { "\($0)\n" } == ours)
  }

  @Test("says who one is")
  func whoAmI() throws {
    let reply = try reply(
      state(), "/apis/authentication.k8s.io/v1/selfsubjectreviews", method: "POST",
      as: Self.account)
    #expect(reply.status == 201)
    let ignored: Set = ["uid", "creationTimestamp"]
    #expect(
      try JSONReader.value(of: reply.body.utf8).without(ignored)
        == recorded("selfsubjectreview").without(ignored))
  }
}
