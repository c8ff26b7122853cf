import HTTP2
import Testing

/// One rule of RFC 9113: what the server sends, and what the client must make of it.
struct Rule: CustomTestStringConvertible {
  let name: String
  let frames: [Frame]
  let code: ErrorCode

  init(_ name: String, _ code: ErrorCode, _ frames: Frame...) {
    self.name = name
    self.code = code
    self.frames = frames
  }

  var testDescription: String { "\(name): \(code)" }
}

@Suite("Connection errors (RFC 9113 §5.4.1)")
struct ConnectionErrorTests {
  static let connectionRules: [Rule] = [
    // §4.2
    Rule(
      "§4.2 frame above our limit", .frameSizeError,
      Frame(type: 0, stream: 1, claimedLength: 16_385)),
    Rule(
      "§4.2 unknown frame above our limit", .frameSizeError,
      Frame(type: 0xfe, claimedLength: 16_385)),
    // §4.3, §6.10
    Rule("§4.3 block that does not decode", .compressionError, .headers(1, [0xff])),
    Rule(
      "§4.3 late block that does not decode", .compressionError,
      .reset(1, 8), .headers(1, [0xff])),
    Rule(
      "§6.10 other frame inside a block", .protocolError,
      .headers(1, Block.ok, complete: false), .ping([0, 0, 0, 0, 0, 0, 0, 0])),
    Rule(
      "§6.10 unknown frame inside a block", .protocolError,
      .headers(1, Block.ok, complete: false), Frame(type: 0xfe)),
    Rule(
      "§6.10 CONTINUATION of another stream", .protocolError,
      .headers(1, Block.ok, complete: false), .continuation(3, [])),
    Rule("§6.10 CONTINUATION without HEADERS", .protocolError, .continuation(1, [])),
    Rule(
      "§6.10 CONTINUATION after END_HEADERS", .protocolError,
      .headers(1, Block.ok), .continuation(1, [])),
    // §5.1, §5.1.1
    Rule("§5.1 HEADERS on an idle stream", .protocolError, .headers(5, Block.ok)),
    Rule("§5.1 DATA on an idle stream", .protocolError, .data(5, [])),
    Rule("§5.1 RST_STREAM on an idle stream", .protocolError, .reset(5, 0)),
    Rule("§5.1 WINDOW_UPDATE on an idle stream", .protocolError, .windowUpdate(5, 1)),
    Rule("§5.1.1 HEADERS on a stream of the server", .protocolError, .headers(2, Block.ok)),
    Rule("§5.1.1 DATA on a stream of the server", .protocolError, .data(2, [])),
    Rule("§5.1.1 RST_STREAM on a stream of the server", .protocolError, .reset(2, 0)),
    Rule("§5.1.1 WINDOW_UPDATE on a stream of the server", .protocolError, .windowUpdate(2, 1)),
    Rule(
      "§5.1 HEADERS after END_STREAM", .streamClosed,
      .headers(1, Block.ok, end: true), .headers(1, Block.ok, end: true)),
    Rule(
      "§5.1 DATA after END_STREAM", .streamClosed,
      .headers(1, Block.ok, end: true), .data(1, [0])),
    // §6.1 – §6.10: streams that a frame must or must not have
    Rule("§6.1 DATA on stream 0", .protocolError, .data(0, [])),
    Rule("§6.2 HEADERS on stream 0", .protocolError, .headers(0, Block.ok)),
    Rule("§6.3 PRIORITY on stream 0", .protocolError, Frame(type: 2, payload: [0, 0, 0, 0, 0])),
    Rule("§6.4 RST_STREAM on stream 0", .protocolError, .reset(0, 0)),
    Rule("§6.5 SETTINGS on a stream", .protocolError, Frame(type: 4, stream: 1)),
    Rule(
      "§6.7 PING on a stream", .protocolError,
      Frame(type: 6, stream: 1, payload: [0, 0, 0, 0, 0, 0, 0, 0])),
    Rule(
      "§6.8 GOAWAY on a stream", .protocolError,
      Frame(type: 7, stream: 1, payload: [0, 0, 0, 0, 0, 0, 0, 0])),
    Rule("§6.10 CONTINUATION on stream 0", .protocolError, .continuation(0, [])),
    // Sizes
    Rule(
      "§6.4 RST_STREAM of 3 bytes", .frameSizeError,
      Frame(type: 3, stream: 1, payload: [0, 0, 0])),
    Rule(
      "§6.4 RST_STREAM of 5 bytes", .frameSizeError,
      Frame(type: 3, stream: 1, payload: [0, 0, 0, 0, 0])),
    Rule("§6.5 SETTINGS of 5 bytes", .frameSizeError, Frame(type: 4, payload: [0, 0, 0, 0, 0])),
    Rule(
      "§6.5 acknowledgement with entries", .frameSizeError,
      Frame(type: 4, flags: 1, payload: [0, 1, 0, 0, 0, 0])),
    Rule("§6.7 PING of 7 bytes", .frameSizeError, .ping([0, 0, 0, 0, 0, 0, 0])),
    Rule("§6.7 PING of 9 bytes", .frameSizeError, .ping([0, 0, 0, 0, 0, 0, 0, 0, 0])),
    Rule(
      "§6.8 GOAWAY of 7 bytes", .frameSizeError,
      Frame(type: 7, payload: [0, 0, 0, 0, 0, 0, 0])),
    Rule("§6.9 WINDOW_UPDATE of 3 bytes", .frameSizeError, Frame(type: 8, payload: [0, 0, 1])),
    Rule(
      "§6.9 WINDOW_UPDATE of 5 bytes", .frameSizeError,
      Frame(type: 8, payload: [0, 0, 0, 0, 1])),
    Rule(
      "§6.1 padded DATA without a pad length", .frameSizeError,
      Frame(type: 0, flags: 8, stream: 1)),
    Rule(
      "§6.2 HEADERS too short for their priority", .frameSizeError,
      Frame(type: 1, flags: 0x24, stream: 1, payload: [0, 0, 0, 0])),
    // Padding
    Rule(
      "§6.1 padding as long as the payload", .protocolError,
      Frame(type: 0, flags: 8, stream: 1, payload: [3, 0, 0])),
    Rule(
      "§6.2 padding past the payload", .protocolError,
      Frame(type: 1, flags: 0x0c, stream: 1, payload: [9, 0x88, 0])),
    Rule(
      "§6.2 padding over the priority", .frameSizeError,
      Frame(type: 1, flags: 0x2c, stream: 1, payload: [3, 0, 0, 0, 0, 0, 0])),
    // §6.5.2
    Rule("§6.5.2 ENABLE_PUSH of 1", .protocolError, .settings([2: 1])),
    Rule("§6.5.2 ENABLE_PUSH of 2", .protocolError, .settings([2: 2])),
    Rule("§6.5.2 INITIAL_WINDOW_SIZE of 2^31", .flowControlError, .settings([4: 1 << 31])),
    Rule("§6.5.2 MAX_FRAME_SIZE of 16383", .protocolError, .settings([5: 16_383])),
    Rule("§6.5.2 MAX_FRAME_SIZE of 2^24", .protocolError, .settings([5: 1 << 24])),
    Rule("RFC 8441 §3 ENABLE_CONNECT_PROTOCOL of 2", .protocolError, .settings([8: 2])),
    Rule("§6.5 acknowledgement of nothing", .protocolError, .settingsAck),
    // §6.6, §8.4
    Rule(
      "§8.4 PUSH_PROMISE", .protocolError,
      Frame(type: 5, flags: 4, stream: 1, payload: [0, 0, 0, 2, 0x82])),
    // §6.8
    Rule(
      "§6.8 GOAWAY that raises its last stream", .protocolError,
      .goAway(1, 0), .goAway(3, 0)),
    // §6.9
    Rule("§6.9 WINDOW_UPDATE of 0 on the connection", .protocolError, .windowUpdate(0, 0)),
    Rule(
      "§6.9.1 window of the connection past 2^31-1", .flowControlError,
      .windowUpdate(0, 0x7fff_ffff)),
    Rule(
      "§6.9.2 window of a stream past 2^31-1 by SETTINGS", .flowControlError,
      .windowUpdate(1, 0x7fff_0000), .settings([4: 0x7fff_ffff])),
  ]

