import NIOCore
import Naming
import Testing

@testable import Lab

@Suite("The lab's cluster", .timeLimit(.minutes(1)))
struct LabClusterTests {
  private func addresses(_ lab: LabCluster, _ name: String) -> Set<IPAddress>? {
    lab.dns.zone.recordSet(name, ZoneRecord.Kind.a.rawValue).map { set in
      Set(
        set.records.compactMap { record in
          if case .address(let address) = record { address } else { nil }
        })
    }
  }

  @Test("gives every pod its own loopback address and all the same port")
  func addressesAndPort() async throws {
    try await withLab { lab in
      #expect(lab.pods.count == 5)
      #expect(Set(lab.pods.map(\.address)).count == 5)
      #expect(lab.pods.map(\.address) == lab.pods.map(\.address).sorted())
      #expect(lab.pods.allSatisfy { $0.address.isLoopback && $0.port == lab.port })
      #expect(!lab.pods.map(\.address).contains(lab.virtualIP.address))
      #expect(lab.pods.map(\.name) == (0..<5).map { "mygrpc-\($0)" })
      for pod in lab.pods {
        let reply = try await TestClient.connect(pod).call()
        #expect(reply.podName == pod.name)
      }
      #expect(try await lab.counts().map(\.answered) == [1, 1, 1, 1, 1])
    }
  }

  @Test("several labs run side by side, one of them large")
  func parallel() async throws {
    var options = LabOptions()
    let labs = try await [5, 120, 1].mapAsync { pods in
      options.pods = pods
      return try await LabCluster.start(options)
    }
    for lab in labs {
      let last = try #require(lab.pods.last)
      #expect(try await TestClient.connect(last).call().podName == last.name)
      #expect(try await lab.counts().map(\.answered).reduce(0, +) == 1)
    }
    for lab in labs { try await lab.stop() }
  }

  @Test("publishes headless and ClusterIP names as Kubernetes does")
  func names() async throws {
    var options = LabOptions()
    options.pods = 3
    options.ttl = 7
    try await withLab(options) { lab in
      let zone = lab.dns.zone
      let headless = "mygrpc.default.svc.cluster.local"
      #expect(lab.names.headless == headless)
      #expect(addresses(lab, headless) == Set(lab.pods.map(\.address)))
      #expect(zone.recordSet(headless, ZoneRecord.Kind.a.rawValue)?.ttl == 7)
      for pod in lab.pods {
        #expect(addresses(lab, "\(pod.name).\(headless)") == [pod.address])
      }
      let ports = try #require(
        zone.recordSet("_grpc._tcp.\(headless)", ZoneRecord.Kind.srv.rawValue))
      #expect(
        Set(ports.records)
          == Set(
            (0..<3).map {
              .srv(priority: 0, weight: 100, port: lab.port, target: "mygrpc-\($0).\(headless)")
            }))
      let service = "mygrpc-vip.default.svc.cluster.local"
      #expect(addresses(lab, service) == [lab.virtualIP.address])
      #expect(
        zone.recordSet("_grpc._tcp.\(service)", ZoneRecord.Kind.srv.rawValue)?.records
          == [.srv(priority: 0, weight: 100, port: lab.port, target: service)])
    }
  }

  @Test("a pod that is not ready leaves DNS and the virtual IP, not its connections")
  func readiness() async throws {
    try await withLab { lab in
      let client = try await TestClient.connect(lab.pods[2])
      for pod in [0, 1, 2, 4] { try await lab.setReady(false, pod: pod) }
      #expect(await lab.readyPods() == [3])
      #expect(addresses(lab, lab.names.headless) == [lab.pods[3].address])
      #expect(addresses(lab, lab.names.podHost(2)) == nil)
      for _ in 0..<10 {
        let viaVIP = try await TestClient.connect(lab.virtualIP.address, lab.port)
        #expect(try await viaVIP.call().podName == "mygrpc-3")
      }
      #expect(try await client.call().podName == "mygrpc-2")
      try await lab.setReady(false, pod: 3)
      #expect(addresses(lab, lab.names.headless) == nil)
      #expect(lab.dns.zone.exists(lab.names.headless) == false)
      try await lab.setReady(true, pod: 2)
      #expect(addresses(lab, lab.names.headless) == [lab.pods[2].address])
    }
  }

  @Test("a drained pod is neither ready nor listening; a killed one is still in DNS")
  func drainAndKill() async throws {
    try await withLab { lab in
      try await lab.drain(pod: 1)
      #expect(await lab.readyPods() == [0, 2, 3, 4])
      await #expect(throws: (any Error).self) { try await TestClient.connect(lab.pods[1]) }
      try await lab.kill(pod: 4)
      #expect(await lab.readyPods() == [0, 2, 3, 4])
      await #expect(throws: (any Error).self) { try await TestClient.connect(lab.pods[4]) }
      try await lab.revive(pod: 1)
      try await lab.revive(pod: 4)
      #expect(await lab.readyPods() == [0, 1, 2, 3, 4])
      #expect(try await TestClient.connect(lab.pods[1]).call().grpcStatus == 0)
      #expect(try await TestClient.connect(lab.pods[4]).call().grpcStatus == 0)
    }
  }

  @Test("through the virtual IP one connection is one pod, many are all pods")
  func virtualIP() async throws {
    try await withLab { lab in
      let one = try await TestClient.connect(lab.virtualIP.address, lab.port)
      for _ in 0..<50 { _ = try await one.call() }
      #expect(try await lab.counts().map(\.answered).sorted() == [0, 0, 0, 0, 50])
      for _ in 0..<60 {
        let client = try await TestClient.connect(lab.virtualIP.address, lab.port)
        _ = try await client.call()
        try await client.close()
      }
      let connections = try await lab.counts().map(\.connections.count)
      #expect(connections.reduce(0, +) == 61)
      #expect(connections.allSatisfy { $0 > 0 })
    }
  }

  @Test("starts with the behaviour it is told")
  func behaviour() async throws {
    var options = LabOptions()
    options.pods = 2
    options.behaviour.answer = .status(14, message: "not today")
    try await withLab(options) { lab in
      for pod in lab.pods {
        let reply = try await TestClient.connect(pod).call()
        #expect(reply.grpcStatus == 14)
      }
    }
  }
}
