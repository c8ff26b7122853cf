import Lab
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import Naming
import Testing

@Suite("A pod's faults, as a client sees them", .timeLimit(.minutes(1)))
struct PodFaultTests {
  @Test("every k-th request is refused and may be tried again", arguments: [1, 3, 7])
  func refuses(_ every: Int) async throws {
    var behaviour = PodBehaviour()
    behaviour.refuseEvery = every
    try await withPod(behaviour) { pod in
      let client = try await TestClient.connect(pod)
      let replies = try await (1...21).mapAsync { _ in try await client.call() }
      for (number, reply) in zip(1..., replies) {
        #expect(reply.end == (number.isMultiple(of: every) ? .reset(7) : .endStream))
      }
      let counts = try await pod.counts()
      #expect(counts.received == 21)
      #expect(counts.refused == 21 / every)
      #expect(counts.answered == 21 - 21 / every)
    }
  }

  @Test("every k-th request is reset with the code it is told")
  func resets() async throws {
    var behaviour = PodBehaviour()
    behaviour.resetEvery = 2
    behaviour.resetCode = 11
    try await withPod(behaviour) { pod in
      let client = try await TestClient.connect(pod)
      let replies = try await (1...6).mapAsync { _ in try await client.call() }
      #expect(replies.count { $0.end == .reset(11) } == 3)
      #expect(replies.count { $0.grpcStatus == 0 } == 3)
      let counts = try await pod.counts()
      #expect(counts.reset == 3)
      #expect(counts.refused == 0)
      #expect(counts.answered == 3)
    }
  }

  @Test("a request that meets a hanging pod is never answered")
  func hangs() async throws {
    var behaviour = PodBehaviour()
    behaviour.answer = .never
    try await withPod(behaviour) { pod in
      let client = try await TestClient.connect(pod)
      let hanging = try await client.start()
      try await until { try await pod.counts().received == 1 }
      try await pod.setBehaviour(.healthy)
      // Answered later than the hanging one came, so that one is not merely slow.
      #expect(try await client.call().grpcStatus == 0)
      let counts = try await pod.counts()
      #expect(counts.received == 2)
      #expect(counts.answered == 1)
      try await pod.kill()
      #expect(try await hanging.soon().end == .connectionLost)
    }
  }

  @Test("a killed pod ends its connections at once and refuses new ones", arguments: [true, false])
  func kill(_ withReset: Bool) async throws {
    var behaviour = PodBehaviour()
    behaviour.answer = .never
    try await withPod(behaviour) { pod in
      let client = try await TestClient.connect(pod)
      let raw = try await RawClient.connect(pod.address, pod.port)
      try await raw.send("PRI * HTTP/2.0\r\n")
      let open = try await client.start()
      try await until {
        let counts = try await pod.counts()
        return counts.received == 1 && counts.connections.count == 2
      }
      try await pod.kill(withReset ? .reset : .fin)
      #expect(try await open.soon().end == .connectionLost)
      #expect(try await raw.end() == (withReset ? .reset : .fin))
      #expect(try await client.goAways() == [])
      try await raw.close()
      await #expect(throws: (any Error).self) { try await TestClient.connect(pod) }
      let counts = try await pod.counts()
      #expect(counts.openConnections == 0)
      #expect(counts.received == 1)
      #expect(counts.answered == 0)
    }
  }

  @Test("a request counts as answered exactly when its client got the answer", arguments: 1...3)
  func killUnderLoad(_ round: Int) async throws {
    try await withPod { pod in
      let clients = try await (0..<4).mapAsync { _ in try await TestClient.connect(pod) }
      let answered = try await withThrowingTaskGroup(of: Int.self) { group in
        for client in clients {
          group.addTask {
            var answered = 0
            while true {
              let calls = try await (0..<10).mapAsync { _ in try await client.start() }
              let replies = try await calls.mapAsync { try await $0.soon() }
              let good = replies.count { $0.grpcStatus == 0 && $0.end == .endStream }
              answered += good
              if good < 10 { return answered }
            }
          }
        }
        group.addTask {
          try await until { try await pod.counts().answered > 100 * round }
          try await pod.kill()
          return 0
        }
        return try await group.reduce(0, +)
      }
      #expect(try await pod.counts().answered == answered)
    }
  }

  @Test("a killed pod can come back on its port")
  func revive() async throws {
    try await withPod { pod in
      _ = try await TestClient.connect(pod).call()
      try await pod.kill()
      try await pod.revive()
      #expect(try await TestClient.connect(pod).call().grpcStatus == 0)
      #expect(try await pod.counts().answered == 2)
    }
  }

  @Test("a drained pod says so twice, answers what is open and then ends the connection")
  func drain() async throws {
    var behaviour = PodBehaviour()
    behaviour.delay = .milliseconds(100)
    try await withPod(behaviour) { pod in
      let client = try await TestClient.connect(pod)
      let open = try await (0..<3).mapAsync { _ in try await client.start() }
      try await until { try await pod.counts().received == 3 }
      try await pod.drain()
      for call in open { #expect(try await call.soon().grpcStatus == 0) }
      try await client.channel.closeFuture.soon()
      #expect(
        try await client.goAways() == [
          GoAway(lastStream: 0x7FFF_FFFF, code: 0, debug: "graceful_stop"),
          GoAway(lastStream: 5, code: 0, debug: "graceful_stop"),
        ])
      await #expect(throws: (any Error).self) { try await TestClient.connect(pod) }
      let counts = try await pod.counts()
      #expect(counts.answered == 3)
      #expect(counts.openConnections == 0)
    }
  }

