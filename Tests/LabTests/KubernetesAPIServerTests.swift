import NIOCore
import Naming
import Testing

@testable import Lab

@Suite("The lab's API server", .timeLimit(.minutes(1)))
struct KubernetesAPIServerTests {
  private static let slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
  private static let services = "/api/v1/namespaces/default/services"

  private func slice(_ name: String, _ address: String = "10.0.0.1") -> EndpointSlice {
    EndpointSlice(
      name: name, addressType: .ipv4, ports: [.init(name: "grpc", number: 50_051)],
      members: [.init(addresses: [address], ready: true)])
  }

  @Test("is reached with a token over TLS, and turns others away")
  func authentication() async throws {
    try await withKubernetes { api, admin in
      #expect(try await admin.get(Self.services).status == 200)
      #expect(try await KubernetesClient(api, token: "wrong").get(Self.services).status == 401)
      let anonymous = try KubernetesClient(api, token: nil)
      #expect(try await anonymous.get(Self.services).status == 403)
      #expect(try await anonymous.get("/version").json["minor"]?.text == "36")
      #expect(try await anonymous.get("/readyz").body == "ok")
      try await api.rotateTokens()
      #expect(try await admin.get(Self.services).status == 401)
      #expect(try await KubernetesClient(api).get(Self.services).status == 200)
    }
  }

  @Test("can have a certificate that is no good")
  func certificates() async throws {
    let local = IPAddress.v4(0x7F00_0001)
    for certificates in [
      try LabCertificates(names: [], addresses: [local], lifetime: .seconds(-60)),
      try LabCertificates(names: ["elsewhere.example"], addresses: []),
    ] {
      let api = try await KubernetesAPI.start(certificates: certificates)
      let client = try await KubernetesClient(api)
      await #expect(throws: (any Error).self) { try await client.get("/version") }
      try await api.stopListening()
    }
  }

  @Test("answers what it does not do with the right status")
  func refusals() async throws {
    try await withKubernetes { _, admin in
      #expect(try await admin.get("/api/v1/nodes").status == 404)
      #expect(try await admin.get("/nothing").status == 404)
      #expect(try await admin.send("DELETE", "\(Self.services)/a").status == 405)
      let yaml = try await admin.get(Self.services, headers: [("Accept", "application/yaml")])
      #expect(yaml.status == 406)
      let access = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
      let empty = try await admin.post(access, #"{"spec":{}}"#)
      #expect(try (empty.status, empty.json["reason"]) == (422, "Invalid"))
      #expect(try await admin.post(access, "{").status == 400)
      for (type, status) in [
        ("application/yaml", 415), ("application/vnd.kubernetes.protobuf", 400),
      ] {
        let reply = try await admin.send(
          "POST", access, headers: [("Content-Type", type)], body: "k8s")
        #expect(reply.status == status)
      }
    }
  }

  @Test("lists by page what there was when the first page was asked for")
  func paging() async throws {
    try await withKubernetes { api, admin in
      for name in ["a", "b", "c", "d", "e"] { try await api.apply(slice(name), of: "s") }
      var reply = try await admin.get("\(Self.slices)?limit=2")
      #expect(try reply.names == ["a", "b"])
      #expect(try reply.json["metadata"]?["remainingItemCount"]?.number == 3)
      try await api.delete(.endpointSlices, "d")
      try await api.apply(slice("f"), of: "s")
      var names: [String] = []
      while let next = try reply.next {
        reply = try await admin.get("\(Self.slices)?limit=2&continue=\(next)")
        names += try reply.names
      }
      #expect(names == ["c", "d", "e"])
      #expect(try await admin.get(Self.slices).names == ["a", "b", "c", "e", "f"])
    }
  }

  @Test("a page token that has expired comes with one that goes on")
  func expiredPage() async throws {
    try await withKubernetes { api, admin in
      for name in ["a", "b", "c"] { try await api.apply(slice(name), of: "s") }
      let first = try await admin.get("\(Self.slices)?limit=1")
      try await api.expireHistory()
      let expired = try await admin.get("\(Self.slices)?limit=1&continue=\(first.next ?? "")")
      #expect(expired.status == 410)
      let rest = try await admin.get("\(Self.slices)?continue=\(expired.next ?? "")")
      #expect(try rest.names == ["b", "c"])
    }
  }

  @Test("selects by label and field, in one namespace or all")
  func selection() async throws {
    try await withKubernetes { api, admin in
      try await api.apply(slice("a"), of: "s")
      try await api.apply(slice("b"), of: "t")
      try await api.apply(slice("c"), of: nil, in: "other")
      let label = "labelSelector=kubernetes.io%2Fservice-name"
      #expect(try await admin.get("\(Self.slices)?\(label)%3Ds").names == ["a"])
      let all = "/apis/discovery.k8s.io/v1/endpointslices"
      #expect(try await admin.get(all).names == ["a", "b", "c"])
      #expect(try await admin.get("\(all)?fieldSelector=metadata.name%3Dc").names == ["c"])
      #expect(try await admin.get("\(Self.slices)/a").json["kind"] == "EndpointSlice")
    }
  }

  @Test("gives kubectl its tables")
  func table() async throws {
    try await withKubernetes { api, admin in
      try await api.apply(
        KubernetesService(
          name: "s", namespace: "default", clusterIPs: ["10.96.0.1"],
          ports: [.init(name: "grpc", number: 80, target: .name("grpc"))]))
      let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
      let json = try await admin.get(Self.services, headers: [("Accept", accept)]).json
      #expect(json["kind"] == "Table")
      let columns = json["columnDefinitions"]?.elements.compactMap { $0["name"]?.text }
      #expect(
        columns
          == ["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector"])
      let row = try #require(json["rows"]?.elements.first)
      #expect(row["cells"]?.elements.count == 7)
      #expect(row["cells"]?.elements.prefix(5).compactMap(\.text).last == "80/TCP")
      #expect(row["object"]?["metadata"]?["name"] == "s")
    }
  }

