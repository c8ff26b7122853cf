internal import Naming
internal import Protobuf
internal import Transport

/// Finds out through channelz which pod is at the other end of one connection: GetServers, the
/// servers' sockets, and of these the one whose remote end is our local end; its local end is the
/// pod's address, also behind a virtual IP. A value: answers go in, calls come out.
///
/// Nothing that the server says is taken for granted: pages, sockets and servers are bounded, and
/// what no server could mean ends the walk.
struct ChannelzWalk {
  enum Outcome: Hashable, Sendable {
    /// `isCertain`: one of its sockets is the other end of ours. Otherwise addresses are translated
    /// on the way, and all its sockets have this one local address.
    case pod(TransportAddress, isCertain: Bool)
    /// The same question had different answers: calls on this connection go to several servers.
    /// The addresses are those of their pods, as far as they were seen.
    case several(Set<TransportAddress>)
    /// No socket is ours, and their local addresses differ, or there are none.
    case ambiguous
    /// Not registered, or not for us: the status.
    case refused(ProbeFailure)
    case silent
    /// What came back makes no sense; the words say what.
    case implausible(String)
  }

  enum Call: Hashable, Sendable {
    case servers(from: Int64)
    case sockets(server: Int64, from: Int64)
    case socket(Int64)
    /// The same socket again: whoever answers must say the same.
    case again(Int64)
  }

  enum Step: Equatable {
    case calls([Call])
    case wait
    case done(Outcome)
  }

  static let largestServerCount = 8
  static let largestPageCount = 32
  static let largestSocketCount = 4096
  /// Sockets looked at: those with the highest numbers, which are the youngest.
  static let socketsLookedAt = 64
  private static let batch = 8

  private let local: TransportAddress?
  private var servers: [Int64] = []
  private var serversLeft: ArraySlice<Int64> = []
  private var pages = 0
  private var sockets: [Int64] = []
  private var socketsLeft: ArraySlice<Int64> = []
  private var open = 0
  private var found: [(id: Int64, socket: ChannelzSocket)] = []
  private var hasSenselessAddress = false
  /// The answers to `again`; nil where there is no such socket.
  private var repeated: [ChannelzSocket?] = []
  /// Begun when several servers have shown themselves.
  private var census: ChannelzCensus?
  private var isOver = false

  /// - Parameter local: this side's end of the connection.
  init(local: TransportAddress?) {
    self.local = local?.unmapped
  }

  static let first = Call.servers(from: 0)

  /// Takes the answer to one call. Answers that come after the end are left alone.
  mutating func received(_ result: ProbeResult, to call: Call) -> Step {
    guard !isOver else { return .wait }
    let step = step(result, call)
    if case .done = step { isOver = true }
    return step
  }

  private mutating func step(_ result: ProbeResult, _ call: Call) -> Step {
    let message: DynamicMessage?
    if census != nil {
      let message = try? ChannelzMessages.response(result, to: call)
      return census?.received(message, to: call) ?? .wait
    }
    do {
      message = try ChannelzMessages.response(result, to: call)
    } catch .deadline {
      return .done(.silent)
    } catch .status(5) where call != .servers(from: 0) {
      message = nil
    } catch .status(let code) {
      return .done(.refused(.status(code)))
    } catch .tooLarge {
      return .done(.implausible("an answer of more than \(Probe.largestBody >> 20) MiB"))
    } catch .malformed {
      return .done(.implausible("an answer that cannot be read"))
    } catch {
      return .done(.refused(error))
    }
    switch call {
    case .servers(let start): return tookServers(message, from: start)
    case .sockets(let server, let start): return tookSockets(message, of: server, from: start)
    case .socket(let id): return tookSocket(message, id)
    case .again: return tookRepetition(message)
    }
  }

  // MARK: Pages

  private mutating func tookServers(_ message: DynamicMessage?, from start: Int64) -> Step {
    let ids = message.map(ChannelzMessages.servers) ?? []
    guard let last = Self.lastOfPage(ids, from: start) else {
      return .done(.implausible("servers out of order"))
    }
    pages += 1
    servers += ids
    let isEnd = ids.isEmpty || message?["end"] == .bool(true)
    if !isEnd, servers.count < Self.largestServerCount, pages < Self.largestPageCount {
      return .calls([.servers(from: last + 1)])
    }
    serversLeft = servers.prefix(Self.largestServerCount)
    return nextServer()
  }

