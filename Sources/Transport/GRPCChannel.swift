internal import Balancing
internal import HTTP2
internal import NIOCore
package import Naming

/// A gRPC channel: it carries out what the balancer decides. Confined to one event loop.
///
/// The balancer is told what happened to connections and answers with actions; RPCs ask it for a
/// pick. Everything that touches a socket or a timer is here, everything that decides is there.
package final class GRPCChannel {
  package let index: Int
  private let request: RequestTemplate
  /// `request` as its first, second … retry.
  private let repeats: [RequestTemplate]
  let profile: ClientProfile
  /// The balancer's; the loop counts its channels by it.
  private(set) var state: ConnectivityState {
    didSet { loop.channelChanged(from: oldValue, to: state) }
  }

  /// The way back is cut by `LoopContext.shutDown`.
  let loop: LoopContext
  private let connector: Connector
  private let virtualBackends: [TransportAddress]
  private let reResolve: () -> Void
  private let lookUpAnew: () -> Bool
  private var latest: ResolverUpdate?
  /// What new connections keep to; its time grows when a server says that it is too short.
  private var keepalive: KeepaliveSettings?
  /// When the last RPC began or ended.
  private var lastActive: MonotonicTime
  private var balancer: LoadBalancer
  private var random: SplitMix64
  /// By subchannel: index of the connection that takes new RPCs, or tries to become that; -1 for none.
  private var current: [Int32] = []
  private var queued: [UInt32] = []
  private let waitsForReady: Bool
  private var retries: Retries?
  private var wake: (at: MonotonicTime, timer: LoopTimer)?
  private var isClosed = false

  /// - Parameters:
  ///   - index: counts up from 0 on each loop.
  ///   - reResolve: asks the resolver to look again; may be called often, returns at once.
  ///   - lookUpAnew: replaces the resolver by a new one, which looks up at once. False where there is
  ///     nothing to look up: the channel then goes on with the last it heard.
  package init(
    index: Int, options: ChannelOptions, loop: LoopContext, reResolve: @escaping () -> Void,
    lookUpAnew: @escaping () -> Bool = { false }
  ) {
    self.index = index
    self.loop = loop
    self.reResolve = reResolve
    self.lookUpAnew = lookUpAnew
    profile = options.profile
    keepalive = options.keepalive?.raised(to: profile.keepalive)
    lastActive = loop.now
    connector = Connector(security: options.security)
    virtualBackends = options.virtualBackends
    request = options.request
    repeats = options.repeats()
    waitsForReady = options.method.waitForReady ?? false
    retries = Retries(options)
    balancer = LoadBalancer(policy: options.policy, profile: options.profile, seed: options.seed)
    random = SplitMix64(seed: options.seed &+ 0x9E37_79B9_7F4A_7C15)
    state = balancer.state
    loop.add(self)
  }

  package var endpoints: [Endpoint] { balancer.endpoints }
  var usesTLS: Bool { connector.security != nil }
  /// READY pickers built so far (Balancing says which count).
  package var pickerGenerations: Int { balancer.pickerGenerations }

  /// What the resolver says now.
  package func resolved(_ update: ResolverUpdate) {
    loop.beginBatch()
    latest = update
    handle(.resolved(update))
    loop.endBatch()
  }

  // MARK: RPCs

  /// Starts the RPC in this slot. False where it failed at once: it has been reported as an
  /// attempt then, and the slot is free again.
  package func start(_ call: Int) -> Bool {
    var new = Call()
    new.channel = Int32(index)
    new.startedAt = loop.now
    lastActive = loop.now
    loop.calls[call] = new
    return place(call)
  }

  func place(_ call: Int) -> Bool {
    switch balancer.pick() {
    case .use(let subchannel):
      let connection = Int(current[subchannel.index])
      guard connection >= 0 else {
        queue(call)
        return true
      }
      loop.bind(call, to: connection)
      return true
    case .queue:
      queue(call)
      if state == .idle { handle(.exitIdle) }
      return true
    case .fail where waitsForReady:
      queue(call)
      return true
    case .fail:
      return conclude(call, .lost(.nothingToPick, status: .unavailable))
    }
  }

  /// What the RPC sends in its current attempt.
  func request(of call: Int) -> RequestTemplate {
    let retries = Int(loop.calls[call].retry.retries)
    return retries == 0 ? request : repeats[retries - 1]
  }

  private func queue(_ call: Int) {
    loop.calls[call].stage = .queued
    loop.calls[call].connection = -1
    queued.append(UInt32(call))
  }

  /// The RPC never left this client: it is placed again, without limit (gRFC A6).
  func neverSent(_ call: Int) {
    _ = place(call)
  }

  /// Drops the RPCs that no picker could place yet, without a report; returns their slots.
  package func forgetQueued() -> [Int] {
    let calls = queued.map(Int.init) + (retries?.forgetAll() ?? [])
    queued = []
    for call in calls { loop.calls[call].stage = .free }
    return calls
  }

  /// The RPC's deadline has passed.
  func expire(_ call: Int) {
    switch loop.calls[call].stage {
    case .free: return
    case .queued: queued.removeAll { $0 == UInt32(call) }
    case .bound: loop.unbind(call)
    case .inFlight:
      loop.connection(loop.calls[call].connection)?.cancel(loop.calls[call].stream)
    case .backingOff: retries?.waited(call)
    }
    end(call, .lost(.deadline, status: .deadlineExceeded))
  }

  private func end(_ call: Int, _ result: Attempt.Result, _ end: StreamEnd? = nil) {
    if retries != nil, result == .answered(status: 0) { retries?.succeeded() }
    report(call, result, end, isFinal: true)
    lastActive = loop.now
    loop.calls[call].stage = .free
  }

  /// Ends an attempt, and with it the RPC unless the service config has it tried again: false where
  /// it is over.
  @discardableResult
  func conclude(_ call: Int, _ result: Attempt.Result, _ end: StreamEnd? = nil) -> Bool {
    guard retries != nil, let failure = failure(result, end),
      let delay = retries?.next(&loop.calls[call].retry, after: failure, &random)
    else {
      self.end(call, result, end)
      return false
    }
    report(call, result, end, isFinal: false)
    loop.calls[call].stage = .backingOff
    loop.calls[call].connection = -1
    let timer = loop.after(nanoseconds: delay.nanoseconds) {
      self.retries?.waited(call)
      _ = self.place(call)
    }
    retries?.wait(call, for: timer)
    return true
  }

  func report(
    _ call: Int, _ result: Attempt.Result, _ end: StreamEnd?, isFinal: Bool
  ) {
    guard !loop.isShutDown else { return }
    let connection = loop.calls[call].connection
    let keepsBody = request.keptBody > 0 && end != nil
    let body = keepsBody ? loop.connection(connection)?.takeBody(of: end?.stream ?? 0) : nil
    loop.observer.attemptEnded(
      Attempt(
        result: result,
        call: call,
        channel: index,
        connection: connection < 0 ? nil : Int(connection),
        latencyNanoseconds: connection < 0
          ? 0 : loop.now.nanoseconds - loop.calls[call].boundAt.nanoseconds,
        identity: end?.notes[ResponseReader.Slot.identity] ?? 0,
        fallbackIdentity: end?.notes[ResponseReader.Slot.fallbackIdentity] ?? 0,
        namesContradict: ResponseReader.namesContradict(end),
        httpStatus: Int(end?.status ?? -1),
        body: body ?? [],
        isFinal: isFinal))
  }

  // MARK: What the balancer wants

  private func handle(_ event: BalancerEvent) {
    guard !isClosed else { return }
    let actions = balancer.handle(event, at: loop.now)
    if state != balancer.state { state = balancer.state }
    for action in actions { carryOut(action) }
  }

  private func carryOut(_ action: BalancerAction) {
    switch action {
    case .connect(let subchannel, let address, let deadline):
      connect(subchannel, address, deadline)
    case .abandonConnect(let subchannel):
      take(subchannel)?.close(.here("another address connected first, or this one was removed"))
    case .drain(let subchannel):
      if let connection = take(subchannel) {
        connection.retiring = isAsleep ? "the channel was idle" : "its address left the list"
        closeIfDrained(connection)
      }
    case .reResolve:
      reResolve()
    case .lookUpAnew:
      if !lookUpAnew(), let latest { handle(.resolved(latest)) }
    case .wake(let time):
      schedule(time)
    case .pickerChanged:
      let calls = queued
      queued = []
      for call in calls { _ = place(Int(call)) }
    }
  }

  private func take(_ subchannel: SubchannelID) -> Connection? {
    guard subchannel.index < current.count else { return nil }
    defer { current[subchannel.index] = -1 }
    return loop.connection(current[subchannel.index])
  }

  private func connect(
    _ subchannel: SubchannelID, _ address: TransportAddress, _ deadline: MonotonicTime
  ) {
    let target = virtualBackends.randomElement(using: &random) ?? address
    let number = loop.register(
      ConnectionRecord(
        channel: index, target: target, usesTLS: usesTLS, startedAt: loop.now))
    let connection = Connection(
      index: number, subchannel: subchannel, owner: self, loop: loop, tls: usesTLS)
    loop.adopt(connection)
    loop.connecting += 1
    loop.observer.connectionChanged(number)
    while current.count <= subchannel.index { current.append(-1) }
    current[subchannel.index] = Int32(number)
    let allowed = deadline - loop.now
    loop.whenConnectAllowed { [connector] in
      connection.open(with: connector, to: target, within: allowed)
    }
  }

  private func schedule(_ time: MonotonicTime) {
    if let wake, wake.at <= time { return }
    wake?.timer.cancel()
    let timer = loop.after(nanoseconds: time.nanoseconds - loop.now.nanoseconds) {
      self.wake = nil
      self.handle(.timer)
    }
    wake = (time, timer)
  }

  // MARK: What connections report

  func connectionOpened(_ connection: Connection, local: SocketAddress?, remote: SocketAddress?) {
    loop.connectionRecords[connection.index].local = TransportAddress(local)
    loop.connectionRecords[connection.index].remote = TransportAddress(remote)
  }

  /// How long the kernel may wait for acknowledgements; nil for as long as it likes.
  var userTimeout: Duration? { keepalive?.timeout }

  /// What is wrong with the certificate of a connection whose handshake is done; nil where nothing is.
  func verify(_ pipeline: ChannelPipeline.SynchronousOperations) -> ConnectFailure? {
    connector.security?.verify(pipeline)
  }

  func connectionReady(_ connection: Connection) {
    loop.connectionRecords[connection.index].readyAt = loop.now
    loop.connecting -= 1
    loop.ready += 1
    loop.connectEnded(connection)
    settingsChanged(connection)
    if let keepalive { connection.startKeepalive(keepalive, rules: profile.keepalive) }
    loop.observer.connectionChanged(connection.index)
    guard isCurrent(connection) else { return }
    handle(.connected(connection.subchannel))
  }

  func settingsChanged(_ connection: Connection) {
    let limit = connection.maxConcurrentStreams
    loop.connectionRecords[connection.index].maxConcurrentStreams = limit == .max ? nil : limit
  }

  func goAway(_ connection: Connection, lastStream: UInt32, code: ErrorCode, debug: [UInt8]) {
    loop.connectionRecords[connection.index].goAway = ConnectionRecord.GoAway(
      code: code.description, lastStream: lastStream, debug: String(decoding: debug, as: UTF8.self),
      at: loop.now)
    if code == .enhanceYourCalm, debug == Array("too_many_pings".utf8),
      let ended = connection.keepalive, let time = keepalive?.time
    {
      keepalive?.time = Keepalive.backedOff(time, after: ended)
    }
    loop.observer.connectionChanged(connection.index)
    guard isCurrent(connection) else { return }
    current[connection.subchannel.index] = -1
    handle(.goAway(connection.subchannel))
  }

  /// Ends a connection that takes no more RPCs once its last one is over.
  func closeIfDrained(_ connection: Connection) {
    guard !connection.isBusy else { return }
    if connection.isDraining {
      connection.close(.here("drained after GOAWAY"))
    } else if let reason = connection.retiring {
      connection.close(.here(reason))
    }
  }

  func connectionEnded(_ connection: Connection, _ closing: ConnectionRecord.Closing) {
    loop.connectionRecords[connection.index].closing = closing
    loop.connectionRecords[connection.index].closedAt = loop.now
    if connection.isReady {
      loop.ready -= 1
    } else {
      loop.connecting -= 1
      loop.connectEnded(connection)
    }
    if !loop.isShutDown { loop.observer.connectionChanged(connection.index) }
    guard isCurrent(connection) else { return }
    current[connection.subchannel.index] = -1
    if case .notConnected(let failure) = closing {
      handle(.connectFailed(connection.subchannel, failure.cameBack))
    } else {
      handle(.connectionLost(connection.subchannel, "the connection ended"))
    }
  }

  // MARK: Idleness

  /// Waits for an RPC, without connections.
  private var isAsleep: Bool { state == .idle && balancer.endpoints.isEmpty }

  /// Goes idle where that is due; otherwise says when to ask again.
  func checkIdle(isBusy: Bool) -> MonotonicTime {
    let step = Idleness.step(
      isBusy: isBusy, lastActive: lastActive, timeout: profile.idleTimeout, at: loop.now)
    switch step {
    case .wait(let time): return time
    case .goIdle:
      handle(.idleTimeout)
      return loop.now + profile.idleTimeout
    }
  }

  private func isCurrent(_ connection: Connection) -> Bool {
    let index = connection.subchannel.index
    return index < current.count && Int(current[index]) == connection.index
  }

  /// No more connections, no more timers. The loop closes the sockets.
  func close() {
    isClosed = true
    _ = retries?.forgetAll()
    wake?.timer.cancel()
    wake = nil
  }
}
