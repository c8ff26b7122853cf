package import Naming

/// A channel's load balancer as a value: events go in, actions come out, and `pick()` says where
/// the next RPC goes. Time and the seed come from outside, so a run can be repeated exactly.
///
/// It is a list of pick_first children with a picker over those that are READY: pick_first has one
/// child that knows every endpoint, round_robin one child per endpoint (gRFC A61; grpc-go's
/// `balancer/endpointsharding`).
package struct LoadBalancer: Sendable {
  /// The endpoints in use, in resolver order.
  package internal(set) var endpoints: [Endpoint] = []

  /// A newer list that waits until something in it is READY (`ClientProfile.NewList`).
  package internal(set) var pending: [Endpoint]?

  /// How many pickers with something READY have served RPCs. Each walks its list cyclically, so
  /// over a window in which the READY set does not change, max − min ≤ the number of generations
  /// that the window touched: this count's growth in the window, plus one. Pickers replaced before
  /// anything was picked from them cannot unsettle the distribution and do not count.
  package private(set) var pickerGenerations = 0

  private let policy: Policy
  var pool: Subchannels
  /// Those of `endpoints` first, then those that only the pending list has.
  var children: [PickFirst] = []
  /// The child of each endpoint in use, and of each pending one.
  var places: [Int] = []
  var pendingPlaces: [Int] = []
  /// How many of the children are in use.
  var used = 0
  /// How many of the children in use are in each state, by raw value.
  var population = [Int](repeating: 0, count: ConnectivityState.allCases.count)
  /// What RPCs get while there are no children.
  var childless = Pick.queue
  /// What RPCs get instead of waiting, after a failed lookup, until a child has news.
  private var lookupFailure: Pick?
  private var isAsleep = false
  private var picker = Picker()
  /// What RPCs get while nothing is READY.
  private var unready = Pick.queue
  /// The picker is older than the children's states; the next pick rebuilds it.
  private var pickerIsStale = false

  package init(policy: Policy, profile: ClientProfile, seed: UInt64) {
    self.policy = policy
    pool = Subchannels(profile: profile, seed: seed)
    start()
  }

  /// Knows nothing yet.
  private mutating func start() {
    endpoints = []
    pending = nil
    childless = .queue
    lookupFailure = nil
    use(policy == .pickFirst ? [PickFirst()] : [], places: policy == .pickFirst ? [0] : [])
  }

  /// The channel's state: the best of its children's, READY before CONNECTING before IDLE.
  /// CONNECTING until the resolver has answered.
  package var state: ConnectivityState {
    if isAsleep { return .idle }
    if population[ConnectivityState.ready.rawValue] > 0 { return .ready }
    if lookupFailure != nil { return .transientFailure }
    for state in [ConnectivityState.connecting, .idle, .transientFailure]
    where population[state.rawValue] > 0 {
      return state
    }
    return childless == .queue ? .connecting : .transientFailure
  }

  /// Every living subchannel, oldest first.
  package func subchannels() -> [(
    id: SubchannelID, address: TransportAddress, state: ConnectivityState
  )] {
    pool.table
      .map { (id: $0.key, address: $0.value.address, state: $0.value.state) }
      .sorted { $0.id.index < $1.id.index }
  }

  // MARK: Picking

  /// Chooses a subchannel for one RPC attempt. Allocates nothing unless the children have changed
  /// since the last pick.
  package mutating func pick() -> Pick {
    if pickerIsStale {
      rebuildPicker()
    }
    guard let id = picker.pick() else { return unready }
    return .use(id)
  }

  private mutating func rebuildPicker() {
    pickerIsStale = false
    let ready = places.compactMap { children[$0].selected }
    if picker.rebuild(ready, profile: pool.profile, using: &pool.random) {
      pickerGenerations += 1
    }
    guard ready.isEmpty else { return }
    if let lookupFailure {
      unready = lookupFailure
    } else if children.isEmpty {
      unready = childless
    } else if state == .transientFailure {
      unready = .fail(children.first?.failure ?? "")
    } else {
      unready = .queue
    }
  }

  // MARK: Events

  /// Takes one event at a time that is not before the last one's, and returns what to do about it.
  package mutating func handle(
    _ event: BalancerEvent, at now: MonotonicTime
  ) -> [BalancerAction] {
    pool.begin(at: now)
    var hasNewPicker = false
    switch event {
    // What a resolver says that was stopped.
    case .resolved where isAsleep: break
    case .resolved(.endpoints(let list)): hasNewPicker = accept(list)
    case .resolved(.failure(let text)): hasNewPicker = resolverFailed(text)
    case .connected(let id):
      if pool.connected(id) {
        hasNewPicker = withChild(of: id) { $0.connected(at: $1, &$2) }
      }
    case .connectFailed(let id, let text):
      if pool.failed(id) {
        hasNewPicker = withChild(of: id) { $0.connectFailed(at: $1, text, &$2) }
      }
    case .goAway(let id), .connectionLost(let id, _):
      if pool.disconnected(id) {
        hasNewPicker = withChild(of: id) { child, _, _ in child.disconnected() }
      }
    case .timer: pool.forgetWake()
    case .exitIdle: hasNewPicker = exitIdle()
    case .idleTimeout: hasNewPicker = fallAsleep()
    }
    // After the event, which may have settled what a timer that comes late was set for.
    hasNewPicker = runDueTimers() || hasNewPicker
    hasNewPicker = takePendingList() || hasNewPicker
    pickerIsStale = pickerIsStale || hasNewPicker
    return pool.finish(pickerChanged: hasNewPicker)
  }

  private mutating func runDueTimers() -> Bool {
    var hasNewPicker = false
    while let due = pool.popDueTimer() {
      switch due.subject {
      case .retry(let id):
        if pool.backoffEnded(id) {
          hasNewPicker = withChild(of: id) { $0.backoffEnded(at: $1, &$2) } || hasNewPicker
        }
      case .close(let id): pool.close(id)
      case .nextAttempt(let child):
        if children.indices.contains(child) {
          hasNewPicker = withChild(child) { $0.timerFired(due.time, &$1) } || hasNewPicker
        }
      }
    }
    return hasNewPicker
  }

  private mutating func exitIdle() -> Bool {
    if isAsleep {
      isAsleep = false
      pool.lookUpAnew()
    }
    return anyChild { $0.exitIdle(&$1) }
  }

  private mutating func fallAsleep() -> Bool {
    guard !isAsleep else { return false }
    for child in children.indices { children[child].close(&pool) }
    start()
    isAsleep = true
    return true
  }

  /// Lets every child act. True when at least one has a new picker.
  private mutating func anyChild(
    _ act: (inout PickFirst, inout Subchannels) -> Void
  ) -> Bool {
    var hasNewPicker = false
    for index in children.indices where withChild(index, act) {
      hasNewPicker = true
    }
    return hasNewPicker
  }

  /// Lets one child act. True when it has a new picker.
  private mutating func withChild(
    _ index: Int, _ act: (inout PickFirst, inout Subchannels) -> Void
  ) -> Bool {
    if index < used { population[children[index].state.rawValue] -= 1 }
    act(&children[index], &pool)
    if policy == .roundRobin {
      children[index].exitIdle(&pool)
    }
    if index < used { population[children[index].state.rawValue] += 1 }
    defer { children[index].hasNewPicker = false }
    if children[index].hasNewPicker { lookupFailure = nil }
    return children[index].hasNewPicker
  }

  private mutating func withChild(
    of id: SubchannelID, _ act: (inout PickFirst, Int, inout Subchannels) -> Void
  ) -> Bool {
    guard let subchannel = pool[id] else { return false }
    return withChild(subchannel.child) { act(&$0, subchannel.position, &$1) }
  }

  // MARK: The resolver

  private mutating func accept(_ list: [Endpoint]) -> Bool {
    if list.isEmpty, pool.profile.emptyAnswer == .keepsList {
      return resolverFailed("produced zero addresses")
    }
    lookupFailure = nil
    switch policy {
    case .pickFirst:
      endpoints = list
      return withChild(0) { $0.update(list, child: 0, &$1) }
    case .roundRobin:
      return shard(list)
    }
  }

  private mutating func resolverFailed(_ text: String) -> Bool {
    guard !children.isEmpty else {
      childless = .fail("name resolver error: \(text)")
      return true
    }
    if policy == .pickFirst {
      return withChild(0) { $0.resolverFailed(text, &$1) }
    }
    switch pool.profile.failedLookup {
    case .replacesError: return anyChild { $0.resolverFailed(text, &$1) }
    case .ignored: return false
    case .endsPickFirst:
      guard state != .ready else { return false }
      lookupFailure = .fail("name resolver error: \(text)")
      return true
    }
  }
}
