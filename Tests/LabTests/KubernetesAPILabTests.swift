import Naming
import Testing

@testable import Lab

@Suite("The lab's pods in its API server", .timeLimit(.minutes(1)))
struct KubernetesAPILabTests {
  private static let slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
  private static let headless = "\(slices)?labelSelector=kubernetes.io/service-name%3Dmygrpc"

  private func withLab(
    pods: Int = 5, sliceSize: Int = 100,
    _ body: (LabCluster, KubernetesClient) async throws -> Void
  ) async throws {
    var options = LabOptions()
    options.pods = pods
    options.kubernetes = KubernetesOptions()
    options.kubernetes?.sliceSize = sliceSize
    try await LabTests.withLab(options) { lab in
      try await body(lab, try await KubernetesClient(try #require(lab.kubernetes)))
    }
  }

  /// `READY/SERVING/TERMINATING` of every endpoint of the headless Service, by pod.
  private func conditions(_ client: KubernetesClient) async throws -> [String: String] {
    let items = try await client.get(Self.headless).json["items"]?.elements ?? []
    return Dictionary(
      uniqueKeysWithValues: try items.flatMap { $0["endpoints"]?.elements ?? [] }.map { endpoint in
        let conditions = try #require(endpoint["conditions"])
        let flags = ["ready", "serving", "terminating"].map { name -> String in
          conditions[name] == true ? String(name.prefix(1)) : "-"
        }
        return (try #require(endpoint["targetRef"]?["name"]?.text), flags.joined())
      })
  }

  @Test("has both Services with the lab's addresses")
  func services() async throws {
    try await withLab { lab, client in
      let list = try await client.get("/api/v1/namespaces/default/services")
      #expect(try list.names == ["mygrpc", "mygrpc-vip"])
      let specs = try (list.json["items"]?.elements ?? []).compactMap { $0["spec"] }
      #expect(specs.map { $0["clusterIP"]?.text } == ["None", lab.virtualIP.address.description])
      let ports = specs.map { $0["ports"]?.elements.first?["port"]?.number }
      #expect(ports == [Int(lab.port), Int(lab.port)])
    }
  }

  @Test("knows its pods by address, node and zone")
  func pods() async throws {
    try await withLab { lab, client in
      let address = lab.pods[1].address
      let path = "/api/v1/namespaces/default/pods"
      let found = try await client.get("\(path)?fieldSelector=status.podIP%3D\(address)")
      #expect(try found.names == ["mygrpc-1"])
      let slices = try await client.get(Self.headless)
      let endpoint = try #require(
        try slices.json["items"]?.elements.first?["endpoints"]?.elements.dropFirst().first)
      #expect(endpoint["addresses"] == [.string(address.description)])
      #expect((endpoint["nodeName"], endpoint["zone"]) == ("node-2", "zone-b"))
      let pod = try #require(try found.json["items"]?.elements.first)
      #expect(endpoint["targetRef"]?["uid"] == pod["metadata"]?["uid"])
      let endpoints = try await client.get("/api/v1/namespaces/default/endpoints/mygrpc")
      #expect(try endpoints.json["subsets"]?.elements.first?["addresses"]?.elements.count == 5)
    }
  }

  @Test("splits a Service over slices as large as it is told")
  func slices() async throws {
    try await withLab(sliceSize: 2) { _, client in
      let items = try await client.get(Self.headless).json["items"]?.elements ?? []
      #expect(items.compactMap { $0["endpoints"]?.elements.count }.sorted() == [1, 2, 2])
    }
  }

  @Test("conditions follow readiness, not a crash")
  func readiness() async throws {
    try await withLab(pods: 2) { lab, client in
      #expect(try await conditions(client) == ["mygrpc-0": "rs-", "mygrpc-1": "rs-"])
      try await lab.kill(pod: 0)
      #expect(try await conditions(client)["mygrpc-0"] == "rs-")
      try await lab.setReady(false, pod: 0)
      #expect(try await conditions(client)["mygrpc-0"] == "---")
      let endpoints = try await client.get("/api/v1/namespaces/default/endpoints/mygrpc").json
      let subset = try #require(endpoints["subsets"]?.elements.first)
      #expect(subset["notReadyAddresses"]?.elements.count == 1)
      try await lab.revive(pod: 0)
      #expect(try await conditions(client)["mygrpc-0"] == "rs-")
    }
  }

  @Test("a drained pod terminates while it is asked something, and is gone afterwards")
  func drain() async throws {
    try await withLab(pods: 2) { lab, client in
      var behaviour = PodBehaviour()
      behaviour.answer = .never
      try await lab.pods[0].setBehaviour(behaviour)
      let grpc = try await TestClient.connect(lab.pods[0])
      _ = try await grpc.start()
      try await until { try await lab.counts()[0].received == 1 }
      try await lab.drain(pod: 0)
      #expect(try await conditions(client) == ["mygrpc-0": "-st", "mygrpc-1": "rs-"])
      let pod = "/api/v1/namespaces/default/pods/mygrpc-0"
      let uid = try await client.get(pod).json["metadata"]?["uid"]
      #expect(try await client.get(pod).json["metadata"]?["deletionTimestamp"] != nil)
      try await grpc.close()
      try await until { try await conditions(client) == ["mygrpc-1": "rs-"] }
      try await lab.setReady(true, pod: 0)
      #expect(try await client.get(pod).status == 404)
      try await lab.revive(pod: 0)
      #expect(try await conditions(client)["mygrpc-0"] == "rs-")
      #expect(try await client.get(pod).json["metadata"]?["uid"] != uid)
    }
  }

  @Test("keeps an empty slice where no pod is left")
  func empty() async throws {
    try await withLab(pods: 2, sliceSize: 1) { lab, client in
      for pod in 0..<2 { try await lab.drain(pod: pod) }
      try await until { try await conditions(client).isEmpty }
      let items = try await client.get(Self.headless).json["items"]?.elements ?? []
      #expect(items.map { $0["endpoints"] } == [.null])
      #expect(items.map { $0["ports"] } == [.null])
    }
  }

  @Test("a watch of a thousand random changes ends where the lab is")
  func manyChanges() async throws {
    try await withLab(sliceSize: 2) { lab, client in
      let target = "\(Self.headless)&watch=1"
      let watch = try await client.open(target)
      _ = try await watch.events(3)
      var generator = SplitMix64(seed: 3)
      for _ in 0..<1_000 {
        let pod = Int.random(in: 0..<5, using: &generator)
        try await lab.setReady(Bool.random(using: &generator), pod: pod)
      }
      let list = try await client.get(Self.headless).json["items"]?.elements ?? []
      let versions = list.compactMap { $0["metadata"]?["resourceVersion"]?.text }
      let latest = try #require(versions.compactMap { Int($0) }.max())
      try await until {
        try await watch.reply().body.contains(#""resourceVersion":"\#(latest)""#)
      }
      var seen: [String: JSONValue] = [:]
      let events = try await watch.events()
      for event in events { seen[event.name ?? ""] = event.object }
      #expect(events.compactMap(\.version) == events.compactMap(\.version).sorted())
      let endpoints = Dictionary(
        uniqueKeysWithValues: list.compactMap { item in
          item["metadata"]?["name"]?.text.map { ($0, item["endpoints"]) }
        })
      #expect(seen.mapValues { $0["endpoints"] } == endpoints)
      try await watch.close()
    }
  }

  @Test("a lab without it has no API server")
  func none() async throws {
    let lab = try await LabCluster.start()
    #expect(lab.kubernetes == nil)
    try await lab.stop()
  }
}
