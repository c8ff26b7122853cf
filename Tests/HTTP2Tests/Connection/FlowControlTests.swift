import HTTP2
import Testing

@Suite("Flow control (RFC 9113 §5.2, §6.9)")
struct FlowControlTests {
  private func dataSizes(_ frames: [Frame], _ stream: UInt32) -> [Int] {
    frames.filter { $0.type == 0 && $0.stream == stream }.map(\.payload.count)
  }

  @Test("A body goes out in frames of the server's size, the last with END_STREAM")
  func frameSize() {
    let client = Client()
    let request = RequestTemplate.post(40_000)
    client.open(request)
    let data = client.sent().filter { $0.type == 0 }
    #expect(data.map(\.payload.count) == [16_384, 16_384, 7_232])
    #expect(data.map(\.flags) == [0, 0, 1])
    #expect(data.flatMap(\.payload) == request.body)
  }

  @Test("The stream's window holds a body back, and WINDOW_UPDATE lets it go on")
  func streamWindow() {
    let client = Client(server: [4: 10])
    let request = RequestTemplate.post(25)
    client.open(request)
    var data = client.sent().filter { $0.type == 0 }
    #expect(data.map(\.payload.count) == [10])
    client.receive(.windowUpdate(1, 4))
    data += client.sent()
    client.receive(.windowUpdate(0, 1_000))
    #expect(client.sent().isEmpty)
    client.receive(.windowUpdate(1, 100))
    data += client.sent()
    #expect(data.map(\.payload.count) == [10, 4, 11])
    #expect(data.map(\.flags) == [0, 0, 1])
    #expect(data.flatMap(\.payload) == request.body)
  }

  @Test("The connection's window holds all bodies back; the oldest goes first")
  func connectionWindow() {
    let client = Client(server: [4: 1 << 20])
    let request = RequestTemplate.post(40_000)
    client.open(request)
    client.open(request)
    var frames = client.sent()
    #expect(dataSizes(frames, 1).reduce(0, +) == 40_000)
    #expect(dataSizes(frames, 3).reduce(0, +) == 25_535)
    client.open(request)
    frames += client.sent()
    #expect(dataSizes(frames, 5).isEmpty)
    client.receive(.windowUpdate(0, 20_000))
    frames += client.sent()
    #expect(dataSizes(frames, 3).reduce(0, +) == 40_000)
    #expect(dataSizes(frames, 5).reduce(0, +) == 5_535)
    client.receive(.windowUpdate(0, 1 << 20))
    frames += client.sent()
    for stream in [UInt32(1), 3, 5] {
      let data = frames.filter { $0.type == 0 && $0.stream == stream }
      #expect(data.flatMap(\.payload) == request.body)
      #expect(data.map { $0.flags == 1 } == data.indices.map { $0 == data.count - 1 })
    }
  }

  @Test("A cached request respects the windows too")
  func cached() {
    let client = Client(server: [4: 100])
    let request = RequestTemplate.post(60)
    for _ in 0..<3 { client.open(request) }
    #expect(dataSizes(client.sent(), 5) == [60])
    client.receive(.settings([4: 50]))
    client.open(request)
    #expect(dataSizes(client.sent(), 7) == [50])
  }

  @Test("A cached request waits for the connection's window")
  func cachedConnectionWindow() {
    let client = Client(server: [4: 1 << 20])
    let request = RequestTemplate.post(1_000)
    for _ in 0..<65 { client.open(request) }
    #expect(client.sent().filter { $0.type == 0 }.count == 65)
    client.open(request)
    #expect(dataSizes(client.sent(), 131) == [535])
    client.open(request)
    #expect(client.sent().map(\.type) == [1])
    client.receive(.windowUpdate(0, 1_000))
    let frames = client.sent()
    #expect(dataSizes(frames, 131) == [465])
    #expect(dataSizes(frames, 133) == [535])
  }

