internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOPosix
internal import NIOSSL
internal import Naming

/// What a pod's connection speaks.
protocol PodProtocol: AnyObject {
  /// Takes no more requests and ends when those it has have been answered; the client is told why
  /// where the protocol has words for it.
  /// - Parameter grace: how long these have; nil for ever.
  func drain(debug: String, grace: Duration?)

  /// The pod has crashed, and the client's end is being closed.
  func killed()
}

extension PodProtocol {
  func killed() {}
}

/// The state of a pod. Lives on the pod's event loop and is used from nowhere else.
final class PodCore {
  private static let maximumViolations = 100

  private struct Live {
    let channel: any Channel
    let end: LingeringClose
    let local: SocketAddress?
    let remote: SocketAddress?
    /// Nil until the client's first bytes have come, and where the greeting is unfriendly.
    var spoken: (any PodProtocol)?
  }

  let name: String
  let loop: any EventLoop
  private let tls: ServerTLS?
  private let upstream: Upstream?
  private let coldStart: ColdStart?
  private let index: Int
  private let log: LabEventLog?
  private var generator: SplitMix64
  var behaviour: PodBehaviour
  private(set) var counts = PodCounts()
  private var listener: (any Channel)?
  private var live: [Int: Live] = [:]
  private var isBlackHole = false
  /// Waits for the end of the last connection.
  private var emptied: EventLoopPromise<Void>?

  init(
    name: String, behaviour: PodBehaviour, tls: ServerTLS?, place: Pod.Place, loop: any EventLoop
  ) {
    log = place.log
    generator = SplitMix64(seed: place.seed)
    self.name = name
    self.behaviour = behaviour
    self.tls = tls
    upstream = place.upstream
    coldStart = place.coldStart
    index = place.index
    self.loop = loop
  }

  // MARK: - Listening

