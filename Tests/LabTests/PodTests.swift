import Lab
import NIOCore
import NIOHPACK
import Testing

@Suite("A pod that is well", .timeLimit(.minutes(1)))
struct PodTests {
  @Test("answers a health check with SERVING and its name")
  func health() async throws {
    try await withPod { pod in
      let client = try await TestClient.connect(pod)
      let reply = try await client.call()
      #expect(reply.headers?.first(name: ":status") == "200")
      #expect(reply.headers?.first(name: "content-type") == "application/grpc")
      #expect(reply.podName == "mygrpc-0")
      #expect(reply.body == [0, 0, 0, 0, 2, 0x08, 0x01])
      #expect(reply.trailers?.first(name: "grpc-status") == "0")
      #expect(reply.end == .endStream)
    }
  }

  @Test("answers any other unary method with OK and an empty message")
  func anyMethod() async throws {
    try await withPod { pod in
      let client = try await TestClient.connect(pod)
      let reply = try await client.call("/shop.Cart/Add", body: [0, 0, 0, 0, 3, 1, 2, 3])
      #expect(reply.grpcStatus == 0)
      #expect(reply.body == TestClient.emptyMessage)
    }
  }

  @Test(
    "names itself where it is told to",
    arguments: [PodBehaviour.Identity.header, .trailer, .none])
  func identity(_ identity: PodBehaviour.Identity) async throws {
    var behaviour = PodBehaviour()
    behaviour.identity = identity
    try await withPod(behaviour) { pod in
      let reply = try await TestClient.connect(pod).call()
      let inTrailers = reply.trailers?.first(name: "x-pod-name")
      #expect(reply.podName == (identity == .header ? "mygrpc-0" : nil))
      #expect(inTrailers == (identity == .trailer ? "mygrpc-0" : nil))
    }
  }

  @Test("answers with the status it is told, Trailers-Only and percent-encoded")
  func status() async throws {
    var behaviour = PodBehaviour()
    behaviour.answer = .status(8, message: "50 % zu früh\n")
    try await withPod(behaviour) { pod in
      let reply = try await TestClient.connect(pod).call()
      #expect(reply.trailers == nil)
      #expect(reply.headers?.first(name: "grpc-status") == "8")
      #expect(reply.headers?.first(name: "grpc-message") == "50 %25 zu fr%C3%BCh%0A")
      #expect(reply.podName == "mygrpc-0")
      #expect(try await pod.counts().answered == 1)
    }
  }

  @Test("answers after the delay it is told, not before")
  func delay() async throws {
    var behaviour = PodBehaviour()
    behaviour.delay = .milliseconds(100)
    try await withPod(behaviour) { pod in
      let client = try await TestClient.connect(pod)
      let start = ContinuousClock.now
      let replies = try await (0..<20).mapAsync { _ in try await client.start() }
      for reply in replies { #expect(try await reply.soon().grpcStatus == 0) }
      #expect(ContinuousClock.now - start >= .milliseconds(100))
    }
  }

  @Test("refuses what is not gRPC with an HTTP status, and counts it apart")
  func notGRPC() async throws {
    try await withPod { pod in
      let client = try await TestClient.connect(pod)
      let get = try await client.call(method: "GET", headers: [:])
      #expect(get.headers?.first(name: ":status") == "405")
      let json = try await client.call(headers: ["content-type": "application/json"])
      #expect(json.headers?.first(name: ":status") == "415")
      let look = try await client.call(headers: ["content-type": "application/grpcx"])
      #expect(look.headers?.first(name: ":status") == "415")
      let proto = try await client.call(headers: ["content-type": "application/grpc+proto"])
      #expect(proto.grpcStatus == 0)
      let counts = try await pod.counts()
      #expect(counts.received == 4)
      #expect(counts.rejected == 3)
      #expect(counts.answered == 1)
    }
  }

  @Test(
    "answers INTERNAL to a request that is not whole messages, UNIMPLEMENTED to a compressed one",
    arguments: [
      ([0, 0, 0, 0], 13), ([0, 0, 0, 0, 2, 1], 13), ([], 13),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 13), ([1, 0, 0, 0, 0], 12), ([0, 0, 0, 0, 0], 0),
    ] as [([UInt8], Int)])
  func malformed(_ body: [UInt8], _ status: Int) async throws {
    try await withPod { pod in
      let reply = try await TestClient.connect(pod).call(body: body)
      #expect(reply.grpcStatus == status)
    }
  }

