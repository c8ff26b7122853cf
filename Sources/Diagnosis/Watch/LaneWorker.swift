internal import Balancing
internal import Distribution
internal import Naming
internal import Reporting
internal import Transport

/// One resolver's channel under a steady load, on its event loop: it tells the recorder what becomes of
/// the list, of connections and of every RPC.
final class LaneWorker: CallObserver {
  struct Settings: Sendable {
    /// The resolver's position.
    var lane: Int
    /// RPCs per second.
    var rate: Double
    var timeout: Duration
    var identity: IdentityChoice
    var options: ChannelOptions
    /// Where the response message names the pod.
    var body: BodyIdentity?
    var recorder: WatchRecorder
    /// Told once: nil at the first READY connection, else why there is none.
    var began: @Sendable (Problem?) -> Void
    var frameLog: FrameLog?
  }

  /// What is remembered of a connection while it is there.
  private struct Track {
    var number: Int
    var address: String
    var isReady = false
    var lastStream: UInt32?
    var lastSent: MonotonicTime?
    var lastAnswer: MonotonicTime?
  }

  private let settings: Settings
  private var context: LoopContext?
  private var channel: GRPCChannel?
  private var free: [Int]
  private let slots: Int
  private var pace: Pace
  private var paceTimer: LoopTimer?
  private var isStopping = false
  private var onEnd: (() -> Void)?
  private var listed: [String: String?] = [:]
  private var lastFailure: String?
  /// By index on this loop.
  private var tracks: [Int: Track] = [:]
  private var connections = 0
  /// Attempts that failed before the first connection; nil from then on.
  private var failures: [ConnectionRecord]? = []

  init(
    on loop: Loop, _ settings: Settings, reResolve: @escaping @Sendable () -> Void,
    lookUpAnew: @escaping @Sendable () -> Bool
  ) {
    self.settings = settings
    // Enough for a black hole to hold its share of RPCs until their deadlines.
    let waiting = settings.rate * (settings.timeout / .seconds(1))
    slots = min(20_000, max(16, Int(waiting) + 16))
    free = Array(0..<slots)
    pace = Pace(rate: settings.rate, start: .now())
    let context = LoopContext(
      loop: loop, concurrency: slots, timeout: settings.timeout, identity: settings.identity.fields,
      observer: self, frameLog: settings.frameLog, reusesConnections: true)
    self.context = context
    channel = GRPCChannel(
      index: 0, options: settings.options, loop: context, reResolve: reResolve,
      lookUpAnew: lookUpAnew)
    paceTimer = context.after(nanoseconds: 0) { self.paceTimer = nil }
  }

  private var recorder: WatchRecorder { settings.recorder }

  private func record(_ kind: TimelineEvent.Kind, _ address: String? = nil, pod: String? = nil) {
    guard let context else { return }
    recorder.record(
      TimelineEvent(
        kind, at: recorder.time(context.now), lane: settings.lane, address: address, pod: pod))
  }

  // MARK: Lists

  func resolved(_ update: ResolverUpdate) {
    guard let channel, let context else { return }
    context.beginBatch()
    switch update {
    case .failure(let text):
      if lastFailure != text { record(.lookUpFailed(text)) }
      lastFailure = text
    case .endpoints(let endpoints):
      lastFailure = nil
      var list: [String: String?] = [:]
      for endpoint in endpoints {
        for address in endpoint.addresses { list[address.description] = endpoint.pod }
      }
      for address in listed.keys.sorted() where list[address] == nil { record(.unlisted, address) }
      for (address, pod) in list.sorted(by: { $0.key < $1.key }) where listed[address] == nil {
        record(.listed, address, pod: pod)
      }
      listed = list
    }
    channel.resolved(update)
  }

  // MARK: Load

  func turnEnded() {
    guard let context, let channel else { return }
    while !isStopping, let slot = free.last, pace.take(at: context.now) {
      free.removeLast()
      _ = channel.start(slot)
    }
    context.armDeadline()
    if isStopping {
      if free.count == slots { end() }
    } else if paceTimer == nil {
      // Without a free slot the next answer or deadline comes first.
      let delay = free.isEmpty ? 100_000_000 : pace.delay(at: context.now) ?? 0
      paceTimer = context.after(nanoseconds: max(delay, 100_000)) { self.paceTimer = nil }
    }
  }

  /// Sends nothing more and waits for what is in flight.
  func stop(then onEnd: @escaping () -> Void) {
    self.onEnd = onEnd
    isStopping = true
    paceTimer?.cancel()
    free += channel?.forgetQueued() ?? []
    context?.afterBatch()
  }

  private func end() {
    let onEnd = onEnd
    self.onEnd = nil
    onEnd?()
  }

