import HTTP2
import Testing

@Suite("Responses")
struct ResponseTests {
  private static let watch = [["x-pod"], ["grpc-status"], ["grpc-message"]]

  private func note(_ client: Client, _ end: StreamEnd, _ slot: Int) -> String? {
    end.notes[slot] == ValuePool.absent ? nil : client.values.string(of: end.notes[slot])
  }

  @Test("Headers, body and trailers make one story")
  func unary() throws {
    let client = Client(watch: Self.watch)
    let stream = try #require(client.open(token: 42))
    client.receive(
      .headers(
        stream,
        Block.of(Block.ok, Block.literal("x-pod", "pod-a"), Block.literal("grpc-status", "9"))),
      .data(stream, [0, 0, 0, 0, 4, 1]), .data(stream, [2, 3, 4]),
      .headers(stream, Block.literal("grpc-status", "0"), end: true))
    let end = try #require(client.ends().first)
    #expect(end.stream == stream)
    #expect(end.token == 42)
    #expect(end.status == 200)
    #expect(end.ending == .endStreamHeaders)
    #expect(end.sawTrailers)
    #expect(!end.trailersOnly)
    #expect(end.bodyBytes == 9)
    #expect(end.bodyHeadCount == 8)
    #expect((0..<9).map(end.bodyByte) == [0, 0, 0, 0, 4, 1, 2, 3, nil])
    #expect(note(client, end, 0) == "pod-a")
    #expect(note(client, end, 1) == "0", "trailers overwrite headers")
    #expect(note(client, end, 2) == nil)
    #expect(client.activeStreams == 0)
  }

  @Test("A slot that takes names holds the name, and values do not fill the pool")
  func names() throws {
    let client = Client(watch: [["x-time", "x-other"], ["x-pod"]], named: [0])
    for number in 0..<5000 {
      let stream = try #require(client.open())
      let name = number.isMultiple(of: 2) ? "x-time" : "x-other"
      client.receive(
        .headers(stream, Block.of(Block.ok, Block.literal(name, "\(number)")), end: true))
      #expect(note(client, try #require(client.ends().first), 0) == name)
    }
    let stream = try #require(client.open())
    client.receive(
      .headers(stream, Block.of(Block.ok, Block.literal("x-pod", "pod-a")), end: true))
    #expect(note(client, try #require(client.ends().first), 1) == "pod-a")
  }

  @Test("Trailers-only, and a stream that DATA ends")
  func otherEndings() throws {
    let client = Client(watch: Self.watch)
    client.open()
    client.open()
    client.receive(
      .headers(1, Block.of(Block.ok, Block.literal("grpc-status", "12")), end: true),
      .headers(3, Block.status("503")), .data(3, Array("busy".utf8), end: true))
    let ends = client.ends()
    try #require(ends.count == 2)
    #expect(ends[0].ending == .endStreamHeaders)
    #expect(ends[0].trailersOnly)
    #expect(!ends[0].sawTrailers)
    #expect(note(client, ends[0], 1) == "12")
    #expect(ends[1].ending == .endStreamData)
    #expect(ends[1].status == 503)
    #expect(!ends[1].trailersOnly)
    #expect(ends[1].bodyBytes == 4)
    #expect((0..<5).map(ends[1].bodyByte) == Array("busy".utf8) + [nil])
  }

  @Test("Interim responses are skipped with what they say")
  func interim() throws {
    let client = Client(watch: Self.watch)
    client.open()
    client.receive(
      .headers(1, Block.status("100")),
      .headers(1, Block.status("103") + Block.literal("x-pod", "early")),
      .headers(1, Block.status("204"), end: true))
    let end = try #require(client.ends().first)
    #expect(end.status == 204)
    #expect(end.notes == SIMD8(repeating: 0))
  }

  @Test("Values from the dynamic table, by index and by name, give the same notes")
  func indexed() throws {
    let client = Client(watch: Self.watch)
    for _ in 0..<3 { client.open() }
    client.receive(
      // Inserts x-pod: pod-a; then uses it; then its name with another value.
      .headers(1, Block.of(Block.ok, Block.literal("x-pod", "pod-a", pattern: 0x40)), end: true),
      .headers(3, Block.of(Block.ok, [0xbe]), end: true),
      .headers(5, Block.of(Block.ok, [0x0f, 62 - 15, 5], Array("pod-b".utf8)), end: true))
    #expect(client.ends().map { note(client, $0, 0) } == ["pod-a", "pod-a", "pod-b"])
  }

