import HTTP2
import Testing

@Suite("Frames for streams that are over (RFC 9113 §5.1)")
struct LateFrameTests {
  @Test("After our RST_STREAM everything is ignored, but its header blocks are decoded")
  func cancelled() throws {
    let client = Client(watch: [["x-pod"]])
    client.open()
    client.open()
    client.connection.cancel(1)
    #expect(client.sent().last == .reset(1, 8))
    #expect(client.activeStreams == 1)
    let named = Block.of(Block.ok, Block.literal("x-pod", "a", pattern: 0x40))
    let reference = Block.of(Block.ok, [0xbe])
    client.receive(
      .headers(1, named), .data(1, [1, 2, 3]),
      .windowUpdate(1, 9), .headers(1, Block.literal("b", "c"), end: true), .reset(1, 0),
      .headers(3, reference, end: true))
    let ends = client.ends()
    #expect(ends.map(\.stream) == [3])
    #expect(client.values.string(of: ends[0].notes[0]) == "a")
    #expect(client.sent().isEmpty)
    client.connection.cancel(1)
    client.connection.cancel(3)
    client.connection.cancel(99)
    client.connection.cancel(0)
    #expect(client.activeStreams == 0)
    #expect(client.pendingOutput == 0)
  }

  @Test("DATA on a cancelled stream still counts for the connection's window")
  func cancelledData() throws {
    var settings = ClientSettings()
    settings.connectionWindow = 65_535
    let client = Client(settings)
    client.open()
    client.connection.cancel(1)
    _ = client.sent()
    client.receive(.data(1, Array(repeating: 0, count: 16_384)))
    #expect(client.sent().isEmpty)
    client.receive(.data(1, Array(repeating: 0, count: 16_384)))
    #expect(client.sent() == [.windowUpdate(0, 32_768)])
  }

  @Test("After the server's END_STREAM its WINDOW_UPDATE, RST_STREAM and PRIORITY are ignored")
  func ended() {
    let client = Client()
    client.open()
    client.receive(.headers(1, Block.ok, end: true))
    #expect(client.ends().count == 1)
    _ = client.sent()
    client.receive(
      .windowUpdate(1, 1), .windowUpdate(1, 0), .reset(1, 8),
      Frame(type: 2, stream: 1, payload: [0, 0, 0, 0, 0]))
    #expect(client.events().isEmpty)
    #expect(client.sent().isEmpty)
  }

  @Test("After the server's RST_STREAM a further frame is answered once with STREAM_CLOSED")
  func resetByServer() {
    let client = Client()
    client.open()
    client.receive(.reset(1, 8))
    _ = client.events()
    _ = client.sent()
    client.receive(.data(1, [1]), .data(1, [1]), .headers(1, Block.ok))
    #expect(client.sent() == [.reset(1, 5)])
    #expect(client.events().isEmpty)
  }

  @Test("A stream long gone is forgotten, and its frames are ignored")
  func forgotten() {
    let client = Client()
    for index in 0..<100 {
      client.open()
      client.receive(.headers(UInt32(index * 2 + 1), Block.ok, end: true))
    }
    #expect(client.ends().count == 100)
    client.receive(.data(1, [1]), .headers(1, Block.ok))
    #expect(client.events().isEmpty)
  }

  @Test("PRIORITY and unknown frames are ignored, on whatever stream")
  func ignored() {
    let client = Client()
    _ = client.sent()
    client.receive(
      Frame(type: 2, stream: 77, payload: [0, 0, 0, 0, 0]),
      Frame(type: 2, stream: 2, payload: [0, 0, 0, 0, 0]),
      Frame(type: 0xc, payload: [1, 2, 3]), Frame(type: 0xfe, flags: 0xff, stream: 9))
    #expect(client.events().isEmpty)
    #expect(client.sent().isEmpty)
  }

  @Test("One slow stream among many thousands is still found, and memory does not follow its age")
  func slowStream() throws {
    let client = Client()
    client.open(token: 5)
    for index in 1..<5_000 {
      client.open()
      client.receive(.headers(UInt32(index * 2 + 1), Block.ok, end: true))
      if index % 100 == 0 { #expect(client.ends().count == 100) }
    }
    client.receive(.headers(1, Block.ok), .data(1, [7], end: true))
    let end = try #require(client.ends().last)
    #expect(end.token == 5)
    #expect(end.bodyByte(0) == 7)
    #expect(client.activeStreams == 0)
  }
}
