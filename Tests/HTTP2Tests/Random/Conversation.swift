import HTTP2
import Naming

/// A whole conversation as a script: what the server sends and what the client does in between. Made
/// once, it can be replayed with the server's bytes cut in any way.
struct Conversation {
  enum Step {
    case server([UInt8])
    /// One of `requests`.
    case open(Int)
    case cancel(UInt32)
    case drain
  }

  var steps: [Step] = []

  /// `mischief`: one server frame in so many breaks the rules; 0 for never.
  init(seed: UInt64, steps count: Int, mischief: Int = 0) {
    var random = SplitMix64(seed: seed)
    var server = ServerModel(seed: seed &* 31)
    let client = Client(Conversation.settings, watch: Conversation.watch, server: nil)
    func receive(_ frames: [Frame]) {
      for frame in frames {
        steps.append(.server(frame.bytes))
        client.receive(frame)
      }
      for end in client.ends() { server.closed(end.stream) }
    }
    receive(server.preface())
    for _ in 0..<count {
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<6:
        let index = Int.random(in: 0..<Conversation.requests.count, using: &random)
        steps.append(.open(index))
        if let stream = client.open(Conversation.requests[index]) { server.opened(stream) }
      case 6:
        let stream = UInt32.random(in: 0...UInt32(count), using: &random) | 1
        steps.append(.cancel(stream))
        client.connection.cancel(stream)
        server.closed(stream)
      case 7:
        steps.append(.drain)
        _ = client.sentBytes()
      default:
        let frames = mischief > 0 && random.oneIn(mischief) ? [server.mischief()] : server.step()
        receive(frames)
      }
    }
  }

  static let watch = [["x-pod"], ["grpc-status", "x-other"]]

  static let settings: ClientSettings = {
    var settings = ClientSettings()
    settings.initialWindowSize = 2_000
    settings.connectionWindow = 65_535
    return settings
  }()

  static let requests = [5, 0, 5, 1_000, 5_000, 1, 20_000].enumerated().map {
    RequestTemplate.post($1, path: "/\($0)")
  }

  /// Everything that came out, in order.
  struct Outcome: Equatable {
    var sent: [UInt8] = []
    var events: [Event] = []
    var opened: [UInt32] = []
    var cancelled: [UInt32] = []
  }

  /// `cut`: how the server's bytes are handed over; several pieces, or several steps at once.
  func replay(
    cut: (_ bytes: [UInt8]) -> [[UInt8]] = { [$0] }
  ) -> Outcome {
    var outcome = Outcome()
    let client = Client(Self.settings, watch: Self.watch, server: nil)
    for step in steps {
      switch step {
      case .server(let bytes):
        for piece in cut(bytes) { client.receive(piece) }
        outcome.events += client.events()
      case .open(let index):
        if let stream = client.open(Self.requests[index]) { outcome.opened.append(stream) }
      case .cancel(let stream):
        let before = client.activeStreams
        client.connection.cancel(stream)
        if client.activeStreams < before { outcome.cancelled.append(stream) }
      case .drain:
        outcome.sent += client.sentBytes()
      }
    }
    client.connection.connectionClosed()
    outcome.events += client.events()
    outcome.sent += client.sentBytes()
    return outcome
  }
}
