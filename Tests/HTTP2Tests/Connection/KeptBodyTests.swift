import HTTP2
import Testing

@Suite("Bodies that are kept")
struct KeptBodyTests {
  private static func asking(_ bytes: Int) -> RequestTemplate {
    RequestTemplate(
      fields: [
        HeaderField(":method", "POST"), HeaderField(":scheme", "http"), HeaderField(":path", "/a"),
        HeaderField(":authority", "pod"),
      ], body: [1], keptBody: bytes)
  }

  private static let answer: [UInt8] = (0..<40).map { $0 }

  private static func response(_ stream: UInt32) -> [UInt8] {
    [
      Frame.headers(stream, Block.ok), .data(stream, Array(answer[..<7])), .data(stream, []),
      .data(stream, Array(answer[7...])), .headers(stream, Block.literal("a", "b"), end: true),
    ].flatMap(\.bytes)
  }

  @Test("Wherever the bytes are cut, the body is whole")
  func cuts() {
    let bytes = Self.response(1)
    for cut in 0...bytes.count {
      let client = Client()
      client.open(Self.asking(1000))
      client.receive(Array(bytes[..<cut]))
      client.receive(Array(bytes[cut...]))
      #expect(client.ends().map(\.bodyBytes) == [40])
      #expect(client.connection.takeBody(of: 1) == Self.answer)
      #expect(client.connection.takeBody(of: 1).isEmpty, "taken once")
    }
  }

  @Test("No more is kept than was asked for, and nothing of other streams", arguments: 0...41)
  func limits(limit: Int) {
    let client = Client()
    client.open(Self.asking(limit))
    client.open(.post(1))
    client.receive(Self.response(3))
    client.receive(Self.response(1))
    #expect(client.ends().map(\.bodyBytes) == [40, 40])
    #expect(client.connection.takeBody(of: 1) == Array(Self.answer.prefix(limit)))
    #expect(client.connection.takeBody(of: 3).isEmpty)
  }

  @Test("Padding is no part of it")
  func padding() {
    let client = Client()
    client.open(Self.asking(100))
    client.receive(
      .headers(1, Block.ok),
      Frame(type: 0, flags: Frame.padded | Frame.endStream, stream: 1, payload: [2, 7, 8, 0, 0]))
    #expect(client.ends().count == 1)
    #expect(client.connection.takeBody(of: 1) == [7, 8])
  }

  @Test("What a reset or a lost connection leaves can be taken; what was given up is gone")
  func endings() {
    let client = Client()
    for _ in 0..<3 { client.open(Self.asking(100)) }
    for stream in [1, 3, 5] as [UInt32] {
      client.receive(.headers(stream, Block.ok), .data(stream, [9]))
    }
    client.receive(.reset(1, 8))
    client.connection.cancel(3)
    client.connection.connectionClosed()
    #expect(client.ends().map(\.stream) == [1, 5])
    #expect(client.connection.takeBody(of: 1) == [9])
    #expect(client.connection.takeBody(of: 3).isEmpty)
    #expect(client.connection.takeBody(of: 5) == [9])
  }

  @Test("Trailers that contradict the headers are noted by slot")
  func contradictions() {
    let client = Client(watch: [["x-pod"], ["grpc-status"], ["x-host"]])
    for _ in 0..<2 { client.open() }
    let head = Block.of(Block.ok, Block.literal("x-pod", "a"), Block.literal("x-host", "h"))
    client.receive(
      .headers(1, head),
      .headers(
        1, Block.of(Block.literal("x-pod", "b"), Block.literal("grpc-status", "0")), end: true),
      .headers(3, head),
      .headers(
        3, Block.of(Block.literal("x-pod", "a"), Block.literal("grpc-status", "0")), end: true))
    #expect(client.ends().map(\.contradictedNotes) == [1, 0])
  }
}
