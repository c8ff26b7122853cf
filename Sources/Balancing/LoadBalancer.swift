package import Naming

/// A channel's load balancer as a value: events go in, actions come out, and `pick()` says where
/// the next RPC goes. Time and the seed come from outside, so a run can be repeated exactly.
///
/// It is a list of pick_first children with a picker over those that are READY: pick_first has one
/// child that knows every endpoint, round_robin one child per endpoint (gRFC A61; grpc-go's
/// `balancer/endpointsharding`).
package struct LoadBalancer: Sendable {
  /// The endpoints in use, in resolver order.
  package private(set) var endpoints: [Endpoint] = []

  /// How many pickers with something READY have served RPCs. Each walks its list cyclically, so
  /// over a window in which the READY set does not change, max − min ≤ the number of generations
  /// that the window touched: this count's growth in the window, plus one. Pickers replaced before
  /// anything was picked from them cannot unsettle the distribution and do not count.
  package private(set) var pickerGenerations = 0

  private let policy: Policy
  private var pool: Subchannels
  private var children: [PickFirst] = []
  /// How many children are in each state, by raw value.
  private var population = [Int](repeating: 0, count: ConnectivityState.allCases.count)
  /// What RPCs get while round_robin has no children.
  private var childless = Pick.queue
  private var picker = Picker()
  /// What RPCs get while nothing is READY.
  private var unready = Pick.queue
  /// The picker is older than the children's states; the next pick rebuilds it.
  private var pickerIsStale = false

  package init(policy: Policy, profile: ClientProfile, seed: UInt64) {
    self.policy = policy
    pool = Subchannels(profile: profile, seed: seed)
    if policy == .pickFirst {
      replaceChildren([PickFirst()])
    }
  }

  /// The channel's state: the best of its children's, READY before CONNECTING before IDLE.
  /// CONNECTING until the resolver has answered.
  package var state: ConnectivityState {
    for state in [ConnectivityState.ready, .connecting, .idle, .transientFailure]
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
    let ready = children.compactMap(\.selected)
    picker.rebuild(ready, profile: pool.profile, using: &pool.random)
    if !ready.isEmpty {
      pickerGenerations += 1
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
    case .exitIdle: hasNewPicker = anyChild { $0.exitIdle(&$1) }
    }
    // After the event, which may have settled what a timer that comes late was set for.
    hasNewPicker = runDueTimers() || hasNewPicker
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
      case .nextAttempt(let child):
        if children.indices.contains(child) {
          hasNewPicker = withChild(child) { $0.timerFired(due.time, &$1) } || hasNewPicker
        }
      }
    }
    return hasNewPicker
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
    population[children[index].state.rawValue] -= 1
    act(&children[index], &pool)
    if policy == .roundRobin {
      children[index].exitIdle(&pool)
    }
    population[children[index].state.rawValue] += 1
    defer { children[index].hasNewPicker = false }
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
    switch policy {
    case .pickFirst:
      endpoints = list
      return withChild(0) { $0.update(list, child: 0, &$1) }
    case .roundRobin:
      shard(list)
      return true
    }
  }

  private mutating func resolverFailed(_ text: String) -> Bool {
    guard children.isEmpty else {
      return anyChild { child, _ in child.resolverFailed(text) }
    }
    childless = .fail("name resolver error: \(text)")
    return true
  }

  /// One child per endpoint. Endpoints with the same addresses, in any order, are one; those that
  /// were there before keep their child; the children of the others close.
  private mutating func shard(_ list: [Endpoint]) {
    var old: [Set<TransportAddress>: PickFirst] = [:]
    for (endpoint, child) in zip(endpoints, children) {
      old[Set(endpoint.addresses)] = child
    }
    let previous = endpoints
    var seen: Set<Set<TransportAddress>> = []
    endpoints = list.filter { seen.insert(Set($0.addresses)).inserted }
    replaceChildren(
      endpoints.enumerated().map { index, endpoint in
        var child = old.removeValue(forKey: Set(endpoint.addresses)) ?? PickFirst()
        child.update([endpoint], child: index, &pool)
        child.hasNewPicker = false
        return child
      })
    for endpoint in previous {
      old[Set(endpoint.addresses)]?.close(&pool)
    }
    childless = .fail("no children to pick from")
  }

  private mutating func replaceChildren(_ children: [PickFirst]) {
    self.children = children
    for state in ConnectivityState.allCases {
      population[state.rawValue] = children.count { $0.state == state }
    }
  }
}
