internal import Balancing
internal import Distribution
internal import Naming
internal import Transport

/// Sends the load of one event loop and counts what comes back. Confined to that loop; the way from
/// an answer to the next RPC allocates nothing and takes no lock.
final class LoadWorker: CallObserver {
  private enum Phase {
    case idle, warmUp, window
  }

  let settings: Settings
  private(set) var context: LoopContext?
  private var channels: [GRPCChannel] = []
  private(set) var tallies: TallyTable
  /// By connection.
  var channelz: [Int: ChannelzWalk.Outcome] = [:]
  /// Identities that were read from messages, and the field that had them.
  private var fieldOfIdentity: [UInt32: String] = [:]
  private var contradictions = 0

  private var phase = Phase.idle
  private var onEnd: (() -> Void)?
  private var free: [Int]
  /// RPCs that may still be started in this phase.
  private var left = Int.max
  /// Those that an early end of the window has held back.
  private var heldBack = 0
  private var isStopping = false
  private var endsAtChange = false
  private var pace: Pace
  private var paceTimer: LoopTimer?
  private var gathering: Gathering
  private var gatherTimer: LoopTimer?
  private var endTimer: LoopTimer?
  private var sliceTimer: LoopTimer?
  private var turn = 0

  private var warmUp: WarmUp
  private var warmUpAttempts = 0
  private var lastLoss: Counts.LastLoss?
  private var window = WorkerWindow()

  /// - Parameters:
  ///   - reResolve: called with a channel's number among all channels of the run.
  ///   - beginAnew: so is this one, by a channel that leaves idle (`NameSource`).
  init(
    on loop: Loop, _ settings: Settings, reResolve: @escaping @Sendable (Int) -> Void,
    beginAnew: @escaping @Sendable (Int) -> Bool = { _ in false }
  ) {
    self.settings = settings
    tallies = TallyTable(separate: settings.usesChannelz ? ChannelzSurvey.largestCount : 0)
    free = Array(0..<settings.share.concurrency)
    pace = Pace(rate: settings.share.rate, start: .now())
    gathering = Gathering(concurrency: settings.share.concurrency)
    warmUp = WarmUp(addresses: 1, startedAt: .now())
    let context = LoopContext(
      loop: loop, concurrency: settings.share.concurrency, timeout: settings.timeout,
      identity: settings.identity.fields, observer: self, frameLog: settings.frameLog)
    self.context = context
    channels = settings.share.channels.enumerated().map { index, number in
      var options = settings.options
      options.seed = options.seed &+ UInt64(number) &* 0xD6E8_FEB8_6659_FD93
      return GRPCChannel(
        index: index, options: options, loop: context, reResolve: { reResolve(number) },
        lookUpAnew: { beginAnew(number) })
    }
  }

  /// Passes a resolver's answer to one of this loop's channels; none is left after `shutDown`, where
  /// an answer may still be on its way.
  func resolved(_ update: ResolverUpdate, channel index: Int) {
    guard channels.indices.contains(index) else { return }
    channels[index].resolved(update)
    guard phase == .window else { return }
    if window.listChanged(to: addresses(of: channels[index]), channel: index), endsAtChange {
      left = 0
    }
  }

  // MARK: Phases

  /// Sends RPCs until every connection has answered twice (`WarmUp`). What an earlier window counted
  /// becomes warm-up, too.
  func beginWarmUp(then onEnd: @escaping () -> Void) {
    warmUpAttempts += tallies.answered + tallies.lost
    tallies.beginWindow()
    left = .max
    window.startedAt = .now()
    warmUp = WarmUp(
      addresses: settings.addresses * channels.count, startedAt: window.startedAt)
    begin(.warmUp, then: onEnd)
    endTimer = context?.after(nanoseconds: WarmUp.timeLimit.nanoseconds) {}
  }

  /// Whether anything answered in the warm-up.
  var isWarm: Bool { warmUp.answered > 0 }

