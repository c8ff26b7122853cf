import Balancing
import Diagnosis
import Naming
import Resolution

/// One client channel, its DNS and its pods on a manual clock: every state machine of the product, and
/// a network that does what a test says. Nothing waits; hours take milliseconds.
struct World {
  struct Pod {
    var isListed = true
    /// Connection attempts come through.
    var accepts = true
    /// Packets vanish in both directions: no answer, no FIN.
    var isSilent = false
  }

  struct Setting {
    var client = SimulatedClient.go
    var policy = Policy.roundRobin
    var rpcInterval = Duration.seconds(1)
    var rpcTimeout = Duration.seconds(5)
    /// Of the servers (gRFC A9), ±10 % per connection.
    var maxAge: Duration?
    var keepalive: KeepaliveSettings?
  }

  struct Lookup {
    var start: MonotonicTime
    var end: MonotonicTime?
    /// By a channel that left idle.
    var isAnew: Bool
  }

  static let connectTime = Duration.milliseconds(1)
  static let callTime = Duration.milliseconds(2)
  static let lookupTime = Duration.milliseconds(5)

  let setting: Setting
  var pods: [TransportAddress: Pod] = [:]
  var dnsFails = false
  var random: SplitMix64
  private(set) var now = MonotonicTime(nanoseconds: 0)
  private(set) var balancer: LoadBalancer
  private(set) var lookups: [Lookup] = []
  /// RPCs answered and lost, by pod.
  private(set) var answered: [TransportAddress: Int] = [:]
  private(set) var lost: [TransportAddress: Int] = [:]
  /// RPCs that ended without a pod.
  private(set) var unplaced = 0
  private(set) var started = 0
  /// Connections given up by keepalive, and connection attempts, by pod.
  private(set) var givenUp: [TransportAddress: [MonotonicTime]] = [:]
  private(set) var attempts: [TransportAddress: [MonotonicTime]] = [:]
  /// What must never happen.
  private(set) var violations: [String] = []
  private(set) var steps = 0

  private var schedule: LookupSchedule
  private var queue = EventQueue()
  private var links: [Link] = []
  private var current: [SubchannelID: Int] = [:]
  private var waiting: [Int] = []
  /// Live RPCs and their link, -1 while they wait.
  private var calls: [Int: Int] = [:]
  private var generation = 0
  private var isLookingUp = false
  private var floorEnd: MonotonicTime?
  private var lastActive = MonotonicTime(nanoseconds: 0)
  private let epoch = ContinuousClock.now

  private struct Link {
    enum State { case connecting, ready, leaving, closed }
    let subchannel: SubchannelID
    let address: TransportAddress
    var state = State.connecting
    var calls: Set<Int> = []
    var opened = 0
    var keepalive: Keepalive?
    var keepaliveSleeps = false
  }

  init(_ setting: Setting, pods count: Int, seed: UInt64) {
    self.setting = setting
    random = SplitMix64(seed: seed)
    balancer = LoadBalancer(
      policy: setting.policy, profile: setting.client.profile, seed: random.next())
    schedule = LookupSchedule(rules: setting.client.rules)
    for number in 0..<count { pods[Self.address(number)] = Pod() }
    push(.rpc, after: .milliseconds(10))
    push(.idleCheck, after: setting.client.profile.idleTimeout)
    followSchedule()
  }

  static func address(_ number: Int) -> TransportAddress {
    .ip(.v4(0x0A00_0001 + UInt32(number)), port: 50051)
  }

  /// How many RPCs have not ended.
  var live: Int { calls.count }

  // MARK: Time

  mutating func run(for duration: Duration) { run(until: now + duration) }

  mutating func run(until end: MonotonicTime) {
    while let next = queue.popDue(at: end) {
      now = next.time
      steps += 1
      handle(next.event)
    }
    now = end
  }

  private mutating func push(_ event: Event, after delay: Duration) {
    queue.push(event, at: now + delay)
  }

  private var instant: ContinuousClock.Instant {
    epoch + .nanoseconds(now.nanoseconds)
  }

