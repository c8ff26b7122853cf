import Glibc
import NIOCore
import NIOHTTP2
import NIOPosix
import Naming
import Testing

@testable import Lab

@Suite("How long a pod lets connections live", .timeLimit(.minutes(1)))
struct PodLifetimeTests {
  private func withLab(
    _ behaviour: PodBehaviour, seed: UInt64 = 0, _ body: (LabCluster) async throws -> Void
  ) async throws {
    var options = LabOptions()
    options.pods = 1
    options.seed = seed
    options.behaviour = behaviour
    try await LabTests.withLab(options, body)
  }

  private func goAways(_ lab: LabCluster) async throws -> [(LabInstant, LabEvent.GoAway)] {
    try await lab.events().compactMap { event in
      if case .goAway(let goAway, _) = event.kind { (event.time, goAway) } else { nil }
    }
  }

  @Test("GOAWAY max_age in two steps when a connection is old, and its end when that is idle")
  func age() async throws {
    var behaviour = PodBehaviour.healthy
    behaviour.maxConnectionAge = .milliseconds(50)
    try await withLab(behaviour) { lab in
      let client = try await TestClient.connect(lab.pods[0])
      _ = try await client.call()
      try await client.channel.closeFuture.soon()
      let said = try await client.goAways()
      #expect(
        said == [
          GoAway(lastStream: Int(Int32.max), code: 0, debug: "max_age"),
          GoAway(lastStream: 1, code: 0, debug: "max_age"),
        ])
      #expect(try await goAways(lab).map(\.1.lastStream) == [Int(Int32.max), 1])
      #expect(try await lab.counts()[0].answered == 1)
    }
  }

  @Test("jitter is ±10 %, drawn for every connection, and follows from the seed")
  func jitter() {
    func draws(_ seed: UInt64) -> [Double] {
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let core = PodCore(
        name: "a", behaviour: .healthy, tls: nil, place: Pod.Place(seed: seed), loop: loop)
      return (0..<1_000).map { _ in core.jitter() }
    }
    let all = draws(1)
    #expect(all == draws(1))
    #expect(all != draws(2))
    #expect(all.allSatisfy { (0.9...1.1).contains($0) })
    #expect((all.min() ?? 1) < 0.91 && (all.max() ?? 1) > 1.09)
  }

  @Test("what is still busy after the grace is cut off")
  func ageGrace() async throws {
    var behaviour = PodBehaviour.healthy
    behaviour.maxConnectionAge = .milliseconds(20)
    behaviour.maxConnectionAgeGrace = .milliseconds(30)
    behaviour.answer = .never
    try await withLab(behaviour) { lab in
      let client = try await TestClient.connect(lab.pods[0])
      let reply = try await client.start()
      #expect(try await reply.soon().end == .connectionLost)
      #expect(try await client.goAways().map(\.lastStream) == [Int(Int32.max), 1])
      #expect(try await lab.counts()[0].openConnections == 0)
    }
  }

  @Test("a connection without requests ends after the idle time with max_idle")
  func idle() async throws {
    var behaviour = PodBehaviour.healthy
    behaviour.maxConnectionIdle = .milliseconds(40)
    behaviour.delay = .milliseconds(80)
    try await withLab(behaviour) { lab in
      let client = try await TestClient.connect(lab.pods[0])
      // Longer than the idle time, and not idle.
      #expect(try await client.call().grpcStatus == 0)
      try await client.channel.closeFuture.soon()
      #expect(try await client.goAways().map(\.debug) == ["max_idle", "max_idle"])
    }
  }

  @Test("the third PING that comes too early ends the connection")
  func enforcement() async throws {
    var behaviour = PodBehaviour.healthy
    behaviour.keepaliveEnforcement = KeepaliveEnforcement()
    try await withLab(behaviour) { lab in
      let client = try await TestClient.connect(lab.pods[0])
      for _ in 0..<4 { try await client.ping() }
      try await client.channel.closeFuture.soon()
      #expect(
        try await client.goAways() == [GoAway(lastStream: 0, code: 11, debug: "too_many_pings")])
    }
  }

  @Test("PINGs are judged as grpc-go judges them")
  func judgement() {
    func verdicts(
      _ times: [Double], calls: Bool, permits: Bool = false, answeredBefore: Set<Int> = []
    ) -> [Bool] {
      var enforcer = PingEnforcer()
      var enforcement = KeepaliveEnforcement()
      enforcement.minimumInterval = .seconds(10)
      enforcement.permitsWithoutCalls = permits
      return times.enumerated().map { index, time in
        if answeredBefore.contains(index) { enforcer.sentData() }
        return enforcer.isTooMany(
          at: LabInstant(nanoseconds: Int64(time * 1e9)), hasCalls: calls, enforcement)
      }
    }
    #expect(verdicts([0, 10, 20, 30, 40], calls: true) == Array(repeating: false, count: 5))
    #expect(verdicts([0, 9, 18, 27], calls: true) == [false, false, false, true])
    #expect(verdicts([0, 10, 20, 30], calls: false) == [false, false, false, true])
    #expect(
      verdicts([0, 10, 20, 30], calls: false, permits: true) == Array(repeating: false, count: 4))
    #expect(
      verdicts([0, 1, 2, 3, 4, 5, 6], calls: true, answeredBefore: [3])
        == [false, false, false, false, false, false, true])
  }

  @Test("a black hole says nothing, answers nothing and opens nothing, until it is revived")
  func blackHole() async throws {
    try await withLab(.healthy) { lab in
      let client = try await TestClient.connect(lab.pods[0])
      #expect(try await client.call().grpcStatus == 0)
      try await lab.blackHole(pod: 0)
      let reply = try await client.start()
      let pod = lab.pods[0]
      let connecting = Task { try await TestClient.connect(pod) }
      // The request is in the client's kernel, which has no acknowledgement of it.
      try await until { try await unacknowledged(on: client) > 0 }
      // Neither a kill nor a drain is heard.
      try await pod.kill()
      #expect(try await lab.counts()[0].received == 1)
      #expect(client.channel.isActive)
      connecting.cancel()
      _ = reply
    }
  }

  @Test("what was sent into a black hole arrives when it ends")
  func blackHoleEnds() async throws {
    try await withLab(.healthy) { lab in
      let client = try await TestClient.connect(lab.pods[0])
      try await lab.blackHole(pod: 0)
      let reply = try await client.start()
      try await until { try await unacknowledged(on: client) > 0 }
      try await lab.revive(pod: 0)
      #expect(try await reply.soon().grpcStatus == 0)
      #expect(try await TestClient.connect(lab.pods[0]).call().grpcStatus == 0)
    }
  }

  /// TCP_USER_TIMEOUT (tcp(7)) gives a client up that waits for an acknowledgement.
  @Test("a client with TCP_USER_TIMEOUT notices a black hole")
  func userTimeout() async throws {
    try await withLab(.healthy) { lab in
      let client = try await TestClient.connect(lab.pods[0])
      try await client.setUserTimeout(milliseconds: 300)
      try await lab.blackHole(pod: 0)
      let reply = try await client.start()
      #expect(try await reply.soon().end == .connectionLost)
      #expect(try await lab.counts()[0].received == 0)
    }
  }

  /// How many segments of the client its peer has not acknowledged.
  private func unacknowledged(on client: TestClient) async throws -> Int {
    let socket = try #require(client.channel as? any SocketOptionProvider)
    return Int(try await socket.getTCPInfo().get().tcpi_unacked)
  }
}

extension TestClient {
  fileprivate func ping() async throws {
    let frame = HTTP2Frame(
      streamID: .rootStream, payload: .ping(HTTP2PingData(withInteger: 1), ack: false))
    try await channel.writeAndFlush(frame)
  }

  fileprivate func setUserTimeout(milliseconds: CInt) async throws {
    let socket = try #require(channel as? any SocketOptionProvider)
    try await socket.unsafeSetSocketOption(
      level: .tcp, name: .init(rawValue: CInt(TCP_USER_TIMEOUT)), value: milliseconds
    ).get()
  }
}