  /// Sends the share of the load and counts it.
  /// - Parameter endsAtChange: whether a change of a channel's list ends the window early.
  func beginWindow(endsAtChange: Bool, then onEnd: @escaping () -> Void) {
    self.endsAtChange = endsAtChange
    tallies.beginWindow()
    window = WorkerWindow(
      startedAt: .now(), rows: tallies.rowCount, generations: generations,
      lists: channels.map(addresses))
    pace = Pace(rate: settings.share.rate, start: .now())
    switch settings.share.amount {
    case .rpcs(let count): left = count
    case .duration:
      left = .max
      armEnd()
    }
    setSliceTimer()
    begin(.window, then: onEnd)
  }

  /// Looks at the counts when a time slice ends; nothing of it is done per RPC.
  private func setSliceTimer() {
    sliceTimer = context?.after(nanoseconds: window.slices.next - window.elapsed(at: .now())) {
      self.cutSlice(at: .now())
      self.setSliceTimer()
    }
  }

  private func cutSlice(at time: MonotonicTime) {
    tallies.cut(&window.slices, at: window.elapsed(at: time))
  }

  /// Where the share is one of time.
  private func armEnd() {
    guard case .duration(let duration) = settings.share.amount else { return }
    let left = max(0, duration.nanoseconds - window.elapsed(at: .now()))
    endTimer = context?.after(nanoseconds: left) { self.left = 0 }
  }

  /// Starts no more RPCs of the window; those in flight end it.
  /// - Returns: false where there were none to be started.
  func endWindow() -> Bool {
    guard phase == .window, left > 0, !isStopping else { return false }
    heldBack = left
    left = 0
    context?.afterBatch()
    return true
  }

  /// Goes on where `endWindow` has ended it.
  func resumeWindow(then onEnd: @escaping () -> Void) {
    left = window.mostChanges > 0 && endsAtChange ? 0 : heldBack
    heldBack = 0
    armEnd()
    setSliceTimer()
    begin(.window, then: onEnd)
  }

  private func begin(_ phase: Phase, then onEnd: @escaping () -> Void) {
    self.phase = phase
    self.onEnd = onEnd
    // From here on every batch starts RPCs; the first one is this timer.
    paceTimer?.cancel()
    paceTimer = context?.after(nanoseconds: 0) { self.paceTimer = nil }
  }

  /// Starts no more RPCs and forgets those that still wait for a connection, which nobody has seen;
  /// the phase ends when those in flight have.
  func stop() {
    isStopping = true
    for channel in channels { free += channel.forgetQueued() }
    context?.afterBatch()
  }

  private func endPhase() {
    if phase == .window {
      let now = MonotonicTime.now()
      window.endedAt = now
      cutSlice(at: now)
      sliceTimer?.cancel()
    }
    phase = .idle
    endTimer?.cancel()
    paceTimer?.cancel()
    paceTimer = nil
    let onEnd = onEnd
    self.onEnd = nil
    onEnd?()
  }

  // MARK: Sending

  func turnEnded() {
    guard phase != .idle, let context else { return }
    if phase == .warmUp, !isStopping, warmUpIsDone(context) { left = 0 }
    guard !waitsForMore(context) else { return }
    while !isStopping, left > 0, let slot = free.last {
      // A first pod that hangs must not have every slot before another is READY.
      if phase == .warmUp, settings.share.concurrency - free.count >= 4 * max(1, context.ready) {
        break
      }
      guard pace.take(at: context.now) else {
        wakeUp(context, after: pace.delay(at: context.now) ?? 0)
        break
      }
      free.removeLast()
      left -= 1
      if phase == .warmUp { warmUp.rpcSent() }
      let channel = channels[turn]
      turn = turn + 1 == channels.count ? 0 : turn + 1
      guard channel.start(slot) else {
        // It failed at once, and so would the next one: leave the processor to the network.
        wakeUp(context, after: 1_000_000)
        break
      }
    }
    context.armDeadline()
    if isStopping || left == 0, free.count == settings.share.concurrency { endPhase() }
  }