  /// Port 0 lets the kernel choose. The future's value is the port that was bound.
  func listen(on address: SocketAddress) -> EventLoopFuture<UInt16> {
    let bound = NIOLoopBound(self, eventLoop: loop)
    var bootstrap = ServerBootstrap(group: loop, childGroup: loop)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try bound.value.accept(channel) }
      }
    if upstream != nil { bootstrap = bootstrap.relayedChildren() }
    return bootstrap.bind(to: address)
      .map { channel in
        bound.value.listener = channel
        return UInt16(channel.localAddress?.port ?? 0)
      }
  }

  func stopListening() -> EventLoopFuture<Void> {
    guard let listener else { return loop.makeSucceededVoidFuture() }
    self.listener = nil
    return listener.close()
  }

  func listenAgain(on address: SocketAddress) -> EventLoopFuture<Void> {
    listener == nil ? listen(on: address).map { _ in } : loop.makeSucceededVoidFuture()
  }

  private func accept(_ channel: any Channel) throws {
    let id = counts.connections.append(.init(peer: channel.remoteAddress?.text ?? "unknown"))
    let bound = NIOLoopBound(self, eventLoop: loop)
    channel.closeFuture.whenComplete { _ in bound.value.ended(id, by: .client) }

    let end = LingeringClose()
    if isBlackHole {
      end.isBlackHole = true
      BlackHole.attach(to: channel).whenFailure { _ in channel.close(promise: nil) }
    }
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(end)
    let speaksTLS = behaviour.greeting != .silent && behaviour.greeting != .closed
    if let tls, speaksTLS {
      let context = behaviour.greeting == .http1 ? tls.http1 : tls.http2
      try pipeline.addHandler(NIOSSLServerHandler(context: context))
    }
    live[id] = Live(
      channel: channel, end: end, local: channel.localAddress, remote: channel.remoteAddress)
    guard behaviour.greeting == .http2 else {
      try pipeline.addHandler(UnfriendlyGreeting(behaviour.greeting))
      return
    }
    if let upstream {
      return Relay.join(channel, to: upstream.address) { client, server in
        let connection = try UpstreamConnection.start(
          pod: bound.value, id: id, client: client, server: server)
        bound.value.live[id]?.spoken = connection
      }
    }
    let streams = behaviour.maxConcurrentStreams
    try pipeline.addHandler(
      ProtocolChoice { chosen, pipeline in
        try bound.value.add(chosen, to: pipeline, id: id, streams: streams)
      })
  }

  private func add(
    _ chosen: ProtocolChoice.Chosen, to pipeline: ChannelPipeline.SynchronousOperations, id: Int,
    streams: Int?
  ) throws {
    switch chosen {
    case .http2:
      let connection = PodConnection(pod: self, id: id)
      try pipeline.addHandler(
        NIOHTTP2Handler(
          mode: .server, connectionConfiguration: .patient(streams: streams),
          streamConfiguration: .patient))
      try pipeline.addHandler(connection)
      live[id]?.spoken = connection
    case .http1:
      let connection = PodHTTP1Connection(pod: self, id: id)
      try pipeline.configureHTTPServerPipeline()
      try pipeline.addHandler(connection)
      live[id]?.spoken = connection
    }
  }

  // MARK: - Ending

  func endConnections(_ ending: Ending) {
    for (id, connection) in live {
      ended(id, by: .killed)
      connection.spoken?.killed()
      connection.end.end(ending)
    }
  }

  func drainConnections(debug: String, grace: Duration? = nil) {
    for connection in live.values {
      if let spoken = connection.spoken {
        spoken.drain(debug: debug, grace: grace)
      } else {
        connection.end.end(.fin)
      }
    }
  }

  /// Nobody hears of it: not even that the pod is killed.
  func blackHole() -> EventLoopFuture<Void> {
    isBlackHole = true
    for connection in live.values { connection.end.isBlackHole = true }
    return onSockets(BlackHole.attach)
  }

  func endBlackHole() -> EventLoopFuture<Void> {
    guard isBlackHole else { return loop.makeSucceededVoidFuture() }
    isBlackHole = false
    for connection in live.values { connection.end.isBlackHole = false }
    return onSockets(BlackHole.detach)
  }

  /// Of the listener first, so that no connection slips through. Fails where one that is open refuses.
  private func onSockets(
    _ change: (any Channel) -> EventLoopFuture<Void>
  ) -> EventLoopFuture<Void> {
    let channels = [listener].compactMap { $0 } + live.values.map(\.channel)
    let changes = channels.map { channel in
      change(channel).flatMapErrorThrowing { error in
        if channel.isActive { throw error }
      }
    }
    return EventLoopFuture.andAllSucceed(changes, on: loop)
  }

  /// What this connection's age limit is multiplied with.
  func jitter() -> Double { Double.random(in: 0.9...1.1, using: &generator) }

  /// The connection is over for this pod. May be told more than once: the first is right.
  func ended(_ id: Int, by end: PodCounts.End) {
    live[id] = nil
    counts.connections.end(id, by: end)
    guard live.isEmpty else { return }
    emptied?.succeed()
    emptied = nil
  }

  /// When there is no connection.
  func ended() -> EventLoopFuture<Void> {
    guard !live.isEmpty else { return loop.makeSucceededVoidFuture() }
    let promise = emptied ?? loop.makePromise()
    emptied = promise
    return promise.futureResult
  }

  /// What channelz shows of the pod now. Its ids begin at 1, since 0 stands for none.
  func channelz() -> ChannelzAnswer {
    ChannelzAnswer(
      behaviour: behaviour.channelz,
      sockets: live.map { .init(id: $0.key + 1, local: $0.value.local, remote: $0.value.remote) })
  }

  // MARK: - Counting

  /// Whether a request that comes now is one of the cold start.
  var isCold: Bool { coldStart?.isUnderWay ?? false }

  /// The number of the request among all of this pod, from 1.
  /// - Parameter open: requests that are open on the connection, with this one.
  func received(on id: Int, open: Int) -> Int {
    counts.received += 1
    counts.connections[id: id].received += 1
    counts.connections[id: id].peak = max(counts.connections[id: id].peak, open)
    noteTime()
    coldStart?.received()
    return counts.received
  }

  func answered(_ status: PodCounts.Status, on id: Int, isCold: Bool) {
    counts.answered += 1
    counts.connections[id: id].answered += 1
    counts.connections[id: id].ended += 1
    note(status, on: id, isCold: isCold)
  }

  func answeredHTTP1(_ status: Int, on id: Int) {
    counts.http1 += 1
    counts.connections[id: id].http1 += 1
    note(.http(status), on: id, isCold: false)
  }

  /// The request was no gRPC.
  func rejected(_ status: Int, on id: Int, isCold: Bool) {
    counts.rejected += 1
    counts.connections[id: id].ended += 1
    note(.http(status), on: id, isCold: isCold)
  }

  func lost(_ loss: PodCounts.Loss, on id: Int) {
    switch loss {
    case .refused: counts.refused += 1
    case .reset: counts.reset += 1
    case .cancelled: counts.cancelled += 1
    }
    counts.connections[id: id].ended += 1
    counts.connections[id: id].losses[loss, default: 0] += 1
  }

  private func note(_ status: PodCounts.Status, on id: Int, isCold: Bool) {
    if isCold {
      counts.connections[id: id].coldAnswers[status, default: 0] += 1
      coldStart?.answered(pod: index)
    } else {
      counts.connections[id: id].answers[status, default: 0] += 1
    }
  }

  func noteTime() {
    let now = LabInstant.now
    counts.firstRequest = counts.firstRequest ?? now
    counts.lastRequest = now
  }

  func sent(_ goAway: LabEvent.GoAway, on id: Int) {
    guard !isBlackHole else { return }
    counts.connections[id: id].note(goAway, at: LabInstant.now)
    log?.note(.goAway(goAway, peer: counts.connections[id: id].peer), pod: name)
  }

  func askedForChannelz() { counts.channelz += 1 }

  func notUnderstood(on id: Int) { counts.connections[id: id].isUnderstood = false }

  /// Why the connection will end, where that is known before.
  func ending(_ id: Int, by end: PodCounts.End) {
    guard counts.connections[id: id].isOpen else { return }
    counts.connections[id: id].end = end
  }

  func violated(_ error: any Error) {
    guard counts.violations.count < Self.maximumViolations else { return }
    counts.violations.append(String(describing: error))
  }
}
