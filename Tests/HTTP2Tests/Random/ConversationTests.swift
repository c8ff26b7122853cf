import Naming
import Testing

@testable import HTTP2

@Suite("Random conversations")
struct ConversationTests {
  @Test("Bytes cut one by one give the same events and the same output", arguments: 0..<16)
  func everySplit(seed: Int) {
    let conversation = Conversation(
      seed: UInt64(seed), steps: 400, mischief: seed % 2 == 0 ? 0 : 60)
    let whole = conversation.replay()
    #expect(whole.events.count > 3)
    let single = conversation.replay { $0.map { [$0] } }
    #expect(single == whole)
  }

  @Test("A cut at any one place gives the same events and the same output", arguments: 0..<3)
  func everyPlace(seed: Int) {
    let conversation = Conversation(seed: 100 + UInt64(seed), steps: 60)
    let whole = conversation.replay()
    for place in 1..<60 {
      let cut = conversation.replay { bytes in
        place < bytes.count ? [Array(bytes[..<place]), Array(bytes[place...])] : [bytes]
      }
      #expect(cut == whole, "cut at \(place)")
    }
  }

  @Test("Random pieces across frames give the same events and the same output", arguments: 0..<8)
  func randomPieces(seed: Int) {
    // A server that speaks alone, so that pieces can span frames.
    var random = SplitMix64(seed: UInt64(seed))
    var server = ServerModel(seed: UInt64(seed) + 7)
    let opened = 30
    var bytes = server.preface().flatMap(\.bytes)
    let ready = bytes.count
    for index in 0..<opened { server.opened(UInt32(index * 2 + 1)) }
    for _ in 0..<300 { bytes += server.step().flatMap(\.bytes) }

    func run(_ pieces: [[UInt8]]) -> (events: [Event], sent: [UInt8]) {
      let client = Client(watch: Conversation.watch, server: nil)
      client.receive(Array(bytes[..<ready]))
      for _ in 0..<5 { client.open(.post(100)) }
      for piece in pieces { client.receive(piece) }
      return (client.events(), client.sentBytes())
    }
    let rest = Array(bytes[ready...])
    let whole = run([rest])
    for _ in 0..<10 {
      var pieces: [[UInt8]] = []
      var start = 0
      while start < rest.count {
        let end = min(rest.count, start + Int.random(in: 1...200, using: &random))
        pieces.append(Array(rest[start..<end]))
        start = end
      }
      let cut = run(pieces)
      #expect(cut.events == whole.events)
      #expect(cut.sent == whole.sent)
    }
  }

  @Test("Every stream ends exactly once, or was cancelled", arguments: 0..<10)
  func endsOnce(seed: Int) {
    let conversation = Conversation(
      seed: 1_000 + UInt64(seed), steps: 2_000, mischief: seed % 3 == 0 ? 300 : 0)
    let outcome = conversation.replay()
    let ended = outcome.events.compactMap {
      if case .streamEnded(let end) = $0 { end.stream } else { nil }
    }
    #expect(outcome.opened.count > 1)
    #expect((ended + outcome.cancelled).sorted() == outcome.opened)
    #expect(outcome.events.filter { $0 == .ready }.count == 1)
  }

  @Test("What is sent keeps the server's rules: windows, frame sizes, order", arguments: 0..<10)
  func outputKeepsRules(seed: Int) throws {
    var judge = OutputJudge()
    let conversation = Conversation(seed: 2_000 + UInt64(seed), steps: 2_000)
    let client = Client(Conversation.settings, watch: Conversation.watch, server: nil)
    try judge.check(client.sent())
    for step in conversation.steps {
      switch step {
      case .server(let bytes):
        // The client may use what it has been told from here on.
        try judge.told(Frame.parse(bytes))
        client.receive(bytes)
      case .open(let index): client.open(Conversation.requests[index])
      case .cancel(let stream): client.connection.cancel(stream)
      case .drain: break
      }
      try judge.check(client.sent())
      #expect(client.connection.sendWindow >= 0)
      #expect(client.connection.unsentBodies.count <= client.activeStreams)
    }
    let opened = judge.streams.count
    #expect(opened > 1)
  }
}

/// Checks a client's frames from the server's side.
private struct OutputJudge {
  struct Stream {
    var window: Int
    var ended = false
    var reset = false
  }

  var streams: [UInt32: Stream] = [:]
  private var connectionWindow = 65_535
  private var initialWindow = 65_535
  private let decoder = FullDecoder()
  private var last: UInt32 = 0
  private var acknowledged = 0
  private var settings = 0
  private var expectsContinuation = false

  mutating func told(_ frames: [Frame]) throws {
    for frame in frames {
      if frame.type == 4, frame.flags == 0 {
        settings += 1
        for start in stride(from: 0, to: frame.payload.count, by: 6) {
          let value = Int(number(frame.payload[start + 2..<start + 6]))
          if frame.payload[start + 1] == 4 {
            for stream in streams.keys { streams[stream]?.window += value - initialWindow }
            initialWindow = value
          }
        }
      } else if frame.type == 8 {
        if frame.stream == 0 {
          connectionWindow += Int(number(frame.payload))
        } else {
          streams[frame.stream]?.window += Int(number(frame.payload))
        }
      }
    }
  }

  mutating func check(_ frames: [Frame]) throws {
    for frame in frames {
      #expect(frame.payload.count <= 16_384)
      switch frame.type {
      case 0:
        var stream = try #require(streams[frame.stream])
        #expect(!stream.ended && !stream.reset)
        stream.window -= frame.payload.count
        connectionWindow -= frame.payload.count
        #expect(stream.window >= 0 && connectionWindow >= 0)
        #expect(!frame.payload.isEmpty)
        stream.ended = frame.flags & 1 == 1
        streams[frame.stream] = stream
      case 1:
        #expect(frame.stream > last && frame.stream % 2 == 1)
        last = frame.stream
        let fields = try decoder.decode(frame.payload)
        #expect(fields.first == HeaderField(":method", "POST"))
        streams[frame.stream] = Stream(window: initialWindow, ended: frame.flags & 1 == 1)
      case 3:
        #expect(streams[frame.stream]?.reset == false)
        streams[frame.stream]?.reset = true
      case 4:
        if frame.flags == 1 { acknowledged += 1 }
        #expect(acknowledged == settings)
      case 6: #expect(frame.flags == 1)
      case 8: #expect(number(frame.payload) > 0)
      default: Issue.record("unexpected frame \(frame)")
      }
    }
  }
}