  private mutating func handle(_ event: Event) {
    switch event {
    case .rpc:
      push(.rpc, after: setting.rpcInterval)
      begin(started)
    case .expire(let call): expire(call)
    case .answer(let call, let link): answer(call, link)
    case .connectEnds(let link, let succeeds): connectEnds(link, succeeds)
    case .maxAge(let link): goAway(link)
    case .keepalive(let link): keepaliveFired(link)
    case .pong(let link):
      links[link].keepalive?.read(at: now)
      links[link].keepalive?.answered()
    case .wake: tell(.timer)
    case .lookupEnds(let number): if number == generation { lookupEnded() }
    case .lookupDue(let number):
      if number == generation {
        schedule.waited()
        followSchedule()
      }
    case .idleCheck:
      let step = Idleness.step(
        isBusy: !calls.isEmpty, lastActive: lastActive,
        timeout: setting.client.profile.idleTimeout, at: now)
      if case .wait(let until) = step {
        push(.idleCheck, after: until - now)
      } else {
        tell(.idleTimeout)
        push(.idleCheck, after: setting.client.profile.idleTimeout)
      }
    }
  }

  // MARK: RPCs

  private mutating func begin(_ call: Int) {
    started += 1
    lastActive = now
    calls[call] = -1
    push(.expire(call), after: setting.rpcTimeout)
    place(call)
  }

  private mutating func place(_ call: Int) {
    switch balancer.pick() {
    case .use(let subchannel):
      guard let link = current[subchannel], links[link].state == .ready else {
        violations.append("RPC \(call) was put on a closed subchannel")
        return
      }
      calls[call] = link
      links[link].calls.insert(call)
      links[link].opened += 1
      if pods[links[link].address]?.isSilent != true {
        push(.answer(call, link), after: Self.callTime)
      }
      if links[link].keepaliveSleeps {
        links[link].keepaliveSleeps = false
        push(.keepalive(link), after: .zero)
      }
    case .queue:
      waiting.append(call)
      if balancer.state == .idle { tell(.exitIdle) }
    case .fail:
      end(call)
      unplaced += 1
    }
  }

  private mutating func end(_ call: Int) {
    guard let link = calls.removeValue(forKey: call) else {
      violations.append("RPC \(call) ended twice")
      return
    }
    lastActive = now
    guard link >= 0 else { return }
    links[link].calls.remove(call)
    closeIfDrained(link)
  }

  private mutating func expire(_ call: Int) {
    guard let link = calls[call] else { return }
    waiting.removeAll { $0 == call }
    if link >= 0 { lost[links[link].address, default: 0] += 1 } else { unplaced += 1 }
    end(call)
  }

  private mutating func answer(_ call: Int, _ link: Int) {
    guard calls[call] == link, links[link].state != .closed,
      pods[links[link].address]?.isSilent != true
    else { return }
    answered[links[link].address, default: 0] += 1
    links[link].keepalive?.read(at: now)
    end(call)
  }

  // MARK: Connections

  private mutating func tell(_ event: BalancerEvent) {
    for action in balancer.handle(event, at: now) { carryOut(action) }
  }

  private mutating func carryOut(_ action: BalancerAction) {
    switch action {
    case .connect(let subchannel, let address, let deadline):
      let link = links.count
      links.append(Link(subchannel: subchannel, address: address))
      current[subchannel] = link
      attempts[address, default: []].append(now)
      let pod = pods[address]
      if pod?.isSilent == true {
        push(.connectEnds(link, succeeds: false), after: deadline - now)
      } else {
        push(.connectEnds(link, succeeds: pod?.accepts == true), after: Self.connectTime)
      }
    case .abandonConnect(let subchannel):
      if let link = current.removeValue(forKey: subchannel) { links[link].state = .closed }
    case .drain(let subchannel):
      if let link = current.removeValue(forKey: subchannel) {
        links[link].state = .leaving
        closeIfDrained(link)
      }
    case .reResolve:
      schedule.requested(at: instant)
      followSchedule()
    case .lookUpAnew:
      schedule = LookupSchedule(rules: setting.client.rules)
      floorEnd = nil
      generation += 1
      isLookingUp = false
      followSchedule()
    case .wake(let time): queue.push(.wake, at: time)
    case .pickerChanged:
      let calls = waiting
      waiting = []
      for call in calls { place(call) }
    }
  }