  @Test("says in a header that Endpoints are deprecated")
  func warning() async throws {
    try await withKubernetes { api, admin in
      try await api.apply(LegacyEndpoints(name: "s", subsets: []))
      let reply = try await admin.get("/api/v1/namespaces/default/endpoints/s")
      #expect(reply.status == 200)
      #expect(reply.headers["warning"]?.hasPrefix("299 - ") == true)
      #expect(try await admin.get(Self.services).headers["warning"] == nil)
    }
  }

  @Test("the restricted identity may do what it is granted, and is told so")
  func grants() async throws {
    var options = KubernetesOptions()
    options.grants = [Grant("list", group: "discovery.k8s.io", "endpointslices")]
    try await withKubernetes(options) { api, admin in
      let restricted = try await KubernetesClient(api, .restricted)
      #expect(try await restricted.get(Self.slices).status == 200)
      #expect(try await restricted.get("\(Self.slices)?watch=1").status == 403)
      #expect(try await restricted.get(Self.services).status == 403)
      let rules = try await restricted.post(
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        #"{"spec":{"namespace":"default"}}"#)
      let resources = try rules.json["status"]?["resourceRules"]?.elements ?? []
      #expect(resources.count == 3)
      #expect(resources.last?["resources"] == ["endpointslices"])
      let impersonate = ("Impersonate-User", KubernetesAPI.restrictedUser)
      #expect(try await restricted.get(Self.slices, headers: [impersonate]).status == 403)
      #expect(try await admin.get(Self.services, headers: [impersonate]).status == 403)
      let review = """
        {"spec":{"user":"\(KubernetesAPI.restrictedUser)","resourceAttributes":{"verb":"list",\
        "group":"discovery.k8s.io","resource":"endpointslices","namespace":"default"}}}
        """
      let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
      #expect(try await restricted.post(path, review).status == 403)
      #expect(try await admin.post(path, review).json["status"]?["allowed"] == true)
      try await api.setGrants([])
      #expect(try await admin.post(path, review).json["status"]?["allowed"] == false)
      #expect(try await restricted.get(Self.slices).status == 403)
    }
  }

  @Test("serves 10,000 endpoints in 100 slices")
  func large() async throws {
    try await withKubernetes { api, admin in
      for number in 0..<100 {
        let members = (0..<100).map { index in
          EndpointSlice.Member(addresses: ["10.1.\(number).\(index)"], ready: true)
        }
        let slice = EndpointSlice(
          name: "big-\(number)", addressType: .ipv4, ports: [.init(name: "grpc", number: 1)],
          members: members)
        try await api.apply(slice, of: "big")
      }
      let items = try await admin.get(Self.slices).json["items"]?.elements ?? []
      #expect(items.count == 100)
      #expect(items.allSatisfy { $0["endpoints"]?.elements.count == 100 })
    }
  }

  @Test("the kubeconfig and the service account's folder name what is needed")
  func files() async throws {
    try await withKubernetes { api, _ in
      let text = try await api.kubeconfig()
      #expect(text.contains("server: \(api.url)\n"))
      #expect(text.contains("current-context: lbcheck-lab\n"))
      for identity in LabIdentity.allCases {
        #expect(text.contains("- name: \(identity.rawValue)\n"))
        #expect(text.contains("    token: \(try await api.token(identity))\n"))
      }
      await #expect(throws: FileFailure.self) {
        try await api.writeServiceAccount(to: "/nonexistent")
      }
    }
  }
}