  @Test("A watched name of the static table, with and without its value")
  func staticNames() throws {
    let client = Client(watch: [["server", "accept-encoding"]])
    client.open()
    client.open()
    client.receive(
      .headers(1, Block.of(Block.ok, [0x80 | 54]), end: true),  // server:
      .headers(3, Block.of(Block.ok, [0x80 | 16]), end: true))  // accept-encoding: gzip, deflate
    let ends = client.ends()
    #expect(ends.map { note(client, $0, 0) } == ["", "gzip, deflate"])
  }

  @Test("Names that share a slot: the later one wins")
  func sharedSlot() throws {
    let client = Client(watch: [["a", "b"]])
    client.open()
    client.receive(
      .headers(1, Block.of(Block.ok, Block.literal("b", "1"), Block.literal("a", "2")), end: true))
    #expect(client.ends().map { note(client, $0, 0) } == ["2"])
  }

  @Test("Padding and priority are taken off")
  func padding() throws {
    let client = Client()
    client.open()
    client.receive(
      Frame(
        type: 1, flags: Frame.endHeaders | Frame.padded | Frame.hasPriority, stream: 1,
        payload: Block.of([2], [0x80, 0, 0, 3, 7], Block.ok, [0, 0])),
      Frame(type: 0, flags: Frame.padded, stream: 1, payload: [3, 9, 8, 0, 0, 0]),
      Frame(type: 0, flags: Frame.padded, stream: 1, payload: [0]),
      Frame(type: 0, flags: Frame.padded | Frame.endStream, stream: 1, payload: [1, 7, 0]))
    let end = try #require(client.ends().first)
    #expect(end.ending == .endStreamData)
    #expect(end.bodyBytes == 3)
    #expect((0..<3).map(end.bodyByte) == [9, 8, 7])
  }

  @Test("A block over several CONTINUATION frames")
  func continuation() throws {
    let client = Client(watch: Self.watch)
    client.open()
    let block = Block.of(Block.ok, Block.literal("x-pod", "pod-a"))
    client.receive(.headers(1, Array(block[..<3]), end: true, complete: false))
    for byte in block[3...].dropLast() { client.receive(.continuation(1, [byte], complete: false)) }
    client.receive(.continuation(1, Array(block.suffix(1))))
    let end = try #require(client.ends().first)
    #expect(note(client, end, 0) == "pod-a")
    #expect(end.trailersOnly)
  }

  @Test(
    "A content-length that is kept, and where it says nothing",
    arguments: [
      (RequestTemplate.get, "200", "3", 3), (.get, "204", "3", 0), (.get, "304", "3", 0),
      (RequestTemplate(fields: [HeaderField(":method", "HEAD")], body: []), "200", "3", 0),
    ])
  func contentLength(_ request: RequestTemplate, _ status: String, _ length: String, _ count: Int) {
    let client = Client()
    client.open(request)
    client.receive(
      .headers(1, Block.status(status) + Block.literal("content-length", length), end: count == 0))
    if count > 0 { client.receive(.data(1, Array(repeating: 0, count: count), end: true)) }
    #expect(client.ends().map(\.ending) == [count > 0 ? .endStreamData : .endStreamHeaders])
  }

  @Test("RST_STREAM says why; REFUSED_STREAM may be sent again")
  func reset() throws {
    let client = Client()
    for _ in 0..<3 { client.open() }
    client.receive(.headers(3, Block.ok), .reset(1, 7), .reset(3, 0), .reset(5, 0x99))
    let ends = client.ends()
    #expect(ends.map(\.ending) == [.refused, .reset, .reset])
    #expect(ends.map(\.code) == [7, 0, 0x99])
    #expect(ends.map(\.errorCode.description) == ["REFUSED_STREAM", "NO_ERROR", "0x99"])
    #expect(ends.map(\.status) == [-1, 200, -1])
    #expect(client.sent().allSatisfy { $0.type == 1 })
  }

  @Test("A response that is complete before the request ends the request")
  func earlyResponse() throws {
    let client = Client(server: [4: 10])
    client.open(.post(100))
    _ = client.sent()
    client.receive(.headers(1, Block.ok, end: true))
    #expect(client.ends().map(\.ending) == [.endStreamHeaders])
    #expect(client.sent() == [.reset(1, 0)])
    client.receive(.windowUpdate(1, 1_000), .windowUpdate(0, 1_000), .reset(1, 0))
    #expect(client.sent().isEmpty)
    #expect(client.events().isEmpty)
  }
}