  func shutDown() {
    context?.shutDown("the run was over")
    context = nil
    channel = nil
  }

  func attemptEnded(_ attempt: Attempt) {
    guard let context else { return }
    let sent = MonotonicTime(nanoseconds: context.now.nanoseconds - attempt.latencyNanoseconds)
    let times = (sent: recorder.time(sent), now: recorder.time(context.now))
    let lane = settings.lane
    var track = attempt.connection.flatMap { tracks[$0] }
    let lastSent = max(track?.lastSent ?? sent, sent)
    track?.lastSent = lastSent
    if case .answered = attempt.result { track?.lastAnswer = context.now }
    if let index = attempt.connection { tracks[index] = track }
    switch attempt.result {
    case .answered(let status):
      guard let track else { break }
      let identity = settings.identity.choose(attempt)
      let named = identity == 0 ? nil : context.identity(identity)
      let pod = (named ?? settings.body?.read(attempt.body)?.text).map(IdentityChoice.podName)
      recorder.update {
        $0.answered(
          lane: lane, address: track.address, pod: pod, sent: times.sent, at: times.now,
          isOK: status == 0,
          status: GRPCStatus(rawValue: status)?.name ?? GRPCStatus.otherName)
      }
    case .lost(let loss, _):
      recorder.update {
        $0.lost(
          lane: lane, address: track?.address, connection: track?.number, cause: LossCause(loss),
          sent: times.sent, at: times.now, isFinal: attempt.isFinal)
      }
    }
    if attempt.isFinal { free.append(attempt.call) }
  }

  // MARK: Connections

  func connectionChanged(_ index: Int) {
    guard let context else { return }
    let connection = context.connectionRecords[index]
    guard var track = tracks[index] else {
      connections += 1
      tracks[index] = Track(number: connections, address: connection.target.description)
      return
    }
    if let readyAt = connection.readyAt, !track.isReady {
      track.isReady = true
      if failures != nil { began(nil) }
      record(
        .connected(
          connection: track.number, took: readyAt.nanoseconds - connection.startedAt.nanoseconds),
        track.address)
    }
    if let goAway = connection.goAway, let readyAt = connection.readyAt,
      track.lastStream != goAway.lastStream
    {
      let notice = GoAwayNotice(
        code: goAway.code, lastStream: goAway.lastStream, debug: goAway.debug,
        age: goAway.at.nanoseconds - readyAt.nanoseconds)
      if track.lastStream == nil { noteAge(notice, connection, track, at: goAway.at) }
      track.lastStream = goAway.lastStream
      record(.goAway(connection: track.number, notice), track.address)
    }
    tracks[index] = track
    guard connection.closing != .never else { return }
    tracks[index] = nil
    if case .notConnected(let failure) = connection.closing {
      record(.connectFailed(failure.cameBack), track.address)
      failures?.append(connection)
      if let failures, Set(failures.map(\.target)).count >= listed.count {
        began(.nothingConnected(failures, timeout: settings.timeout))
      }
    } else if let (end, words) = connection.ending, track.isReady {
      record(.closed(connection: track.number, end, words), track.address)
    }
  }

  private func began(_ problem: Problem?) {
    failures = nil
    settings.began(problem)
  }

  /// The server counts from when it accepted the connection, which lies between the first SYN and
  /// READY, and its frame took a while to come here: as long as connecting took, and what a busy machine
  /// adds.
  private func noteAge(
    _ notice: GoAwayNotice, _ connection: ConnectionRecord, _ track: Track, at time: MonotonicTime
  ) {
    let wasReady = time.nanoseconds - notice.age
    let connecting = wasReady - connection.startedAt.nanoseconds
    let doubt = connecting + 20_000_000
    let age = max(0, notice.age - doubt)...notice.age + connecting
    let since = { (instant: MonotonicTime?) in
      time.nanoseconds - (instant ?? MonotonicTime(nanoseconds: wasReady)).nanoseconds
    }
    let idle = (since(track.lastAnswer), since(track.lastSent))
    let idleRange = max(0, min(idle.0, idle.1) - doubt)...max(idle.0, idle.1) + connecting
    recorder.update {
      $0.aged(notice, age: age, idle: idleRange)
      return nil
    }
  }
}

extension ConnectionRecord {
  /// How a connection that was READY ended; nil for others.
  fileprivate var ending: (ConnectionEnd, String)? {
    switch closing {
    case .never, .notConnected: nil
    case .here(let reason): goAway == nil ? (.client, reason) : (.drained, "")
    case .peerClosed: (.fin, "")
    case .keepalive(let words): (.silence, words)
    case .broken(let words): (.reset, words)
    case .protocolError(let words): (.protocolError, words)
    }
  }
}
