internal import Balancing

/// When the warm-up is over. The first pod that is READY gets the first RPCs under any policy, so
/// nothing is counted until every connection that the policy wants has answered twice, or the time
/// or the RPCs for it have run out (the same rule as grpc-go's own round_robin tests, which first
/// reach every address twice).
struct WarmUp {
  /// What a look at the channels showed.
  struct Situation {
    /// Connections under way and connections READY.
    var connecting: Int
    var ready: Int
    /// How many channels have something READY, and how many fail RPCs at once.
    var channelsReady: Int
    var channelsFailing: Int
    var channels: Int
  }

  static let timeLimit = Duration.seconds(2)
  static let rpcsPerAddress = 20

  private let limit: Int
  private let startedAt: MonotonicTime
  private(set) var sent = 0
  private(set) var answered = 0
  private var expired = false
  private var answersOf: [UInt8] = []
  private var answeredTwice = 0

  /// - Parameter addresses: how many connections the channels may want, all together.
  init(addresses: Int, startedAt: MonotonicTime) {
    limit = Self.rpcsPerAddress * max(1, addresses)
    self.startedAt = startedAt
  }

  mutating func rpcSent() { sent += 1 }

  mutating func rpcAnswered(on connection: Int) {
    answered += 1
    while answersOf.count <= connection { answersOf.append(0) }
    guard answersOf[connection] < 2 else { return }
    answersOf[connection] += 1
    if answersOf[connection] == 2 { answeredTwice += 1 }
  }

  /// An RPC reached its deadline without an answer.
  mutating func rpcExpired() { expired = true }

  func isDone(_ now: MonotonicTime, _ situation: Situation) -> Bool {
    if sent >= limit { return true }
    guard answered > 0 else {
      // Nothing works so far: wait no longer than one RPC does.
      return expired || situation.channelsFailing == situation.channels
    }
    if now - startedAt >= Self.timeLimit { return true }
    return situation.connecting == 0 && answeredTwice >= situation.ready
      && situation.channelsReady + situation.channelsFailing == situation.channels
  }
}
