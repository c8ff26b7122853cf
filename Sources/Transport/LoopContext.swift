package import Balancing
internal import HTTP2
internal import NIOCore

/// What the channels and connections of one event loop share. Confined to that loop, so nothing
/// here is locked; whatever writes in one turn of the loop leaves in one piece per connection.
package final class LoopContext {
  let eventLoop: any EventLoop
  let allocator = ByteBufferAllocator()
  let values: ValuePool
  /// Read once per socket read or timer: every RPC that starts or ends in that batch shares it.
  package private(set) var now = MonotonicTime.now()
  /// By connection index, in the order they were started.
  package internal(set) var connectionRecords: [ConnectionRecord] = []
  /// Connections that were started and are neither READY nor given up.
  package internal(set) var connecting = 0
  /// Connections that are READY, draining ones too.
  package internal(set) var ready = 0
  /// Channels by state, by its raw value: nobody has to look at all of them to count.
  private var channelStates = [Int](repeating: 0, count: ConnectivityState.allCases.count)

  var calls: [Call]
  var probes = Probes()
  /// How many were asked for.
  package internal(set) var probesSent = 0
  private var bound = BoundCalls()
  var reader: ResponseReader
  let watch: WatchList
  unowned(unsafe) let observer: any CallObserver
  private let frameLog: FrameLog?

  private var connections: [Connection?] = []
  /// Whether a connection that has ended gives its index to a later one, once the observer has seen
  /// its record: a run of days must not keep them all.
  private let reusesConnections: Bool
  /// Indices that ended connections left.
  private var unused: [Int] = []
  private var channels: [GRPCChannel] = []
  private var attempts = ConnectionAttempts()
  /// Indices of connections with something to send.
  private var dirty: [Int] = []
  /// The other of the two lists that take turns, so that neither is allocated anew.
  private var flushing: [Int] = []
  /// By connection index: whether it is in `dirty`.
  private var isDirty: [Bool] = []
  private var turnEndIsScheduled = false
  private(set) var isShutDown = false
  private let timeout: Duration
  private var deadlineTimer: LoopTimer?
  private var idleTimer: LoopTimer?

  /// - Parameters:
  ///   - concurrency: slots for RPCs: the most that are ever in flight on this loop.
  ///   - observer: outlives the context.
  ///   - reusesConnections: whether the record of a connection that has ended makes room for another
  ///     after `CallObserver.connectionChanged`.
  package init(
    loop: Loop,
    concurrency: Int,
    timeout: Duration,
    identity: IdentityFields,
    observer: any CallObserver,
    frameLog: FrameLog? = nil,
    reusesConnections: Bool = false
  ) {
    self.reusesConnections = reusesConnections
    eventLoop = loop.eventLoop
    self.timeout = timeout
    self.observer = observer
    self.frameLog = frameLog
    values = ValuePool()
    calls = Array(repeating: Call(), count: concurrency)
    reader = ResponseReader(values: values)
    watch = ResponseReader.watchList(identity: identity)
  }

  func add(_ channel: GRPCChannel) {
    precondition(channel.index == channels.count, "channels are numbered in order")
    channels.append(channel)
    channelStates[channel.state.rawValue] += 1
    if channel.usesTLS { attempts.expectHandshakes() }
    if idleTimer == nil { checkIdle(at: now + channel.profile.idleTimeout) }
  }

  /// One timer for all channels of the loop.
  private func checkIdle(at time: MonotonicTime) {
    idleTimer = after(nanoseconds: time.nanoseconds - now.nanoseconds) {
      let busy = Set(self.calls.lazy.filter { $0.stage != .free }.map(\.channel))
      let times = self.channels.map { $0.checkIdle(isBusy: busy.contains(Int32($0.index))) }
      if let next = times.min() { self.checkIdle(at: next) }
    }
  }

  func channelChanged(from old: ConnectivityState, to new: ConnectivityState) {
    channelStates[old.rawValue] -= 1
    channelStates[new.rawValue] += 1
  }

  /// How many of the loop's channels are in this state.
  package func channels(in state: ConnectivityState) -> Int { channelStates[state.rawValue] }

  func connection(_ index: Int32) -> Connection? {
    index < 0 ? nil : connections[Int(index)]
  }

  func frameObserver(connection: Int) -> (any FrameObserver)? {
    frameLog.map { FrameLogger(connection: connection, log: $0) }
  }

  /// Gives a connection its index for life.
  func register(_ record: ConnectionRecord) -> Int {
    if let index = unused.popLast() {
      connectionRecords[index] = record
      return index
    }
    connectionRecords.append(record)
    connections.append(nil)
    isDirty.append(false)
    bound.addConnection()
    return connectionRecords.count - 1
  }

  func adopt(_ connection: Connection) { connections[connection.index] = connection }

  /// The connection has ended, and nothing refers to its index any more.
  func forget(_ connection: Connection) {
    connections[connection.index] = nil
    if reusesConnections { unused.append(connection.index) }
  }

  // MARK: Connection attempts

  /// Runs now, or when enough earlier attempts have ended.
  func whenConnectAllowed(_ open: @escaping () -> Void) {
    guard !attempts.hasRoom else { return open() }
    attempts.wait(open)
  }

  func connectStarted(_ connection: Connection) {
    connection.isOpening = true
    attempts.started()
  }

  /// An attempt came through, failed, or was given up.
  func connectEnded(_ connection: Connection) {
    guard connection.isOpening else { return }
    connection.isOpening = false
    attempts.ended()
    while let open = attempts.next() { open() }
  }

  // MARK: Bound RPCs

  /// Gives an RPC to a connection, which starts it at the end of this turn of the loop.
  func bind(_ call: Int, to connection: Int) {
    calls[call].stage = .bound
    calls[call].connection = Int32(connection)
    calls[call].boundAt = now
    bound.append(call, to: connection, &calls)
    needsFlush(connection)
  }

  func firstBound(to connection: Int) -> Int? { bound.first(of: connection) }

  func removeFirstBound(to connection: Int) { bound.removeFirst(of: connection, &calls) }

  func unbind(_ call: Int) { bound.remove(call, of: Int(calls[call].connection), &calls) }

  // MARK: Batches

  /// Call first in everything that the event loop brings.
  package func beginBatch() { now = .now() }

  /// Call last: when all that this turn of the loop has brought is handled, RPCs may start, and then
  /// everything written goes out.
  func endBatch() {
    guard !turnEndIsScheduled else { return }
    turnEndIsScheduled = true
    eventLoop.assumeIsolated().execute { self.endTurn() }
  }

  /// Remembers that a connection has something to send; it goes at the end of this turn of the loop.
  func needsFlush(_ connection: Int) {
    guard !isDirty[connection] else { return }
    isDirty[connection] = true
    dirty.append(connection)
    endBatch()
  }

  private func endTurn() {
    if !isShutDown { observer.turnEnded() }
    turnEndIsScheduled = false
    swap(&dirty, &flushing)
    for connection in flushing {
      isDirty[connection] = false
      connections[connection]?.flush()
    }
    flushing.removeAll(keepingCapacity: true)
  }

  /// Lets the observer start RPCs outside any batch.
  package func afterBatch() {
    beginBatch()
    endBatch()
  }

  /// The text behind an attempt's identity. From outside: escape it before it is shown.
  package func identity(_ id: UInt32) -> String { values.string(of: id) }

  /// The number of a text that names a pod, as of a field's value.
  package func intern(_ text: String) -> UInt32 {
    var text = text
    return text.withUTF8 { values.intern(UnsafeRawBufferPointer($0)) }
  }

  /// The identity of answers whose fields took more different values than any set of pods has.
  package static var overflowIdentity: UInt32 { ValuePool.overflow }

  // MARK: Deadlines

  /// Call after RPCs were started: makes sure that a timer stands for the oldest of them.
  ///
  /// All RPCs have the same timeout, so one timer at the oldest one's deadline is enough: when it
  /// fires, what is due has expired and the next oldest is found by a look at the slab.
  package func armDeadline() {
    guard deadlineTimer == nil else { return }
    var oldest: MonotonicTime?
    for call in calls where call.stage != .free {
      oldest = min(oldest ?? call.startedAt, call.startedAt)
    }
    guard let oldest else { return }
    let delay = (oldest + timeout).nanoseconds - MonotonicTime.now().nanoseconds
    deadlineTimer = after(nanoseconds: delay) {
      self.deadlineTimer = nil
      self.expire()
      self.armDeadline()
    }
  }

  private func expire() {
    for index in calls.indices where calls[index].stage != .free {
      guard calls[index].startedAt + timeout <= now else { continue }
      channels[Int(calls[index].channel)].expire(index)
    }
  }

  /// Closes all connections with a GOAWAY. RPCs still under way are forgotten, not reported.
  package func shutDown(_ reason: String) {
    deadlineTimer?.cancel()
    deadlineTimer = nil
    idleTimer?.cancel()
    isShutDown = true
    attempts.forgetWaiting()
    for channel in channels { channel.close() }
    for connection in connections { connection?.close(.here(reason)) }
    channels = []
  }

  // MARK: Timers

  /// Runs a batch after a delay, in nanoseconds. Cancel it where it is not wanted any more.
  package func after(nanoseconds: Int64, _ body: @escaping () -> Void) -> LoopTimer {
    let scheduled = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(max(0, nanoseconds))) {
      self.beginBatch()
      body()
      self.endBatch()
    }
    return LoopTimer(scheduled: scheduled)
  }
}

/// A timer that has been set on a loop.
package struct LoopTimer {
  let scheduled: Scheduled<Void>

  package func cancel() { scheduled.cancel() }
}