  @Test("an idle connection ends at once when its pod is drained")
  func drainIdle() async throws {
    try await withPod { pod in
      let client = try await TestClient.connect(pod)
      // After this both ends have had each other's SETTINGS, which NIO takes badly after GOAWAY.
      _ = try await client.call()
      try await pod.drain()
      try await client.channel.closeFuture.soon()
      #expect(try await client.goAways().map(\.lastStream) == [0x7FFF_FFFF, 1])
    }
  }

  @Test("requests sent before the client knew of the GOAWAY are answered")
  func raceWithGoAway() async throws {
    try await withPod { pod in
      let client = try await TestClient.connect(pod)
      _ = try await client.call()
      try await client.setReading(false)
      try await pod.ageConnections()
      let late = try await client.start()
      try await until { try await pod.counts().received == 2 }
      try await client.setReading(true)
      #expect(try await late.soon().grpcStatus == 0)
      try await client.channel.closeFuture.soon()
      #expect(
        try await client.goAways() == [
          GoAway(lastStream: 0x7FFF_FFFF, code: 0, debug: "max_age"),
          GoAway(lastStream: 3, code: 0, debug: "max_age"),
        ])
      #expect(try await pod.counts().answered == 2)
      // The pod itself is well.
      #expect(try await TestClient.connect(pod).call().grpcStatus == 0)
    }
  }

  @Test("a connection is aged after the number of requests it is told")
  func goAwayAfter() async throws {
    var behaviour = PodBehaviour()
    behaviour.goAwayAfter = 4
    try await withPod(behaviour) { pod in
      for _ in 0..<2 {
        let client = try await TestClient.connect(pod)
        for _ in 0..<4 { #expect(try await client.call().grpcStatus == 0) }
        try await client.channel.closeFuture.soon()
        let goAways = try await client.goAways()
        #expect(goAways.map(\.lastStream) == [0x7FFF_FFFF, 7])
        #expect(goAways.map(\.debug) == ["max_age", "max_age"])
      }
      #expect(try await pod.counts().connections.map(\.answered) == [4, 4])
    }
  }

  @Test("requests above the final GOAWAY's last stream are neither answered nor counted")
  func aboveLastStream() async throws {
    var behaviour = PodBehaviour()
    behaviour.answer = .never
    try await withPod(behaviour) { pod in
      let client = try await ScriptedClient.connect(pod)
      try await client.open(stream: 1)
      try await until { try await pod.counts().received == 1 }
      try await pod.setBehaviour(.healthy)
      try await pod.ageConnections()
      try await client.waitForFrame(type: 6)
      try await client.answerPing()
      try await client.open(stream: 3)
      try await client.reset(stream: 1)
      #expect(try await client.end() == .fin)
      #expect(try await client.frameTypes().filter { $0 == 7 }.count == 2)
      let counts = try await pod.counts()
      #expect(counts.received == 1)
      #expect(counts.answered == 0)
      #expect(counts.cancelled == 1)
    }
  }

  @Test("a silent pod accepts and says nothing")
  func silent() async throws {
    var behaviour = PodBehaviour()
    behaviour.greeting = .silent
    try await withPod(behaviour) { pod in
      let client = try await RawClient.connect(pod.address, pod.port)
      try await client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
      try await until { try await pod.counts().connections.count == 1 }
      // A well connection that comes later is served; this one still is not.
      try await pod.setBehaviour(.healthy)
      #expect(try await TestClient.connect(pod).call().grpcStatus == 0)
      #expect(try await client.received().readableBytes == 0)
      #expect(try await pod.counts().openConnections == 2)
    }
  }

  @Test("a closing pod closes what it has accepted")
  func closing() async throws {
    var behaviour = PodBehaviour()
    behaviour.greeting = .closed
    try await withPod(behaviour) { pod in
      let client = try await RawClient.connect(pod.address, pod.port)
      #expect(try await client.end() == .fin)
      #expect(try await client.received().readableBytes == 0)
      await #expect(throws: (any Error).self) { try await TestClient.connect(pod) }
      #expect(try await pod.counts().connections.count == 2)
    }
  }

  @Test("a garbage pod is no HTTP/2 server")
  func garbage() async throws {
    var behaviour = PodBehaviour()
    behaviour.greeting = .garbage
    try await withPod(behaviour) { pod in
      await #expect(throws: (any Error).self) { try await TestClient.connect(pod) }
      let client = try await RawClient.connect(pod.address, pod.port)
      try await until { try await client.received().readableBytes == 64 }
    }
  }

  @Test("an HTTP/1.1 pod answers the preface with 400 and closes")
  func http1() async throws {
    var behaviour = PodBehaviour()
    behaviour.greeting = .http1
    try await withPod(behaviour) { pod in
      let client = try await RawClient.connect(pod.address, pod.port)
      try await client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
      #expect(try await client.end() == .fin)
      let text = String(buffer: try await client.received())
      #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
      #expect(text.hasSuffix("\r\n\r\nBad Request\n"))
    }
  }

  @Test("a breach of HTTP/2 ends the connection and is noted")
  func violation() async throws {
    try await withPod { pod in
      let client = try await ScriptedClient.connect(pod)
      try await client.open(stream: 2)
      #expect(try await client.end() == .fin)
      #expect(try await client.frameTypes().last == 7)
      #expect(try await pod.counts().violations.count == 1)
    }
  }
}
