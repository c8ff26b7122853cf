import HTTP2
import Testing

/// Keeps what it sees.
final class Recorder: FrameObserver {
  private(set) var frames: [ObservedFrame] = []

  func frame(_ frame: ObservedFrame) {
    frames.append(frame)
  }

  func lines() -> [String] {
    defer { frames = [] }
    return frames.flatMap { $0.lines() }
  }
}

@Suite("Observed frames, as nghttp -v prints them")
struct ObserverTests {
  @Test("A whole exchange in wire order")
  func exchange() {
    let recorder = Recorder()
    let client = Client(observer: recorder, server: nil)
    client.receive(.settings([3: 100, 0x99: 7]))
    #expect(
      recorder.lines() == [
        "send SETTINGS frame <length=12, flags=0x00, stream_id=0>",
        "          (niv=2)",
        "          [SETTINGS_ENABLE_PUSH(0x02):0]",
        "          [SETTINGS_MAX_HEADER_LIST_SIZE(0x06):16384]",
        "send WINDOW_UPDATE frame <length=4, flags=0x00, stream_id=0>",
        "          (window_size_increment=983041)",
        "recv SETTINGS frame <length=12, flags=0x00, stream_id=0>",
        "          (niv=2)",
        "          [SETTINGS_MAX_CONCURRENT_STREAMS(0x03):100]",
        "          [UNKNOWN(0x99):7]",
        "send SETTINGS frame <length=0, flags=0x01, stream_id=0>",
        "          ; ACK",
        "          (niv=0)",
      ])
    client.open(
      RequestTemplate(
        fields: [
          HeaderField(":method", "POST"), HeaderField("authorization", "Bearer abc"),
          HeaderField("cookie", "id=1"), HeaderField("proxy-authorization", "Basic abc"),
          HeaderField("x-key", "abc", neverIndexed: true), HeaderField("x-plain", "a\u{1b}[2Jb"),
        ], body: [1, 2, 3]))
    let sent = recorder.lines()
    #expect(sent.first?.hasPrefix("send HEADERS frame <length=") == true)
    #expect(
      sent.dropFirst() == [
        "          ; END_HEADERS",
        "          (padlen=0)",
        "          ; Open new stream",
        "          :method: POST",
        "          authorization: <redacted>",
        "          cookie: <redacted>",
        "          proxy-authorization: <redacted>",
        "          x-key: <redacted>",
        "          x-plain: a\\x1b[2Jb",
        "send DATA frame <length=3, flags=0x01, stream_id=1>",
        "          ; END_STREAM",
      ])
    let padded: [UInt8] = [1, 0x80, 0, 0, 3, 15, 0x88]
    let field = Block.literal("x-a", "\r\u{7f}\\é")
    client.receive(
      Frame(type: 1, flags: 0x2c, stream: 1, payload: padded + field + [0]),
      Frame(type: 0, flags: 8, stream: 1, payload: [1, 9, 0]),
      .headers(1, Block.literal("grpc-status", "0"), end: true))
    #expect(
      recorder.lines() == [
        "recv (stream_id=1) :status: 200",
        "recv (stream_id=1) x-a: \\x0d\\x7f\\x5c\\xc3\\xa9",
        "recv HEADERS frame <length=19, flags=0x2c, stream_id=1>",
        "          ; END_HEADERS | PADDED | PRIORITY",
        "          (padlen=1, dep_stream_id=3, weight=16, exclusive=1)",
        "          ; First response header",
        // A value with CR is malformed.
        "send RST_STREAM frame <length=4, flags=0x00, stream_id=1>",
        "          (error_code=PROTOCOL_ERROR(0x01))",
        "recv DATA frame <length=3, flags=0x08, stream_id=1>",
        "          ; PADDED",
        "          (padlen=1)",
        "recv (stream_id=1) grpc-status: 0",
        "recv HEADERS frame <length=15, flags=0x05, stream_id=1>",
        "          ; END_STREAM | END_HEADERS",
        "          (padlen=0)",
      ])
  }

  @Test("Control frames show what is in them")
  func control() {
    let recorder = Recorder()
    let client = Client(observer: recorder)
    client.open()
    _ = recorder.lines()
    let debug = "opaque_data(14)=[too_many\\x07pings]"
    let goAway = "(last_stream_id=1, error_code=ENHANCE_YOUR_CALM(0x0b), \(debug))"
    client.receive(
      .ping([0, 1, 2, 3, 4, 5, 6, 0xff]), Frame(type: 2, stream: 3, payload: [0, 0, 0, 5, 255]),
      Frame(type: 0xc, flags: 0x7, stream: 2, payload: [1]), .windowUpdate(1, 77),
      .headers(1, Block.ok, complete: false), .continuation(1, Block.literal("a", "b")),
      .reset(1, 0x55), .goAway(1, 11, "too_many\u{7}pings"))
    #expect(
      recorder.lines() == [
        "recv PING frame <length=8, flags=0x00, stream_id=0>",
        "          (opaque_data=00010203040506ff)",
        "send PING frame <length=8, flags=0x01, stream_id=0>",
        "          ; ACK",
        "          (opaque_data=00010203040506ff)",
        "recv PRIORITY frame <length=5, flags=0x00, stream_id=3>",
        "          (dep_stream_id=5, weight=256, exclusive=0)",
        "recv UNKNOWN(0x0c) frame <length=1, flags=0x07, stream_id=2>",
        "recv WINDOW_UPDATE frame <length=4, flags=0x00, stream_id=1>",
        "          (window_size_increment=77)",
        "recv HEADERS frame <length=1, flags=0x00, stream_id=1>",
        "          (padlen=0)",
        "recv (stream_id=1) :status: 200",
        "recv (stream_id=1) a: b",
        "recv CONTINUATION frame <length=5, flags=0x04, stream_id=1>",
        "          ; END_HEADERS",
        "recv RST_STREAM frame <length=4, flags=0x00, stream_id=1>",
        "          (error_code=UNKNOWN(0x55))",
        "recv GOAWAY frame <length=22, flags=0x00, stream_id=0>",
        "          \(goAway)",
      ])
  }

  @Test("A frame that breaks a rule is shown, and then what is answered")
  func broken() throws {
    for frame in [
      Frame(type: 0, stream: 1, claimedLength: 20_000), .headers(1, [0xff]), .data(2, []),
      .ping([1]), .settings([5: 1]), Frame(type: 5, stream: 1, payload: [0, 0, 0, 2]),
    ] {
      let recorder = Recorder()
      let client = Client(observer: recorder)
      client.open()
      let before = recorder.frames.count
      client.receive(frame)
      let seen = recorder.frames.dropFirst(before)
      #expect(seen.map(\.direction) == [.received, .sent])
      #expect(seen.first?.type == frame.type)
      #expect(seen.first?.length == frame.claimedLength ?? frame.payload.count)
      #expect(seen.last?.typeName == "GOAWAY")
    }
  }

  @Test("The observer sees the same bytes that are sent, and changes nothing")
  func sameBytes() {
    let conversation = Conversation(seed: 5, steps: 500)
    let recorder = Recorder()
    let watched = Client(Conversation.settings, observer: recorder, server: nil)
    let plain = Client(Conversation.settings, server: nil)
    for step in conversation.steps {
      for client in [watched, plain] {
        switch step {
        case .server(let bytes): client.receive(bytes)
        case .open(let index): client.open(Conversation.requests[index])
        case .cancel(let stream): client.connection.cancel(stream)
        case .drain: break
        }
      }
    }
    let sent = watched.sent()
    #expect(sent == plain.sent())
    #expect(watched.events() == plain.events())
    let seen = recorder.frames.filter { $0.direction == .sent }
    #expect(seen.map(\.type) == sent.map(\.type))
    #expect(seen.map(\.stream) == sent.map(\.stream))
    #expect(seen.map(\.length) == sent.map(\.payload.count))
  }
}
