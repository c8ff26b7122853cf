internal import Balancing
internal import Distribution
internal import HTTP2
internal import Naming
internal import Transport

/// The load over HTTP/1.1 instead of gRPC channels: as many pools as there are client channels, from
/// the first look-up to the last answer. Counts what `LoadRun` counts.
actor HTTP1Run {
  private enum Phase {
    case idle, warmUp, window
  }

  private let load: Load
  private let identity: IdentityChoice
  private let pools: [HTTP1Pool]

  private var phase = Phase.idle
  /// Requests that may still be started in this phase, and until when.
  private var left = Int.max
  /// Those that an early end of the window has held back.
  private var heldBack = 0
  private var end: MonotonicTime?
  private var isStopping = false
  private var pace: Pace
  private var turn = 0

  private var tallies = TallyTable(countsHTTP: true)
  private var slices = TimeSlices()
  private let names = ValuePool()
  private var numbering: HTTP1Numbering

  private var warmUp: WarmUp
  private var warmUpAttempts = 0
  private var hasAnswered: [Bool]
  private var isFailing: [Bool]
  private var lastFailure: ConnectFailure?

  private var lists: [Set<TransportAddress>?]
  private var changes: [Int]
  private var startedAt = MonotonicTime.now()
  private var unresolved: Int
  private var onResolved: CheckedContinuation<Void, Never>?

  /// Sends the load through pools that are fed by these resolvers, one per channel, and counts.
  /// - Parameters:
  ///   - addresses: what the name stood for when the run began.
  ///   - seed: of every random choice.
  static func counts(
    load: Load, sources: [any NameSource], request: HTTP1Request, identity: IdentityChoice,
    addresses: [TransportAddress], seed: UInt64, control: RunControl, earlyEnd: EarlyEnd? = nil
  ) async -> Counts {
    let run = HTTP1Run(load, request, identity, addresses: addresses, seed: seed)
    control.attach(
      stop: { Task { await run.stop() } }, progress: { await Progress([run.progress]) })
    defer { control.detach() }
    return await withTaskGroup(of: Void.self) { tasks in
      for (channel, source) in sources.enumerated() {
        tasks.addTask {
          for await update in source.updates { await run.resolved(update, channel: channel) }
        }
      }
      var decidedAt: Int?
      await run.untilResolved()
      await run.warmUp { sources[$0].reResolve() }
      if await run.hasAnswers || control.isStopped {
        let window = HTTP1Window(run: run, reResolve: { sources[$0].reResolve() })
        if let earlyEnd {
          decidedAt = try? await earlyEnd.run(window).decidedAt
        } else {
          await window.send(isFirst: true)
        }
      }
      var counts = await run.finish()
      counts.decidedAt = decidedAt
      counts.watchTrouble = sources.lazy.compactMap(\.trouble).first
      for source in sources { source.stop() }
      tasks.cancelAll()
      return counts
    }
  }

  private init(
    _ load: Load, _ request: HTTP1Request, _ identity: IdentityChoice,
    addresses: [TransportAddress], seed: UInt64
  ) {
    self.load = load
    self.identity = identity
    var random = SplitMix64(seed: seed)
    pools = (0..<load.channels).map {
      let pool = HTTP1Pool(channel: $0, request: request, seed: random.next())
      pool.setAddresses(addresses)
      return pool
    }
    pace = Pace(rate: load.rate, start: .now())
    // A pool has as many connections as there are requests under way, whatever the addresses.
    warmUp = WarmUp(
      addresses: max(addresses.count * load.channels, load.concurrency), startedAt: .now())
    numbering = HTTP1Numbering(channels: load.channels)
    hasAnswered = Array(repeating: false, count: load.channels)
    isFailing = hasAnswered
    lists = Array(repeating: nil, count: load.channels)
    changes = Array(repeating: 0, count: load.channels)
    unresolved = load.channels
  }

  // MARK: Names

  private func resolved(_ update: ResolverUpdate, channel: Int) {
    let isFirst = lists[channel] == nil
    var list = lists[channel] ?? []
    if case .endpoints(let endpoints) = update {
      let addresses = endpoints.flatMap(\.addresses)
      pools[channel].setAddresses(addresses)
      list = Set(addresses)
    }
    if phase == .window, list != lists[channel] { changes[channel] += 1 }
    lists[channel] = list
    if isFirst { unresolved -= 1 }
    if unresolved == 0 {
      onResolved?.resume()
      onResolved = nil
    }
  }

  /// Returns when every resolver has said something.
  private func untilResolved() async {
    guard unresolved > 0, !isStopping else { return }
    await withCheckedContinuation { onResolved = $0 }
  }

  // MARK: Phases

  private func stop() {
    isStopping = true
    onResolved?.resume()
    onResolved = nil
  }

  private var hasAnswers: Bool { warmUp.answered > 0 }

  private func warmUp(reResolve: @escaping @Sendable (Int) -> Void) async {
    phase = .warmUp
    await send(reResolve)
  }

  /// - Parameter isFirst: false to go on after `endWindow`.
  func measure(
    isFirst: Bool, reResolve: @escaping @Sendable (Int) -> Void
  ) async {
    if isFirst {
      tallies.beginWindow()
      startedAt = .now()
      pace = Pace(rate: load.rate, start: startedAt)
      slices = TimeSlices(rows: tallies.rowCount)
      switch load.amount {
      case .rpcs(let count): left = count
      case .duration(let duration):
        left = .max
        end = startedAt + duration
      }
    } else {
      left = heldBack
      heldBack = 0
    }
    phase = .window
    await send(reResolve)
  }

  /// Starts no more requests of the window.
  /// - Returns: false where there were none to be started.
  func endWindow() -> Bool {
    guard phase == .window, mayStart else { return false }
    heldBack = left
    left = 0
    return true
  }

  /// Returns when the phase is over and everything in flight has ended.
  private func send(_ reResolve: @escaping @Sendable (Int) -> Void) async {
    await withTaskGroup(of: Void.self) { tasks in
      for _ in 0..<min(load.concurrency, left) {
        tasks.addTask {
          while let channel = await self.next() {
            let attempts = await self.pools[channel].get()
            if await self.count(attempts, channel) { reResolve(channel) }
          }
        }
      }
    }
    phase = .idle
  }

  /// Waits until the next request may start; the channel it belongs to, or nil at the phase's end.
  private func next() async -> Int? {
    guard mayStart else { return nil }
    if phase == .warmUp { warmUp.rpcSent() }
    left -= 1
    let channel = turn
    turn = turn + 1 == pools.count ? 0 : turn + 1
    let due = pace.reserve(at: .now())
    while true {
      let delay = due - .now()
      if delay <= .zero { return channel }
      // In short naps, so that the end of the phase is not slept through.
      try? await Task.sleep(for: min(delay, .milliseconds(50)))
      if heldBack > 0 { heldBack += 1 }
      if isStopping || isLate || heldBack > 0 { return nil }
    }
  }

  private var mayStart: Bool {
    if isStopping || left == 0 || isLate { return false }
    return phase == .window || !warmUpIsDone
  }

  private var isLate: Bool { end.map { $0 <= .now() } ?? false }

  private var warmUpIsDone: Bool {
    warmUp.isDone(
      .now(),
      WarmUp.Situation(
        connecting: 0, ready: pools.count, channelsReady: hasAnswered.count { $0 },
        channelsFailing: zip(hasAnswered, isFailing).count { !$0 && $1 }, channels: pools.count))
  }

  // MARK: Counting

  /// - Returns: whether a connection could not be opened, so that a client would ask for the name
  ///   again.
  private func count(_ attempts: [HTTP1Attempt], _ channel: Int) -> Bool {
    if phase == .window, elapsed >= slices.next { tallies.cut(&slices, at: elapsed) }
    for attempt in attempts {
      let connection = attempt.connection.map { numbering.number(of: $0, in: channel) }
      var counted = Attempt(
        result: .lost(.connectionLost, status: .unavailable), call: 0, channel: channel,
        connection: connection, latencyNanoseconds: attempt.latencyNanoseconds,
        identity: intern(attempt.identity), fallbackIdentity: intern(attempt.fallbackIdentity),
        httpStatus: -1, isFinal: attempt.isFinal)
      if phase == .warmUp { warmUpAttempts += 1 }
      switch attempt.result {
      case .answered(let status):
        counted.result = .answered(status: status)
        hasAnswered[channel] = true
        // A pool may leave connections idle that it has once opened: two answers of each pool will do.
        if phase == .warmUp { warmUp.rpcAnswered(on: channel) }
      case .lost(let loss, let failure):
        counted.result = .lost(loss, status: .unavailable)
        isFailing[channel] = true
        lastFailure = failure
        if phase == .warmUp, loss == .deadline { warmUp.rpcExpired() }
      }
      tallies.count(counted, identity: identity.choose(counted)) {
        let place = self.numbering.places[$0]
        return self.pools[place.channel].target(of: place.connection)
      }
    }
    return attempts.last?.connection == nil
  }

  /// Nanoseconds since the window began.
  private var elapsed: Int64 { MonotonicTime.now().nanoseconds - startedAt.nanoseconds }

  private func intern(_ value: String?) -> UInt32 {
    guard var value else { return ValuePool.absent }
    return value.withUTF8 { names.intern(UnsafeRawBufferPointer($0)) }
  }

  private func name(_ identity: UInt32) -> String? {
    identity == ValuePool.absent ? nil : names.string(of: identity)
  }

  private var progress: Progress.Part {
    Progress.Part(
      answered: tallies.answered, lost: tallies.lost, rows: tallies.progress(name: name),
      isWarmingUp: phase == .warmUp)
  }

  /// What was counted since the window began. Closes the connections.
  private func finish() -> Counts {
    tallies.cut(&slices, at: elapsed)
    let counts = counts()
    for pool in pools { pool.shutDown() }
    return counts
  }

  func counts() -> Counts {
    let seconds = Double(MonotonicTime.now().nanoseconds - startedAt.nanoseconds) / 1e9
    let records = pools.map(\.records)
    for (channel, list) in records.enumerated() {
      for connection in list.indices { _ = numbering.number(of: connection, in: channel) }
    }
    var counts = tallies.counts(
      records: numbering.places.map { records[$0.channel][$0.connection] }
    ) { address, identity, _ in Counts.Origin(address: address, identity: name(identity)) }
    counts.connections.sort { $0.record.startedAt < $1.record.startedAt }
    counts.warmup = warmUpAttempts
    counts.warmupAnswered = warmUp.answered
    counts.lastFailure = lastFailure
    counts.listChanges = changes.max() ?? 0
    counts.slices = slices
    counts.windowStartedAt = startedAt
    counts.seconds = seconds
    return counts
  }
}
