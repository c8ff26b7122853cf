import Lab
import NIOCore
import NIOSSL
import Testing

@Suite("A pod that is spoken to in HTTP/1.1", .timeLimit(.minutes(1)))
struct PodHTTP1Tests {
  private func behaviour(_ change: (inout PodBehaviour) -> Void) -> PodBehaviour {
    var behaviour = PodBehaviour()
    change(&behaviour)
    return behaviour
  }

  /// Sends this, and returns what has come when the connection ended, or after so many responses.
  private func answer(
    _ pod: Pod, to requests: String, responses: Int? = nil
  ) async throws -> String {
    let client = try await RawClient.connect(pod.address, pod.port)
    try await client.send(requests)
    if let responses {
      try await until {
        String(buffer: try await client.received()).ranges(of: "HTTP/1.1 ").count == responses
      }
    } else {
      #expect(try await client.end() == .fin)
    }
    defer { client.channel.close(promise: nil) }
    return String(buffer: try await client.received())
  }

  @Test("answers GET with 200, a small body and its name, and closes when asked")
  func get() async throws {
    try await withPod { pod in
      let text = try await answer(
        pod, to: "GET /any/path?x=1 HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n")
      #expect(
        text == "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 7\r\n"
          + "x-pod-name: mygrpc-0\r\nconnection: close\r\n\r\n200 OK\n")
      let counts = try await pod.counts()
      #expect(counts.http1 == 1)
      #expect(counts.connections.map(\.http1) == [1])
      #expect([counts.received, counts.answered, counts.rejected] == [0, 0, 0])
      #expect(counts.openConnections == 0)
    }
  }

  @Test("answers HEAD without a body")
  func head() async throws {
    try await withPod { pod in
      let text = try await answer(
        pod, to: "HEAD / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n")
      #expect(text.contains("content-length: 7\r\n") && text.hasSuffix("\r\n\r\n"))
    }
  }

  @Test("refuses other methods, gRPC's too")
  func post() async throws {
    try await withPod { pod in
      let post = "POST / HTTP/1.1\r\nHost: lab\r\nContent-Length: 2\r\n\r\nab"
      let text = try await answer(pod, to: post + "GET / HTTP/1.0\r\n\r\n")
      #expect(text.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
      #expect(text.contains("allow: GET, HEAD\r\n"))
      #expect(text.hasSuffix("connection: close\r\n\r\n200 OK\n"))
      #expect(try await pod.counts().http1 == 2)
    }
  }

  @Test("keeps a connection and answers in order, the next when it is asked")
  func keepAlive() async throws {
    try await withPod { pod in
      let one = "GET / HTTP/1.1\r\nHost: lab\r\n\r\n"
      let text = try await answer(pod, to: one + one + one, responses: 3)
      #expect(!text.contains("connection:"))
      let old = try await answer(
        pod, to: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", responses: 1)
      #expect(old.contains("connection: keep-alive\r\n"))
      #expect(try await pod.counts().connections.map(\.http1) == [3, 1])
    }
  }

  @Test("says with the last request of a connection that it closes")
  func limit() async throws {
    try await withPod(behaviour { $0.http1RequestLimit = 2 }) { pod in
      let one = "GET / HTTP/1.1\r\nHost: lab\r\n\r\n"
      let text = try await answer(pod, to: one + one + one)
      #expect(text.ranges(of: "HTTP/1.1 200").count == 2)
      #expect(text.ranges(of: "connection: close").count == 1)
      #expect(try await pod.counts().http1 == 2)
    }
  }

  @Test("does as it is told: a failure, no name, and time")
  func told() async throws {
    let behaviour = behaviour {
      $0.answer = .status(14)
      $0.identity = .none
      $0.delay = .milliseconds(50)
    }
    try await withPod(behaviour) { pod in
      let start = ContinuousClock.now
      let text = try await answer(pod, to: "GET / HTTP/1.0\r\n\r\n")
      #expect(text.hasPrefix("HTTP/1.1 500 ") && !text.contains("x-pod-name"))
      #expect(ContinuousClock.now - start >= .milliseconds(50))
    }
  }

  @Test("drained: an idle connection ends at once, a busy one with its response")
  func drain() async throws {
    try await withPod { pod in
      let idle = try await RawClient.connect(pod.address, pod.port)
      try await idle.send("GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
      try await until { try await pod.counts().http1 == 1 }
      try await pod.setBehaviour(behaviour { $0.delay = .milliseconds(200) })
      let busy = try await RawClient.connect(pod.address, pod.port)
      try await busy.send("GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
      let silent = try await RawClient.connect(pod.address, pod.port)
      try await until { try await pod.counts().connections.count == 3 }
      try await pod.drain()
      #expect(try await idle.end() == .fin)
      #expect(try await silent.end() == .fin)
      #expect(try await busy.end() == .fin)
      #expect(String(buffer: try await busy.received()).contains("connection: close\r\n"))
      #expect(try await pod.counts().http1 == 2)
    }
  }

  @Test("what is neither protocol gets 400")
  func nonsense() async throws {
    try await withPod { pod in
      for bytes in ["PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n", "\u{16}\u{03}\u{01}\r\n\r\n"] {
        let text = try await answer(pod, to: bytes)
        #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
      }
      #expect(try await pod.counts().http1 == 0)
    }
  }

  @Test("the preface may come in pieces")
  func pieces() async throws {
    try await withPod { pod in
      let client = try await RawClient.connect(pod.address, pod.port)
      for piece in ["P", "RI * HTTP/2.0\r\n", "\r\nSM\r\n\r\n"] {
        try await client.send(piece)
        try await Task.sleep(for: .milliseconds(10))
      }
      // SETTINGS: the fourth byte of the frame is its type.
      try await until { try await client.received().readableBytes >= 9 }
      #expect(try await client.received().getInteger(at: 3, as: UInt8.self) == 4)
    }
  }
}
