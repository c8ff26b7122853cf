import HTTP2
import Testing

@Suite("Bounds against a hostile server (RFC 9113 §10.5)")
struct FloodTests {
  private func failure(_ client: Client) -> ErrorCode? {
    for event in client.events() {
      if case .failed(let error) = event { return error.code }
    }
    return nil
  }

  static let floods: [(String, Frame)] = [
    ("PING", .ping([0, 0, 0, 0, 0, 0, 0, 0])),
    ("SETTINGS", .settings([3: 9])),
    ("empty DATA", .data(1, [])),
    ("PRIORITY", Frame(type: 2, stream: 9, payload: [0, 0, 0, 0, 0])),
    ("unknown", Frame(type: 0xfe)),
    ("interim responses", .headers(1, Block.status("103"))),
    ("RST_STREAM of a closed stream", .reset(3, 0)),
    ("DATA on a cancelled stream", .data(5, [])),
    ("WINDOW_UPDATE on a closed stream", .windowUpdate(3, 1)),
    ("unwanted PING answers", .ping([0, 0, 0, 0, 0, 0, 0, 0], ack: true)),
    ("GOAWAY", .goAway(9, 0)),
  ]

  @Test("A flood ends in ENHANCE_YOUR_CALM with little output", arguments: floods.indices)
  func flood(_ index: Int) {
    let (name, frame) = Self.floods[index]
    let client = Client()
    for _ in 0..<3 { client.open() }
    client.receive(.headers(3, Block.ok, end: true))
    if name == "empty DATA" { client.receive(.headers(1, Block.ok)) }
    client.connection.cancel(5)
    _ = client.sent()
    _ = client.events()
    let bytes = Array(repeating: frame.bytes, count: 100).flatMap { $0 }
    var rounds = 0
    var code: ErrorCode?
    while code == nil, rounds < 1_000 {
      client.receive(bytes)
      code = failure(client)
      rounds += 1
    }
    #expect(code == .enhanceYourCalm, "\(name)")
    #expect(client.pendingOutput < 40_000)
  }

  @Test("Answers that are drained are no flood")
  func drained() {
    let client = Client()
    for _ in 0..<20_000 {
      client.receive(.ping([0, 0, 0, 0, 0, 0, 0, 0]))
      #expect(client.sent().count == 1)
    }
    #expect(failure(client) == nil)
  }

  @Test("Frames between responses are no flood")
  func betweenResponses() {
    let client = Client()
    for index in 0..<200 {
      client.open()
      for _ in 0..<100 { client.receive(Frame(type: 0xfe)) }
      client.receive(.headers(UInt32(index * 2 + 1), Block.ok, end: true))
      _ = client.sent()
    }
    #expect(failure(client) == nil)
  }

  @Test("A header block without end is cut off: by frames and by bytes")
  func continuationFlood() {
    for size in [0, 16_384] {
      let client = Client()
      client.open()
      client.receive(.headers(1, Block.ok, complete: false))
      let literal: [UInt8] = Array(repeating: 0x88, count: size)
      for _ in 0..<100 { client.receive(.continuation(1, literal, complete: false)) }
      #expect(failure(client) == .enhanceYourCalm)
    }
  }

  @Test("A block of few bytes that stands for megabytes costs its stream")
  func headerBomb() {
    let client = Client()
    client.open()
    client.open()
    let large = Block.literal("a", String(repeating: "x", count: 120), pattern: 0x40)
    let bomb = Block.of(Block.ok, large, Array(repeating: 0xbe, count: 16_000))
    client.receive(
      .headers(1, bomb, end: true), .headers(3, Block.of(Block.ok, [0xbe]), end: true))
    #expect(client.ends().map(\.ending) == [.protocolError, .endStreamHeaders])
  }
}
