internal import Naming

/// The subchannels of a balancer with what they share: time, chance, timers and the actions
/// collected for the event being handled. A subchannel does what grpc-go's `addrConn` does with one
/// address; which of them to connect is the policy's to say.
struct Subchannels: Sendable {
  struct Subchannel: Sendable {
    let address: TransportAddress
    /// The pick_first that owns it, and where in that one's list it stands.
    var child: Int
    var position: Int
    var state = ConnectivityState.idle
    /// Failed attempts in a row.
    var failures = 0
    var attemptStarted = MonotonicTime(nanoseconds: 0)
    /// The wait after the attempt under way, should it fail: drawn early because it also extends
    /// the attempt's deadline.
    var delayIfFailed = Duration.zero
  }

  let profile: ClientProfile
  var random: SplitMix64
  private(set) var now = MonotonicTime(nanoseconds: .min)
  private(set) var table: [SubchannelID: Subchannel] = [:]
  private var created = 0
  private var timers = TimerQueue()
  private var announcedWake: MonotonicTime?
  private var actions: [BalancerAction] = []
  private var wantsReResolve = false

  init(profile: ClientProfile, seed: UInt64) {
    self.profile = profile
    random = SplitMix64(seed: seed)
  }

  subscript(id: SubchannelID) -> Subchannel? { table[id] }

  // MARK: What policies ask for

  mutating func make(_ address: TransportAddress, child: Int, position: Int) -> SubchannelID {
    let id = SubchannelID(index: created)
    created += 1
    table[id] = Subchannel(address: address, child: child, position: position)
    return id
  }

  mutating func move(_ id: SubchannelID, child: Int, position: Int) {
    table[id]?.child = child
    table[id]?.position = position
  }

  /// Starts an attempt if the subchannel is idle.
  mutating func connect(_ id: SubchannelID) {
    guard var subchannel = table[id], subchannel.state == .idle else { return }
    subchannel.state = .connecting
    subchannel.attemptStarted = now
    subchannel.delayIfFailed = profile.backoff.delay(
      afterFailures: subchannel.failures, using: &random)
    table[id] = subchannel
    let longest = profile.backoffExtendsConnectTimeout ? subchannel.delayIfFailed : .zero
    let timeout = max(profile.minimumConnectTimeout, longest)
    actions.append(.connect(id, subchannel.address, deadline: now + timeout))
  }

  /// Ends the subchannel with whatever connection or attempt it has.
  mutating func shutDown(_ id: SubchannelID) {
    switch table.removeValue(forKey: id)?.state {
    case .connecting: actions.append(.abandonConnect(id))
    case .ready:
      if profile.closingDelay > .zero {
        timers.insert(.close(id), at: now + profile.closingDelay)
      } else {
        close(id)
      }
    case .idle, .transientFailure, nil: break
    }
  }

  mutating func close(_ id: SubchannelID) { actions.append(.drain(id)) }

  /// A child hears of it at that time, or now where it is over.
  mutating func startTimer(for child: Int, at time: MonotonicTime) {
    timers.insert(.nextAttempt(child: child), at: time)
  }

  /// The end of the back-off of a whole list, as drawn now; in the past where the pass took longer.
  mutating func retryTime(ofPassSince start: MonotonicTime, failures: Int) -> MonotonicTime {
    let delay = profile.backoff.delay(afterFailures: failures, using: &random)
    return (profile.backoff.origin == .failure ? now : start) + delay
  }

  mutating func reResolve() { wantsReResolve = true }

  mutating func lookUpAnew() { actions.append(.lookUpAnew) }

  // MARK: What happened to them

  /// False when no attempt was under way.
  mutating func connected(_ id: SubchannelID) -> Bool {
    guard table[id]?.state == .connecting else { return false }
    table[id]?.state = .ready
    table[id]?.failures = 0
    return true
  }

  /// Begins the back-off, where addresses have one of their own. False when no attempt was under way.
  mutating func failed(_ id: SubchannelID) -> Bool {
    guard var subchannel = table[id], subchannel.state == .connecting else { return false }
    // The resolver's floor makes the failures of a pass one request.
    if profile.failureReport == .eachAttempt { wantsReResolve = true }
    if profile.failedPass == .retriesList {
      table[id]?.state = .idle
      return true
    }
    subchannel.state = .transientFailure
    subchannel.failures += 1
    let retryAt =
      switch profile.backoff.origin {
      case .failure: now + subchannel.delayIfFailed
      case .attemptStart: subchannel.attemptStarted + subchannel.delayIfFailed
      }
    table[id] = subchannel
    timers.insert(.retry(id), at: retryAt)
    return true
  }

  /// The connection ended or drains. False when there was none.
  mutating func disconnected(_ id: SubchannelID) -> Bool {
    guard table[id]?.state == .ready else { return false }
    table[id]?.state = .idle
    wantsReResolve = true
    return true
  }

  /// False when the subchannel is gone: each failure sets one timer, and only that one ends it.
  mutating func backoffEnded(_ id: SubchannelID) -> Bool {
    guard table[id] != nil else { return false }
    table[id]?.state = .idle
    return true
  }

  // MARK: The frame around one event

  /// A time before the last one counts as the last one.
  mutating func begin(at time: MonotonicTime) {
    now = max(now, time)
    if let wake = announcedWake, wake <= now {
      announcedWake = nil
    }
  }

  /// The timer that was asked for has come, perhaps early: `finish` asks again for what is left.
  mutating func forgetWake() {
    announcedWake = nil
  }

  mutating func popDueTimer() -> TimerQueue.Entry? { timers.popDue(at: now) }

  mutating func finish(pickerChanged: Bool) -> [BalancerAction] {
    if wantsReResolve {
      actions.append(.reResolve)
    }
    if pickerChanged {
      actions.append(.pickerChanged)
    }
    if let earliest = timers.earliest, announcedWake.map({ earliest < $0 }) ?? true {
      announcedWake = earliest
      actions.append(.wake(at: earliest))
    }
    wantsReResolve = false
    defer { actions = [] }
    return actions
  }
}
