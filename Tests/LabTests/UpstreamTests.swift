import Lab
import NIOCore
import NIOHPACK
import NIOPosix
import Naming
import Testing

@Suite("A pod that passes everything on to a server", .timeLimit(.minutes(1)))
struct UpstreamTests {
  /// The body gets a pod, and the server behind it: another pod, which counts for itself.
  private func withRelay(
    _ behaviour: PodBehaviour = .healthy, _ body: (_ pod: Pod, _ server: Pod) async throws -> Void
  ) async throws {
    try await withPod(behaviour) { server in
      let address = try SocketAddress(
        ipAddress: "\(server.address)", port: Int(server.port))
      let pod = try await Pod.start(
        name: "relay", address: .v4(0x7F00_0001), upstream: Upstream(address),
        on: MultiThreadedEventLoopGroup.singleton.next())
      do {
        try await body(pod, server)
        try await pod.kill()
      } catch {
        try? await pod.kill()
        throw error
      }
    }
  }

  @Test("answers are the server's, and both count alike")
  func passesOn() async throws {
    try await withRelay { pod, server in
      let client = try await TestClient.connect(pod)
      let replies = try await (0..<200).mapAsync { _ in try await client.start() }
      for reply in replies {
        let reply = try await reply.soon()
        #expect(reply.trailers?.first(name: "grpc-status") == "0")
        #expect(reply.headers?.first(name: "x-pod-name") == "mygrpc-0")
      }
      try await client.close()
      try await until { try await pod.counts().openConnections == 0 }
      let counts = try await pod.counts()
      #expect(counts.received == 200)
      #expect(counts.connections.first?.answers == [.grpc(0): 200])
      #expect(counts.connections.first?.end == .client)
      #expect((counts.connections.first?.peak ?? 0) > 0)
      #expect(try await server.counts().answered == 200)
    }
  }

  @Test("every way in which a request can end is told from the others")
  func ends() async throws {
    var behaviour = PodBehaviour.healthy
    behaviour.answer = .status(5, message: "no such thing")
    behaviour.refuseEvery = 2
    behaviour.resetEvery = 3
    try await withRelay(behaviour) { pod, server in
      let client = try await TestClient.connect(pod)
      for _ in 0..<6 { _ = try await client.call() }
      behaviour.refuseEvery = nil
      behaviour.resetEvery = nil
      behaviour.answer = .never
      try await server.setBehaviour(behaviour)
      let cancelled = try await client.start()
      try await until { try await server.counts().received == 7 }
      try await client.cancelNewest()
      try await until { try await pod.counts().cancelled == 1 }
      _ = try await client.start()
      try await until { try await pod.counts().received == 8 }
      try await client.close()
      _ = try await cancelled.soon()
      try await until { try await pod.counts().openConnections == 0 }
      let counts = try await pod.counts()
      let connection = try #require(counts.connections.first)
      #expect(connection.answers == [.grpc(5): 2])
      #expect(connection.losses == [.refused: 3, .reset: 1, .cancelled: 1])
      #expect(connection.unanswered == 1)
    }
  }

  @Test("a drain says GOAWAY twice between the server's frames, and ends when all is answered")
  func drain() async throws {
    var behaviour = PodBehaviour.healthy
    behaviour.delay = .milliseconds(200)
    try await withRelay(behaviour) { pod, server in
      let client = try await TestClient.connect(pod)
      let first = try await client.start()
      let second = try await client.start()
      try await until { try await pod.counts().received == 2 }
      try await pod.drain()
      #expect(try await first.soon().end == .endStream)
      #expect(try await second.soon().end == .endStream)
      try await until { try await pod.counts().openConnections == 0 }
      let goAways = try await client.goAways()
      #expect(goAways.map(\.lastStream) == [Int(Int32.max), 3])
      #expect(goAways.allSatisfy { $0.debug == "graceful_stop" })
      let connection = try #require(try await pod.counts().connections.first)
      #expect(connection.end == .drained)
      #expect(connection.goAway?.lastStream == 3)
      #expect(connection.answers == [.grpc(0): 2])
      // The answer to the pod's own PING was not for the server.
      #expect(try await server.counts().violations.isEmpty)
    }
  }

  @Test("the server's own GOAWAY goes through and is noted")
  func serverDrains() async throws {
    try await withRelay { pod, server in
      let client = try await TestClient.connect(pod)
      _ = try await client.call()
      try await server.drain()
      try await until { try await pod.counts().openConnections == 0 }
      #expect(try await client.goAways().map(\.lastStream) == [Int(Int32.max), 1])
      #expect(try await pod.counts().connections.first?.goAway?.lastStream == 1)
    }
  }

  @Test("a crash of the pod ends both connections, and what was open is unanswered")
  func kill() async throws {
    var behaviour = PodBehaviour.healthy
    behaviour.answer = .never
    try await withRelay(behaviour) { pod, server in
      let client = try await TestClient.connect(pod)
      let call = try await client.start()
      try await until { try await server.counts().received == 1 }
      try await pod.kill(.reset)
      #expect(try await call.soon().end == .connectionLost)
      try await until { try await server.counts().openConnections == 0 }
      let connection = try #require(try await pod.counts().connections.first)
      #expect(connection.end == .killed)
      #expect(connection.unanswered == 1)
    }
  }

  @Test("what is not HTTP/2 in cleartext is passed on, and said not to be understood")
  func otherProtocols() async throws {
    try await withRelay { pod, server in
      let client = try await RawClient.connect(pod.address, pod.port)
      try await client.send("GET / HTTP/1.1\r\nhost: lab\r\n\r\n")
      try await until { try await client.received().readableBytes > 0 }
      #expect(try await String(buffer: client.received()).hasPrefix("HTTP/1.1 200 OK"))
      let connection = try #require(try await pod.counts().connections.first)
      #expect(!connection.isUnderstood)
      #expect(try await server.counts().http1 == 1)
      try await client.close()
    }
  }

  @Test("without the server a connection is reset, as by a pod whose process has gone")
  func gone() async throws {
    try await withRelay { pod, server in
      try await server.kill()
      // It may come before the client has been told that it is connected.
      #expect(try await RawClient.fate(of: pod.address, pod.port) == .reset)
    }
  }

  @Test("a server is found by name, and one that is not there is said so")
  func find() async throws {
    try await withPod { server in
      _ = try await Upstream.find(host: "localhost", port: server.port)
      try await server.kill()
      await #expect(throws: Upstream.Unreachable.self) {
        try await Upstream.find(host: "127.0.0.1", port: server.port)
      }
      try await server.revive()
    }
  }
}