  @Test("INITIAL_WINDOW_SIZE moves open streams, below zero if need be (§6.9.2)")
  func negativeWindow() {
    let client = Client(server: [4: 100])
    client.open(.post(150))
    #expect(dataSizes(client.sent(), 1) == [100])
    client.receive(.settings([4: 30]))  // now −70
    client.receive(.windowUpdate(1, 70))
    #expect(dataSizes(client.sent(), 1).isEmpty)
    client.receive(.windowUpdate(1, 5))
    #expect(dataSizes(client.sent(), 1) == [5])
    client.receive(.settings([4: 1_000]))
    let frames = client.sent()
    #expect(frames.first == .settingsAck, "the acknowledgement comes before what it allows")
    #expect(dataSizes(frames, 1) == [45])
    #expect(frames.last?.flags == 1)
  }

  @Test("A window of zero sends the headers alone")
  func zeroWindow() {
    let client = Client(server: [4: 0])
    client.open(.post(3))
    client.open(.get)
    let frames = client.sent()
    #expect(frames.map(\.type) == [1, 1])
    #expect(frames.map(\.flags) == [4, 5])
    client.connection.cancel(1)
    _ = client.sent()
    client.receive(.settings([4: 100]))
    #expect(client.sent() == [.settingsAck], "a cancelled body is not sent")
  }

  @Test("What is received opens the windows again, at half")
  func replenish() {
    var settings = ClientSettings()
    settings.initialWindowSize = 1_000
    settings.connectionWindow = 65_535
    let client = Client(settings)
    client.open()
    _ = client.sent()
    client.receive(.headers(1, Block.ok), .data(1, Array(repeating: 0, count: 499)))
    #expect(client.sent().isEmpty)
    client.receive(.data(1, [0]))
    #expect(client.sent() == [.windowUpdate(1, 500)])
    for _ in 0..<200 {
      client.receive(.data(1, Array(repeating: 0, count: 800)))
      #expect(client.sent().contains(.windowUpdate(1, 800)))
    }
    #expect(client.events().isEmpty)
  }

  @Test("The end of a stream needs no window")
  func noUpdateAtEnd() {
    var settings = ClientSettings()
    settings.initialWindowSize = 1_000
    let client = Client(settings)
    client.open()
    _ = client.sent()
    client.receive(
      .headers(1, Block.ok), .data(1, Array(repeating: 0, count: 1_000), end: true))
    #expect(client.sent().isEmpty)
  }

  @Test("DATA past the stream's window is an error of the stream; padding counts")
  func streamOverflow() {
    var settings = ClientSettings()
    settings.initialWindowSize = 1_000
    let client = Client(settings)
    client.open()
    _ = client.sent()
    client.receive(
      .headers(1, Block.ok),
      Frame(
        type: 0, flags: Frame.padded, stream: 1,
        payload: [200] + Array(repeating: 0, count: 1_000)))
    #expect(client.sent() == [.reset(1, 3)])
    #expect(client.ends().map(\.errorCode) == [.flowControlError])
  }

  @Test("Before the server knows our window it may use the default (§6.5.3)")
  func windowBeforeAcknowledgement() {
    var settings = ClientSettings()
    settings.initialWindowSize = 1_000
    let client = Client(settings, server: nil)
    client.receive(.settings())
    client.open()
    _ = client.sent()
    client.receive(.headers(1, Block.ok), .data(1, Array(repeating: 0, count: 16_000)))
    #expect(client.ends().isEmpty)
    client.receive(.settingsAck)
    // 65,535 − 16,000 − 64,535 < 0: the server must wait now.
    client.receive(.data(1, [0]))
    #expect(client.ends().map(\.errorCode) == [.flowControlError])
  }

  @Test("DATA past the connection's window is an error of the connection")
  func connectionOverflow() {
    var settings = ClientSettings()
    settings.connectionWindow = 65_535
    settings.maxFrameSize = 100_000
    let client = Client(settings)
    client.open()
    client.receive(.headers(1, Block.ok), .data(1, Array(repeating: 0, count: 65_536)))
    guard case .failed(let error)? = client.events().first else {
      Issue.record("no failure")
      return
    }
    #expect(error.code == .flowControlError)
  }
}
