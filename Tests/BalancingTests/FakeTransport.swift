import Balancing
import Naming
import Testing

/// Carries out a balancer's actions without sockets and checks every one against what came before.
struct FakeTransport {
  private(set) var balancer: LoadBalancer
  private let profile: ClientProfile
  private(set) var attempts: [SubchannelID] = []
  private(set) var connections: [SubchannelID] = []
  private(set) var wake: MonotonicTime?
  private(set) var now = at(0)
  private var known: Set<SubchannelID> = []

  /// Whether the balancer waits for the first answer of a new resolver.
  private(set) var wantsNewLookUp = false

  init(_ policy: Policy, _ profile: ClientProfile = .go, seed: UInt64) {
    balancer = LoadBalancer(policy: policy, profile: profile, seed: seed)
    self.profile = profile
  }

  mutating func send(_ event: BalancerEvent, at time: MonotonicTime) throws {
    now = max(now, time)
    switch event {
    case .connected(let id):
      attempts.removeAll { $0 == id }
      connections.append(id)
    case .connectFailed(let id, _): attempts.removeAll { $0 == id }
    case .goAway(let id), .connectionLost(let id, _): connections.removeAll { $0 == id }
    case .timer: wake = nil
    case .resolved: wantsNewLookUp = false
    case .exitIdle, .idleTimeout: break
    }
    if let due = wake, due <= now {
      wake = nil
    }
    for action in balancer.handle(event, at: time) {
      try carryOut(action)
    }
    try check()
  }

  private mutating func carryOut(_ action: BalancerAction) throws {
    switch action {
    case .connect(let id, _, let deadline):
      try #require(!attempts.contains(id) && !connections.contains(id), "one connection at a time")
      try #require(deadline >= now + profile.minimumConnectTimeout)
      if known.insert(id).inserted {
        try #require(id.index == known.count - 1, "numbers are dense")
      }
      attempts.append(id)
    case .abandonConnect(let id):
      try #require(attempts.contains(id))
      attempts.removeAll { $0 == id }
    case .drain(let id):
      // One that lingered may have ended by itself.
      try #require(connections.contains(id) || profile.closingDelay > .zero)
      connections.removeAll { $0 == id }
    case .wake(let time):
      try #require(time > now, "never in the past")
      try #require(wake.map { time < $0 } ?? true, "only to be woken earlier")
      wake = time
    case .lookUpAnew: wantsNewLookUp = true
    case .reResolve, .pickerChanged: break
    }
  }

  /// What holds after every event.
  private func check() throws {
    let living = balancer.subchannels()
    let listed = (balancer.endpoints + (balancer.pending ?? [])).flatMap(\.addresses)
    let used = connections.filter { id in living.contains { $0.id == id } }
    if profile.closingDelay == .zero { try #require(used == connections) }
    try #require(Set(listed).isSuperset(of: living.map(\.address)))
    try #require(living.count <= listed.count, "no subchannel is left behind")
    try #require(Set(living.filter { $0.state == .connecting }.map(\.id)) == Set(attempts))
    try #require(Set(living.filter { $0.state == .ready }.map(\.id)) == Set(used))
    if living.contains(where: { $0.state == .transientFailure }) {
      try #require(wake != nil, "a back-off always ends")
    }
    switch balancer.state {
    case .ready: try #require(!used.isEmpty)
    case .idle: try #require(used.isEmpty && attempts.isEmpty)
    case .connecting, .transientFailure:
      // Those of a pending list carry nothing yet.
      try #require(used.isEmpty || balancer.pending != nil)
    }
  }

  mutating func pick() throws -> Pick {
    let pick = balancer.pick()
    switch pick {
    case .use(let id):
      try #require(connections.contains(id))
      try #require(balancer.subchannels().contains { $0.id == id && $0.state == .ready })
    case .queue: try #require(balancer.state == .connecting || balancer.state == .idle)
    case .fail(let message):
      try #require(balancer.state == .transientFailure)
      try #require(!message.isEmpty)
    }
    return pick
  }
}