  private mutating func nextServer() -> Step {
    guard let server = serversLeft.popFirst() else { return look() }
    return .calls([.sockets(server: server, from: 0)])
  }

  private mutating func tookSockets(
    _ message: DynamicMessage?, of server: Int64, from start: Int64
  ) -> Step {
    // It was named a moment ago: another server is asked now, or it has ended meanwhile.
    guard let message else { return takeCensus(otherwise: .ambiguous) }
    let ids = ChannelzMessages.socketReferences(message)
    guard let last = Self.lastOfPage(ids, from: start) else {
      return .done(.implausible("sockets out of order"))
    }
    pages += 1
    sockets += ids
    let isEnd = ids.isEmpty || message["end"] == .bool(true)
    if !isEnd, sockets.count < Self.largestSocketCount, pages < Self.largestPageCount {
      return .calls([.sockets(server: server, from: last + 1)])
    }
    return nextServer()
  }

  /// The highest id; nil where a page goes back, which would never end.
  private static func lastOfPage(_ ids: [Int64], from start: Int64) -> Int64? {
    guard ids.allSatisfy({ $0 >= start && $0 < .max }) else { return nil }
    return ids.max() ?? start
  }

  // MARK: Sockets

  private mutating func look() -> Step {
    sockets = Array(Set(sockets).sorted(by: >).prefix(Self.socketsLookedAt))
    guard !sockets.isEmpty else { return .done(.ambiguous) }
    socketsLeft = sockets[...]
    return nextBatch()
  }

  private mutating func nextBatch() -> Step {
    let batch = socketsLeft.prefix(Self.batch)
    socketsLeft = socketsLeft.dropFirst(Self.batch)
    open = batch.count
    return batch.isEmpty ? askAgain() : .calls(batch.map { .socket($0) })
  }

  private mutating func tookSocket(_ message: DynamicMessage?, _ id: Int64) -> Step {
    open -= 1
    if let message {
      if let socket = ChannelzMessages.socket(message) {
        if let local, socket.remote == local { return .done(.pod(socket.local, isCertain: true)) }
        found.append((id, socket))
      } else {
        hasSenselessAddress = true
      }
    }
    return open > 0 ? .wait : nextBatch()
  }

  /// None is ours. Before anything is concluded from the others: does one server answer all calls?
  private mutating func askAgain() -> Step {
    guard let id = found.first?.id ?? sockets.first else { return .done(.ambiguous) }
    if found.isEmpty, hasSenselessAddress {
      return .done(.implausible("sockets whose addresses are no IP addresses"))
    }
    open = ChannelzCensus.repetitions
    return .calls(Array(repeating: .again(id), count: ChannelzCensus.repetitions))
  }

  private mutating func tookRepetition(_ message: DynamicMessage?) -> Step {
    open -= 1
    repeated.append(message.flatMap(ChannelzMessages.socket))
    guard open == 0 else { return .wait }
    // A socket that closes meanwhile is gone from then on, for one server.
    let changes = zip(repeated, repeated.dropFirst()).count { $0 != $1 }
    let closed = changes == 1 && repeated.last == .some(nil)
    return changes > 0 && !closed ? takeCensus(otherwise: .several([])) : .done(commonLocal)
  }

  private mutating func takeCensus(otherwise: Outcome) -> Step {
    census = ChannelzCensus(otherwise: otherwise)
    return .calls(ChannelzCensus.first)
  }

  private var commonLocal: Outcome {
    let all = Set(found.map(\.socket.local))
    let outside = all.filter { !$0.isLoopback }
    // A sidecar's connections come over loopback; where there are others, these are the pod's.
    let locals = outside.isEmpty ? all : outside
    guard locals.count == 1, let local = locals.first else { return .ambiguous }
    return .pod(local, isCertain: false)
  }
}

extension TransportAddress {
  /// IPv4 in IPv6's clothes (RFC 4291 §2.5.5.2), as a dual-stack listener sees it, undone.
  var unmapped: TransportAddress {
    guard case .ip(.v6(high: 0, let low), let port) = self, low >> 32 == 0xFFFF else { return self }
    return .ip(.v4(UInt32(truncatingIfNeeded: low)), port: port)
  }

  var isLoopback: Bool {
    if case .ip(let ip, _) = self { ip.isLoopback } else { false }
  }
}