  @Test("The connection ends with the right code", arguments: connectionRules)
  func connectionError(_ rule: Rule) throws {
    let client = Client()
    let first = try #require(client.open(token: 11))
    let second = try #require(client.open(token: 22))
    #expect((first, second) == (1, 3))
    _ = client.sent()
    for frame in rule.frames.dropLast() {
      client.receive(frame)
      #expect(client.sent().allSatisfy { $0.type != 7 })
    }
    let before = client.events()
    #expect(before.allSatisfy { if case .failed = $0 { false } else { true } })
    let ended = Set(
      before.compactMap { if case .streamEnded(let end) = $0 { end.stream } else { nil } })

    try client.receive(#require(rule.frames.last))
    let events = client.events()
    guard case .failed(let error) = events.first else {
      Issue.record("expected a connection error, got \(events)")
      return
    }
    #expect(error.code == rule.code)
    #expect(error.message.contains("RFC"))

    // GOAWAY with the code, and it is the last frame.
    let goAway = try #require(client.sent().last)
    #expect(goAway.type == 7)
    #expect(Array(goAway.payload.prefix(8)) == bigEndian(0) + bigEndian(rule.code.rawValue))

    // Every stream that was alive ends, once.
    let ends = events.compactMap { if case .streamEnded(let end) = $0 { end } else { nil } }
    #expect(ends.map(\.stream) == [first, second].filter { !ended.contains($0) })
    #expect(ends.allSatisfy { $0.ending == .protocolError && $0.code == rule.code.rawValue })
    #expect(client.activeStreams == 0)
    #expect(client.isDraining)

    // And nothing happens any more.
    client.receive(.ping([1, 2, 3, 4, 5, 6, 7, 8]), .settings([3: 7]))
    client.connection.ping(1)
    client.connection.shutDown(code: .noError)
    #expect(client.open() == nil)
    client.connection.connectionClosed()
    #expect(client.events().isEmpty)
    #expect(client.pendingOutput == 0)
  }
}

@Suite("Stream errors (RFC 9113 §5.4.2)")
struct StreamErrorTests {
  private static let okay = Block.ok