  /// Whether RPCs start later, in a turn with more of them (`Gathering`).
  private func waitsForMore(_ context: LoopContext) -> Bool {
    if phase == .window, !isStopping, left > 0, settings.share.rate == 0,
      gathering.waits(free: free.count, ready: context.ready, at: context.now)
    {
      if gatherTimer == nil {
        gatherTimer = context.after(nanoseconds: Gathering.longest) { self.gatherTimer = nil }
      }
      return true
    }
    gatherTimer?.cancel()
    gatherTimer = nil
    return false
  }

  private func wakeUp(_ context: LoopContext, after nanoseconds: Int64) {
    guard paceTimer == nil else { return }
    paceTimer = context.after(nanoseconds: nanoseconds) { self.paceTimer = nil }
  }

  private func warmUpIsDone(_ context: LoopContext) -> Bool {
    warmUp.isDone(
      context.now,
      WarmUp.Situation(
        connecting: context.connecting,
        ready: context.ready,
        channelsReady: context.channels(in: .ready),
        channelsFailing: context.channels(in: .transientFailure),
        channels: channels.count))
  }

  // MARK: Counting

  func attemptEnded(_ attempt: Attempt) {
    guard let context else { return }
    if attempt.namesContradict { contradictions += 1 }
    var identity = settings.identity.choose(attempt)
    if identity == 0, !attempt.body.isEmpty { identity = read(attempt.body, context) }
    tallies.count(attempt, identity: identity) { context.connectionRecords[$0].target }
    if phase == .warmUp {
      warmUpAttempts += 1
      switch attempt.result {
      case .answered: if let connection = attempt.connection { warmUp.rpcAnswered(on: connection) }
      case .lost(let loss, let status):
        if loss == .deadline { warmUp.rpcExpired() }
        lastLoss = Counts.LastLoss(loss: loss, status: status, httpStatus: attempt.httpStatus)
      }
    }
    if attempt.isFinal { free.append(attempt.call) }
  }

  private func addresses(of channel: GRPCChannel) -> Set<TransportAddress> {
    Set(channel.endpoints.flatMap(\.addresses))
  }

  private var generations: Int { channels.reduce(0) { $0 + $1.pickerGenerations } }

  /// The identity that a message shows; 0 where it shows none.
  private func read(_ body: [UInt8], _ context: LoopContext) -> UInt32 {
    guard let (field, text) = settings.body?.read(body) else { return 0 }
    let identity = context.intern(text)
    guard identity != LoopContext.overflowIdentity else { return 0 }
    if fieldOfIdentity[identity] == nil { fieldOfIdentity[identity] = field }
    return identity
  }

  private func name(_ identity: UInt32) -> String? {
    identity == 0 ? nil : context.map { IdentityChoice.podName($0.identity(identity)) }
  }

  /// Answers so far in this phase, for the live display.
  var progress: Progress.Part {
    Progress.Part(
      answered: tallies.answered, lost: tallies.lost,
      rows: tallies.progress(name: name), isWarmingUp: phase == .warmUp)
  }

  /// What was counted since the window began.
  func finish() -> Counts {
    let pods = channelzPods()
    var counts = tallies.counts(records: context?.connectionRecords ?? []) {
      Counts.Origin(
        address: $0, identity: name($1), source: fieldOfIdentity[$1].map { "body:\($0)" },
        channelz: $2.flatMap { pods[$0] })
    }
    counts.probes = context?.probesSent ?? 0
    counts.channelz = channelz.sorted { $0.key < $1.key }.map(\.value)
    counts.contradictions = contradictions
    counts.warmup = warmUpAttempts
    for index in counts.connections.indices {
      counts.connections[index].record.channel =
        settings.share.channels[counts.connections[index].record.channel]
    }
    counts.lastLoss = lastLoss
    counts.warmupAnswered = warmUp.answered
    counts.generations = generations - window.generations + channels.count
    counts.listChanges = window.mostChanges
    counts.addresses = Set(channels.flatMap(addresses))
    counts.slices = window.slices
    counts.windowStartedAt = window.startedAt
    counts.seconds = Double(window.elapsed(at: window.endedAt ?? .now())) / 1e9
    return counts
  }

  /// Closes the connections. Nothing happens on this loop after it.
  func shutDown() {
    context?.shutDown("the run was over")
    context = nil
    channels = []
  }
}
