internal import Naming
internal import Protobuf

/// Which pods take part in answering one connection, once it seems that there are several: every
/// call may reach another of them, and each has numbers of its own. So everything is asked many
/// times: for servers, for the sockets of every server that any of them has, for each such socket.
struct ChannelzCensus {
  /// Of a question, so that servers that take turns, or are drawn, have all been asked. Of three, one
  /// is missed with a chance of 0.5 %.
  static let repetitions = 16
  private static let largestServerCount = 4
  private static let largestSocketCount = 8

  /// What it comes to where fewer than two pods are seen.
  private let otherwise: ChannelzWalk.Outcome
  private var open = repetitions
  private var servers: Set<Int64> = []
  private var sockets: Set<Int64> = []
  private var pods: Set<TransportAddress> = []

  init(otherwise: ChannelzWalk.Outcome) {
    self.otherwise = otherwise
  }

  static var first: [ChannelzWalk.Call] { repeated([ChannelzWalk.first]) }

  /// - Parameter message: nil where there was no answer, or nothing of that number.
  mutating func received(
    _ message: DynamicMessage?, to call: ChannelzWalk.Call
  ) -> ChannelzWalk.Step {
    open -= 1
    if let message {
      switch call {
      case .servers: servers.formUnion(ChannelzMessages.servers(message))
      case .sockets: sockets.formUnion(ChannelzMessages.socketReferences(message))
      case .socket, .again:
        if let socket = ChannelzMessages.socket(message) { pods.insert(socket.local) }
      }
    }
    guard open == 0 else { return .wait }
    var next: [ChannelzWalk.Call] = []
    switch call {
    case .servers:
      next = servers.sorted().prefix(Self.largestServerCount).map { .sockets(server: $0, from: 0) }
    case .sockets:
      // The youngest have the highest numbers.
      next = sockets.sorted().suffix(Self.largestSocketCount).map { .socket($0) }
    case .socket, .again: break
    }
    guard !next.isEmpty else { return .done(pods.count > 1 ? .several(pods) : otherwise) }
    let calls = Self.repeated(next)
    open = calls.count
    return .calls(calls)
  }

  private static func repeated(_ calls: [ChannelzWalk.Call]) -> [ChannelzWalk.Call] {
    calls.flatMap { Array(repeating: $0, count: repetitions) }
  }
}