  private mutating func connectEnds(_ link: Int, _ succeeds: Bool) {
    guard links[link].state == .connecting else { return }
    guard succeeds else {
      links[link].state = .closed
      current[links[link].subchannel] = nil
      return tell(.connectFailed(links[link].subchannel, "connection refused"))
    }
    links[link].state = .ready
    if let settings = setting.keepalive {
      let rules = setting.client.profile.keepalive
      let keepalive = Keepalive(settings.raised(to: rules), rules: rules, at: now)
      links[link].keepalive = keepalive
      queue.push(.keepalive(link), at: keepalive.start)
    }
    if let maxAge = setting.maxAge {
      push(.maxAge(link), after: maxAge * Double.random(in: 0.9...1.1, using: &random))
    }
    tell(.connected(links[link].subchannel))
  }

  /// A READY connection of this client, drawn.
  mutating func anyConnection() -> Int? {
    current.values.sorted().filter { links[$0].state == .ready }.randomElement(using: &random)
  }

  /// The server wants the connection to end; its RPCs may.
  mutating func goAway(_ link: Int) {
    guard links[link].state == .ready else { return }
    links[link].state = .leaving
    if current[links[link].subchannel] == link {
      current[links[link].subchannel] = nil
      tell(.goAway(links[link].subchannel))
    }
    closeIfDrained(link)
  }

  /// The connection ends with all that is on it.
  mutating func lose(_ link: Int) {
    guard links[link].state == .ready || links[link].state == .leaving else { return }
    let wasReady = links[link].state == .ready
    links[link].state = .closed
    for call in links[link].calls.sorted() {
      lost[links[link].address, default: 0] += 1
      end(call)
    }
    guard wasReady, current[links[link].subchannel] == link else { return }
    current[links[link].subchannel] = nil
    tell(.connectionLost(links[link].subchannel, "the connection ended"))
  }

  private mutating func closeIfDrained(_ link: Int) {
    if links[link].state == .leaving, links[link].calls.isEmpty { links[link].state = .closed }
  }

  private mutating func keepaliveFired(_ link: Int) {
    guard links[link].state == .ready || links[link].state == .leaving else { return }
    let activity = Keepalive.Activity(calls: links[link].calls.count, opened: links[link].opened)
    switch links[link].keepalive?.timerFired(at: now, activity) {
    case .wait(let time): queue.push(.keepalive(link), at: time)
    case .ping(let time):
      queue.push(.keepalive(link), at: time)
      if pods[links[link].address]?.isSilent != true { push(.pong(link), after: Self.callTime) }
    case .sleep: links[link].keepaliveSleeps = true
    case .close:
      givenUp[links[link].address, default: []].append(now)
      lose(link)
    case nil: break
    }
  }

  // MARK: DNS

  /// As a connection would that fails.
  mutating func ask() {
    schedule.requested(at: instant)
    followSchedule()
  }

  private mutating func followSchedule() {
    switch schedule.step {
    case .lookUp:
      guard !isLookingUp else { return }
      if let floorEnd, now < floorEnd { violations.append("a lookup inside the floor at \(now)") }
      isLookingUp = true
      lookups.append(Lookup(start: now, isAnew: floorEnd == nil))
      schedule.started(at: instant)
      push(.lookupEnds(generation), after: Self.lookupTime)
    case .wait(let until):
      // One timer per wait: a request that comes meanwhile does not change it.
      guard until != waitsUntil else { return }
      waitsUntil = until
      push(.lookupDue(generation), after: instant.duration(to: until))
    case .awaitRequest: break
    }
  }

  private var waitsUntil: ContinuousClock.Instant?

  private mutating func lookupEnded() {
    let rules = setting.client.rules
    isLookingUp = false
    lookups[lookups.count - 1].end = now
    let addresses = pods.filter(\.value.isListed).keys.sorted { "\($0)" < "\($1)" }
    let isSuccess = !dnsFails && !addresses.isEmpty
    if isSuccess {
      floorEnd =
        (rules.floorCountsFromStart ? lookups[lookups.count - 1].start : now) + rules.floor
      schedule.succeeded(at: instant)
    } else {
      schedule.failed(at: instant, jitter: Double.random(in: -1...1, using: &random))
    }
    let endpoints =
      rules.joinsAddresses && isSuccess
      ? [Endpoint(addresses: addresses)] : addresses.map { Endpoint($0) }
    if isSuccess {
      tell(.resolved(.endpoints(endpoints)))
    } else if !dnsFails, rules.takesNoAddressesAsSuccess {
      tell(.resolved(.endpoints([])))
    } else {
      tell(.resolved(.failure("SERVFAIL")))
    }
    followSchedule()
  }
}
