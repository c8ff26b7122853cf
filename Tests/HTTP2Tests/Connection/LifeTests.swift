import Testing

@testable import HTTP2

@Suite("Opening, draining and closing")
struct LifeTests {
  @Test("MAX_CONCURRENT_STREAMS bounds what is open at once, also when it changes")
  func maxConcurrentStreams() {
    let client = Client(server: [3: 2])
    #expect(client.open() == 1)
    #expect(client.open() == 3)
    #expect(!client.canOpen)
    #expect(client.open() == nil)
    client.receive(.headers(1, Block.ok, end: true))
    #expect(client.open() == 5)
    client.receive(.settings([3: 1]))
    #expect(client.events().contains(.settingsChanged))
    client.connection.cancel(3)
    #expect(client.open() == nil)
    client.connection.cancel(5)
    #expect(client.open() == 7)
    client.receive(.settings([3: 0]))
    client.connection.cancel(7)
    #expect(!client.canOpen)
    #expect(!client.isDraining)
  }

  @Test("A graceful GOAWAY comes twice: nothing new after the first, the rest after the second")
  func gracefulGoAway() throws {
    let client = Client()
    for token in 0..<3 { client.open(token: UInt32(token)) }
    client.receive(.goAway(0x7fff_ffff, 0, "max_age"))
    #expect(
      client.events() == [
        .goAway(lastStream: 0x7fff_ffff, code: .noError, debug: Array("max_age".utf8))
      ])
    #expect(client.isDraining)
    #expect(client.open() == nil)
    #expect(client.activeStreams == 3)
    client.receive(.headers(1, Block.ok, end: true), .goAway(3, 0))
    let events = client.events()
    try #require(events.count == 3)
    #expect(events[1] == .goAway(lastStream: 3, code: .noError, debug: []))
    guard case .streamEnded(let refused) = events[2] else {
      Issue.record("stream 5 should have ended")
      return
    }
    #expect(refused.stream == 5)
    #expect(refused.ending == .refused)
    #expect(refused.token == 2)
    client.receive(.headers(3, Block.ok, end: true))
    #expect(client.ends().map(\.stream) == [3])
    #expect(client.activeStreams == 0)
  }

  @Test("GOAWAY with an error keeps the first kilobyte of its debug data")
  func goAwayDebugData() {
    let client = Client()
    client.receive(.goAway(0, 11, String(repeating: "x", count: 3_000)))
    #expect(
      client.events() == [
        .goAway(
          lastStream: 0, code: .enhanceYourCalm, debug: Array(repeating: 0x78, count: 1_024))
      ])
  }

  @Test("The end of the transport tells lost streams from those never sent")
  func connectionLost() {
    let client = Client()
    client.open(token: 1)
    _ = client.sent()
    client.open(token: 2)
    client.connection.connectionClosed()
    let ends = client.ends()
    #expect(ends.map(\.token) == [1, 2])
    #expect(ends.map(\.ending) == [.connectionLost, .refused])
    #expect(client.activeStreams == 0)
    client.connection.connectionClosed()
    client.receive(.settings())
    #expect(client.events().isEmpty)
  }

  @Test("Our GOAWAY is sent once; live streams go on")
  func shutDown() {
    let client = Client()
    client.open()
    _ = client.sent()
    client.connection.shutDown(code: .noError, debug: Array("bye".utf8))
    client.connection.shutDown(code: .noError)
    #expect(client.sent() == [.goAway(0, 0, "bye")])
    #expect(client.isDraining)
    #expect(client.open() == nil)
    client.receive(.headers(1, Block.ok, end: true))
    #expect(client.ends().map(\.ending) == [.endStreamHeaders])
  }

  @Test("PING is answered, and ours is matched")
  func ping() {
    let client = Client()
    client.connection.ping(0x0102_0304_0506_0708)
    #expect(client.sent() == [.ping([1, 2, 3, 4, 5, 6, 7, 8])])
    client.receive(
      .ping([9, 9, 9, 9, 9, 9, 9, 9]), .ping([8, 8, 8, 8, 8, 8, 8, 8], ack: true),
      .ping([1, 2, 3, 4, 5, 6, 7, 8], ack: true), .ping([1, 2, 3, 4, 5, 6, 7, 8], ack: true))
    #expect(client.sent() == [.ping([9, 9, 9, 9, 9, 9, 9, 9], ack: true)])
    #expect(client.events() == [.pong(0x0102_0304_0506_0708)])
  }

  @Test("Several templates on one connection, each repeated with its own fields and body")
  func templates() throws {
    let client = Client()
    let templates = (0..<6).map { RequestTemplate.post($0 * 3, path: "/\($0)") } + [.get]
    let decoder = FullDecoder()
    var stream: UInt32 = 1
    for round in 0..<4 {
      for template in templates {
        #expect(client.open(template) == stream)
        let frames = client.sent()
        try #require(frames.count == (template.body.isEmpty ? 1 : 2))
        #expect(frames.allSatisfy { $0.stream == stream })
        #expect(frames.last?.flags == (template.body.isEmpty ? 5 : 1))
        let fields = try decoder.decode(frames[0].payload)
        #expect(fields.map(\.value) == template.fields.map(\.value), "round \(round)")
        if !template.body.isEmpty { #expect(frames[1].payload == template.body) }
        stream += 2
      }
    }
  }

  @Test("A header block larger than the server's frames is continued")
  func largeBlock() throws {
    let client = Client()
    let request = RequestTemplate(
      fields: [HeaderField("big", String(repeating: "\u{1}", count: 40_000))], body: [1])
    for _ in 0..<3 {
      client.open(request)
      let frames = client.sent()
      #expect(frames.map(\.type).filter { $0 != 9 } == [1, 0])
      #expect(frames.dropLast().map { $0.flags & Frame.endHeaders != 0 }.filter { $0 }.count == 1)
      #expect(frames[0].flags == 0 && frames[0].payload.count == 16_384)
      let decoder = FullDecoder()
      #expect(try decoder.decode(frames.dropLast().flatMap(\.payload)) == request.fields)
    }
  }

  @Test("The server's table size is respected while templates are cached")
  func tableSizeChanges() throws {
    let client = Client()
    let decoder = FullDecoder()
    var stream: UInt32 = 1
    for size: UInt32 in [4_096, 0, 100, 4_096, 50, 65_536] {
      client.receive(.settings([1: size]))
      _ = client.sent()
      for _ in 0..<3 {
        client.open(.post(5))
        let frames = client.sent()
        #expect(
          try decoder.decode(frames[0].payload).map(\.value)
            == RequestTemplate.post(5).fields.map(\.value))
        #expect(frames.allSatisfy { $0.stream == stream })
        stream += 2
      }
    }
  }

  @Test("Stream ids end at 2^31-1; the connection drains then (RFC 9113 §5.1.1)")
  func streamIDs() {
    let client = Client()
    client.connection.nextStream = 0x7fff_ffff
    #expect(client.open() == 0x7fff_ffff)
    #expect(client.isDraining)
    #expect(client.open() == nil)
    client.receive(.headers(0x7fff_ffff, Block.ok, end: true))
    #expect(client.ends().map(\.stream) == [0x7fff_ffff])
  }
}