  @Test("does not keep streaming methods that it has not got waiting")
  func unsupported() async throws {
    try await withPod { pod in
      let client = try await TestClient.connect(pod)
      let path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
      #expect(try await client.call(path, body: nil).grpcStatus == 12)
      #expect(try await client.call("/grpc.health.v1.Health/Watch").grpcStatus == 12)
      #expect(try await client.call().grpcStatus == 0)
    }
  }

  @Test("takes requests far larger than its flow-control windows")
  func largeRequest() async throws {
    try await withPod { pod in
      let client = try await TestClient.connect(pod)
      let size = 3 << 20
      let prefix: [UInt8] = [0, 0, 0x30, 0, 0]
      for _ in 0..<2 {
        let reply = try await client.call(
          "/shop.Cart/Upload", body: prefix + [UInt8](repeating: 7, count: size))
        #expect(reply.grpcStatus == 0)
      }
      #expect(try await pod.counts().violations == [])
    }
  }

  @Test("gives flow-control bytes back for requests that it refused")
  func windowOfRefused() async throws {
    var behaviour = PodBehaviour()
    behaviour.refuseEvery = 1
    try await withPod(behaviour) { pod in
      let client = try await TestClient.connect(pod)
      let body = [UInt8](repeating: 0, count: 1_000)
      for _ in 0..<200 {
        #expect(try await client.call("/a.B/C", body: body).end == .reset(7))
      }
      try await pod.setBehaviour(.healthy)
      #expect(try await client.call().grpcStatus == 0)
    }
  }

  @Test("counts by connection, open and ended ones")
  func connections() async throws {
    try await withPod { pod in
      let first = try await TestClient.connect(pod)
      let second = try await TestClient.connect(pod)
      for _ in 0..<3 { _ = try await first.call() }
      for _ in 0..<2 { _ = try await second.call() }
      let counts = try await pod.counts()
      #expect(counts.connections.map(\.answered) == [3, 2])
      #expect(counts.connections.map(\.received) == [3, 2])
      #expect(counts.connections[0].peer == first.channel.localAddress?.textOfTest)
      #expect(counts.openConnections == 2)
      try await first.close()
      try await until { try await pod.counts().openConnections == 1 }
      #expect(try await pod.counts().connections.map(\.isOpen) == [false, true])
      #expect(try await second.call().grpcStatus == 0)
    }
  }

  @Test("counts what clients cancel as cancelled, not as answered")
  func cancelled() async throws {
    var behaviour = PodBehaviour()
    behaviour.answer = .never
    try await withPod(behaviour) { pod in
      let client = try await TestClient.connect(pod)
      for _ in 0..<300 {
        _ = try await client.start()
        try await client.cancelNewest()
      }
      try await until { try await pod.counts().cancelled == 300 }
      try await pod.setBehaviour(.healthy)
      #expect(try await client.call().grpcStatus == 0)
      let counts = try await pod.counts()
      #expect(counts.received == 301)
      #expect(counts.cancelled == 300)
      #expect(counts.answered == 1)
    }
  }

  @Test("counts a request as answered when the response has gone out, not when it is made")
  func answeredWhenWritten() async throws {
    try await withPod { pod in
      let client = try await ScriptedClient.connect(pod, window: 0)
      try await client.open(stream: 1)
      try await client.waitForFrame(type: 1)
      #expect(try await pod.counts().answered == 0)
      try await client.openWindow(stream: 1)
      try await until { try await pod.counts().answered == 1 }
      try await until { try await client.frameTypes().filter { $0 == 1 }.count == 2 }
    }
  }

  @Test("announces the stream limit it is told, and none to speak of otherwise")
  func streamLimit() async throws {
    var behaviour = PodBehaviour()
    behaviour.maxConcurrentStreams = 3
    try await withPod(behaviour) { pod in
      #expect(try await TestClient.connect(pod).maxConcurrentStreams() == 3)
      try await pod.setBehaviour(.healthy)
      #expect(try await TestClient.connect(pod).maxConcurrentStreams() == 0x7FFF_FFFF)
    }
  }

  @Test("answers a thousand requests at once on one connection")
  func many() async throws {
    try await withPod { pod in
      let client = try await TestClient.connect(pod)
      _ = try await client.call()
      let replies = try await (0..<1_000).mapAsync { _ in try await client.start() }
      for reply in replies { #expect(try await reply.soon().grpcStatus == 0) }
      let counts = try await pod.counts()
      #expect(counts.answered == 1_001)
      #expect(counts.violations == [])
    }
  }
}