  static let rules: [Rule] = [
    Rule("§8.1 DATA before HEADERS", .protocolError, .data(1, [0])),
    Rule(
      "§8.1 trailers without END_STREAM", .protocolError,
      .headers(1, okay), .headers(1, Block.literal("a", "b"))),
    Rule("§8.1 second response", .protocolError, .headers(1, okay), .headers(1, okay)),
    Rule(
      "§8.1 trailers with :status", .protocolError,
      .headers(1, okay), .headers(1, okay, end: true)),
    Rule(
      "§8.1 interim response with END_STREAM", .protocolError,
      .headers(1, Block.status("103"), end: true)),
    Rule("§8.6 status 101", .protocolError, .headers(1, Block.status("101"))),
    Rule(
      "§8.1.1 body shorter than content-length", .protocolError,
      .headers(1, Block.of(okay, Block.literal("content-length", "3"))),
      .data(1, [1, 2], end: true)),
    Rule(
      "§8.1.1 body longer than content-length", .protocolError,
      .headers(1, Block.of(okay, Block.literal("content-length", "1"))),
      .data(1, [1, 2], end: true)),
    Rule(
      "§8.1.1 no body in spite of content-length", .protocolError,
      .headers(1, Block.of(okay, Block.literal("content-length", "1")), end: true)),
    Rule(
      "§8.1.1 content-length that is no number", .protocolError,
      .headers(1, Block.of(okay, Block.literal("content-length", "1x")))),
    Rule(
      "§8.1.1 two content-lengths", .protocolError,
      .headers(
        1,
        Block.of(okay, Block.literal("content-length", "1"), Block.literal("content-length", "2")))),
    Rule(
      "§8.2.1 upper-case name", .protocolError,
      .headers(1, Block.of(okay, Block.literal("Name", "v")))),
    Rule("§8.2.1 empty name", .protocolError, .headers(1, Block.of(okay, Block.literal("", "v")))),
    Rule(
      "§8.2.1 space in a name", .protocolError,
      .headers(1, Block.of(okay, Block.literal("a b", "v")))),
    Rule(
      "§8.2.1 colon in a name", .protocolError,
      .headers(1, Block.of(okay, Block.literal("a:b", "v")))),
    Rule(
      "§8.2.1 control character in a name", .protocolError,
      .headers(1, Block.of(okay, Block.literal("a\u{1b}", "v")))),
    Rule(
      "§8.2.1 name that is not ASCII", .protocolError,
      .headers(1, Block.of(okay, Block.literal("é", "v")))),
    Rule(
      "§8.2.1 NUL in a value", .protocolError, .headers(1, Block.of(okay, Block.literal("a", "\0")))
    ),
    Rule(
      "§8.2.1 CR in a value", .protocolError,
      .headers(1, Block.of(okay, Block.literal("a", "b\rc")))),
    Rule(
      "§8.2.1 LF in a value", .protocolError,
      .headers(1, Block.of(okay, Block.literal("a", "b\nc")))),
    Rule(
      "§8.2.1 value that begins with a space", .protocolError,
      .headers(1, Block.of(okay, Block.literal("a", " b")))),
    Rule(
      "§8.2.1 value that ends with a tab", .protocolError,
      .headers(1, Block.of(okay, Block.literal("a", "b\t")))),
    Rule(
      "§8.2.2 connection", .protocolError,
      .headers(1, Block.of(okay, Block.literal("connection", "close")))),
    Rule(
      "§8.2.2 keep-alive", .protocolError,
      .headers(1, Block.of(okay, Block.literal("keep-alive", "1")))),
    Rule(
      "§8.2.2 proxy-connection", .protocolError,
      .headers(1, Block.of(okay, Block.literal("proxy-connection", "close")))),
    Rule(
      "§8.2.2 transfer-encoding", .protocolError,
      .headers(1, Block.of(okay, [0x0f, 0x2a, 7], Array("chunked".utf8)))),
    Rule(
      "§8.2.2 upgrade", .protocolError, .headers(1, Block.of(okay, Block.literal("upgrade", "h2c")))
    ),
    Rule("§8.2.2 te", .protocolError, .headers(1, Block.of(okay, Block.literal("te", "gzip")))),
    Rule(
      "§8.3 pseudo-header field after a regular one", .protocolError,
      .headers(1, Block.literal("a", "b") + okay)),
    Rule(
      "§8.3 pseudo-header field of a request", .protocolError, .headers(1, Block.of(okay, [0x82]))),
    Rule(
      "§8.3 unknown pseudo-header field", .protocolError,
      .headers(1, Block.of(okay, Block.literal(":x", "y")))),
    Rule("§8.3.2 no :status", .protocolError, .headers(1, Block.literal("a", "b"))),
    Rule("§8.3.2 no fields at all", .protocolError, .headers(1, [])),
    Rule("§8.3.2 :status twice", .protocolError, .headers(1, Block.of(okay, okay))),
    Rule("§8.3.2 :status of two digits", .protocolError, .headers(1, Block.status("20"))),
    Rule("§8.3.2 :status below 100", .protocolError, .headers(1, Block.status("099"))),
    Rule("§8.3.2 :status that is no number", .protocolError, .headers(1, Block.status("2x0"))),
    Rule("§6.9 WINDOW_UPDATE of 0", .protocolError, .windowUpdate(1, 0)),
    Rule(
      "§6.9.1 window of a stream past 2^31-1", .flowControlError,
      .windowUpdate(1, 0x7fff_ffff)),
    Rule(
      "§6.3 PRIORITY of 4 bytes", .frameSizeError,
      Frame(type: 2, stream: 1, payload: [0, 0, 0, 0])),
    Rule(
      "§6.5.2 header list above our limit", .enhanceYourCalm,
      .headers(1, Block.of(okay, Array(repeating: [0xb8], count: 400).flatMap { $0 }))),
  ]

  @Test("Only the stream ends", arguments: rules)
  func streamError(_ rule: Rule) throws {
    let client = Client()
    // The body keeps our side open: RST_STREAM is due also when the server has ended its side.
    let first = try #require(client.open(token: 7))
    client.open(token: 8)
    _ = client.sent()
    for frame in rule.frames { client.receive(frame) }

    let ends = client.ends()
    #expect(ends.map(\.stream) == [first])
    let end = try #require(ends.first)
    #expect(end.ending == .protocolError)
    #expect(end.errorCode == rule.code)
    #expect(end.token == 7)

    let endedByServer = rule.frames.contains { $0.type <= 1 && $0.flags & Frame.endStream != 0 }
    let contentLengthOnly = endedByServer && rule.name.contains("content-length")
    #expect(client.sent() == (contentLengthOnly ? [] : [.reset(first, rule.code.rawValue)]))

    // The connection and the other stream live.
    #expect(client.activeStreams == 1)
    client.receive(.headers(3, Block.ok, end: true))
    #expect(client.ends().map(\.ending) == [.endStreamHeaders])
    #expect(client.open() == 5)
  }
}
