import NIOCore
import NIOHPACK
import Naming
import Testing

@testable import Lab

@Suite("The lab's L7 proxy", .timeLimit(.minutes(1)))
struct L7ProxyTests {
  private func withLab(
    _ change: (inout LabOptions) -> Void = { _ in },
    _ body: (LabCluster, L7Proxy) async throws -> Void
  ) async throws {
    var options = LabOptions()
    options.pods = 3
    change(&options)
    try await LabTests.withLab(options) { try await body($0, try #require($0.proxy)) }
  }

  private func answered(_ lab: LabCluster) async throws -> [Int] {
    try await lab.counts().map(\.answered)
  }

  @Test("one connection reaches every pod in turn, over one connection each")
  func turns() async throws {
    try await withLab { lab, proxy in
      let client = try await TestClient.connect(proxy.address, proxy.port)
      let replies = try await (0..<300).mapAsync { _ in try await client.start() }
      let names = try await replies.mapAsync { try await $0.soon().podName }
      #expect(names.prefix(4) == ["mygrpc-0", "mygrpc-1", "mygrpc-2", "mygrpc-0"])
      let counts = try await lab.counts()
      #expect(counts.map(\.answered) == [100, 100, 100])
      #expect(counts.map(\.connections.count) == [1, 1, 1])
      #expect(counts.allSatisfy { $0.violations.isEmpty })
    }
  }

  @Test("clients share the pods' connections")
  func clients() async throws {
    try await withLab { lab, proxy in
      for _ in 0..<6 {
        let client = try await TestClient.connect(proxy.address, proxy.port)
        #expect(try await client.call().grpcStatus == 0)
        try await client.close()
      }
      #expect(try await lab.counts().map(\.connections.count) == [1, 1, 1])
      #expect(try await answered(lab) == [2, 2, 2])
    }
  }

  @Test("passes on headers, bodies and trailers, and says that it was there")
  func content() async throws {
    try await withLab { lab, proxy in
      let client = try await TestClient.connect(proxy.address, proxy.port)
      let reply = try await client.call()
      #expect(reply.headers?.first(name: ":status") == "200")
      #expect(reply.headers?[canonicalForm: "server"] == ["lbcheck-lab-proxy"])
      #expect(reply.headers?[canonicalForm: "via"] == ["2 lbcheck-lab-proxy"])
      #expect(reply.body == [0, 0, 0, 0, 2, 0x08, 0x01])
      #expect(reply.trailers?.first(name: "grpc-status") == "0")
      #expect(reply.trailers?.first(name: "server") == nil)
      let body = [0, 0, 0x30, 0, 0] + [UInt8](repeating: 7, count: 3 << 20)
      for _ in 0..<3 {
        #expect(try await client.call("/shop.Cart/Upload", body: body).grpcStatus == 0)
      }
      // Early answers: to what is no gRPC, and to streaming methods.
      #expect(try await client.call(headers: [:]).headers?.first(name: ":status") == "415")
      #expect(try await client.call("/grpc.health.v1.Health/Watch", body: nil).grpcStatus == 12)
      #expect(try await lab.counts().allSatisfy { $0.violations.isEmpty })
    }
  }

  @Test("passes on resets, either way")
  func resets() async throws {
    try await withLab({ $0.behaviour.resetEvery = 1 }) { lab, proxy in
      let client = try await TestClient.connect(proxy.address, proxy.port)
      #expect(try await client.call().end == .reset(2))
      for pod in lab.pods {
        var behaviour = PodBehaviour()
        behaviour.answer = .never
        try await pod.setBehaviour(behaviour)
      }
      _ = try await client.start()
      try await until { try await lab.counts().map(\.received).reduce(0, +) == 2 }
      try await client.cancelNewest()
      try await until { try await lab.counts().map(\.cancelled).reduce(0, +) == 1 }
      // A client that goes away takes its requests with it.
      for _ in 0..<6 { _ = try await client.start() }
      try await until { try await lab.counts().map(\.received).reduce(0, +) == 8 }
      try await client.close()
      try await until { try await lab.counts().map(\.cancelled).reduce(0, +) == 7 }
    }
  }

  @Test("goes past a pod that is killed, and back to it when it lives again")
  func killed() async throws {
    try await withLab { lab, proxy in
      let client = try await TestClient.connect(proxy.address, proxy.port)
      for _ in 0..<3 { _ = try await client.call() }
      try await lab.kill(pod: 1, .reset)
      // What had been sent to it is lost, if the proxy has not heard of the end yet.
      _ = try await client.call()
      _ = try await client.call()
      let before = try await answered(lab)
      for _ in 0..<10 { #expect(try await client.call().grpcStatus == 0) }
      let grown = zip(try await answered(lab), before).map(-)
      #expect(grown[1] == 0 && grown[0] + grown[2] == 10)
      try await lab.revive(pod: 1)
      for _ in 0..<3 { #expect(try await client.call().grpcStatus == 0) }
      #expect(try await answered(lab)[1] == before[1] + 1)
    }
  }

  @Test("requests in flight at a pod that is killed end with a reset")
  func killedInFlight() async throws {
    try await withLab({ $0.behaviour.answer = .never }) { lab, proxy in
      let client = try await TestClient.connect(proxy.address, proxy.port)
      let waiting = try await (0..<3).mapAsync { _ in try await client.start() }
      try await until { try await lab.counts().allSatisfy { $0.received == 1 } }
      try await lab.kill(pod: 0)
      #expect(try await waiting[0].soon().end == .reset(2))
      #expect(try await client.goAways().isEmpty)
    }
  }

  @Test("draining pods under load lose nothing")
  func drained() async throws {
    try await withLab { lab, proxy in
      let client = try await TestClient.connect(proxy.address, proxy.port)
      for pod in 0..<2 {
        let replies = try await (0..<200).mapAsync { _ in try await client.start() }
        try await lab.drain(pod: pod)
        for reply in replies { #expect(try await reply.soon().grpcStatus == 0) }
      }
      #expect(try await client.call().podName == "mygrpc-2")
      #expect(try await answered(lab).reduce(0, +) == 401)
      try await until { try await lab.counts().map(\.openConnections) == [0, 0, 1] }
      #expect(try await lab.counts().allSatisfy { $0.violations.isEmpty })
    }
  }

  @Test("without a ready pod requests are refused, and served once there is one again")
  func noPods() async throws {
    try await withLab({ $0.pods = 1 }) { lab, proxy in
      let client = try await TestClient.connect(proxy.address, proxy.port)
      try await lab.setReady(false, pod: 0)
      #expect(try await client.call().end == .reset(7))
      try await lab.setReady(true, pod: 0)
      #expect(try await client.call().grpcStatus == 0)
    }
  }

  @Test("has a name of its own, which outlives its pods; a TLS lab has no proxy")
  func name() async throws {
    try await withLab({ $0.pods = 1 }) { lab, proxy in
      try await lab.setReady(false, pod: 0)
      let set = lab.dns.zone.recordSet(
        "mygrpc-proxy.default.svc.cluster.local", ZoneRecord.Kind.a.rawValue)
      #expect(set?.records == [.address(proxy.address)])
      #expect(proxy.port == lab.port)
    }
    var options = LabOptions()
    options.security = .tls
    let lab = try await LabCluster.start(options)
    #expect(lab.proxy == nil)
    try await lab.stop()
  }
}
