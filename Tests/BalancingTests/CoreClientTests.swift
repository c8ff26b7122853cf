import Balancing
import Naming
import Testing

@Suite("C-core's balancing")
struct CoreClientTests {
  @Test("§3: removal of pick_first's connected address makes it idle and asks for another list")
  func removedConnection() {
    var balancer = LoadBalancer.ready(.pickFirst, [1], profile: .core)
    #expect(balancer.resolve(hosts(2), 1) == [.drain(id(0)), .reResolve, .pickerChanged])
    #expect(balancer.state == .idle)
    #expect(balancer.handle(.exitIdle, at: at(2)).first?.address == v4(2))
  }

  @Test("§4: a new list waits until something in it is READY; the old one serves meanwhile")
  func pendingList() {
    var balancer = LoadBalancer.ready(.roundRobin, [1, 2], profile: .core)
    let actions = balancer.resolve(hosts(3, 4), 1)
    #expect(actions.compactMap(\.address) == [v4(3), v4(4)])
    #expect(!actions.contains(.drain(id(0))))
    #expect(balancer.endpoints == hosts(1, 2))
    #expect(balancer.pending == hosts(3, 4))
    #expect(Set(balancer.picks(4)) == [.use(id(0)), .use(id(1))])

    let swapped = balancer.handle(.connected(id(2)), at: at(2))
    #expect(swapped == [.drain(id(0)), .drain(id(1)), .pickerChanged])
    #expect(balancer.pending == nil)
    #expect(Set(balancer.picks(4)) == [.use(id(2))])
  }

  @Test("§4: a list that shares a READY address with the old one is in use at once")
  func sharedAddress() {
    var balancer = LoadBalancer.ready(.roundRobin, [1, 2], profile: .core)
    let actions = balancer.resolve(hosts(2, 3), 1)
    #expect(actions.contains(.drain(id(0))))
    #expect(balancer.endpoints == hosts(2, 3))
    #expect(balancer.pending == nil)
    #expect(Set(balancer.picks(2)) == [.use(id(1))])
  }

  @Test("§4: a pending list is taken when nothing in the old one is READY any more")
  func oldListFails() {
    var balancer = LoadBalancer.ready(.roundRobin, [1], profile: .core)
    balancer.resolve(hosts(2), 1)
    _ = balancer.handle(.connectionLost(id(0), "reset"), at: at(2))
    #expect(balancer.endpoints == hosts(2))
    #expect(balancer.pick() == .queue)
  }

  @Test("§4: a pending list that fails as a whole is taken all the same")
  func newListFails() {
    var balancer = LoadBalancer.ready(.roundRobin, [1], profile: .core)
    balancer.resolve(hosts(2, 3), 1)
    _ = balancer.handle(.connectFailed(id(1), refused), at: at(1))
    #expect(balancer.pick() == .use(id(0)))
    _ = balancer.handle(.connectFailed(id(2), refused), at: at(1))
    #expect(balancer.endpoints == hosts(2, 3))
    #expect(balancer.pick() == refusedPick)
  }

  @Test("§4: a newer list replaces the pending one")
  func newerList() {
    var balancer = LoadBalancer.ready(.roundRobin, [1], profile: .core)
    balancer.resolve(hosts(2), 1)
    #expect(balancer.resolve(hosts(3), 2).contains(.abandonConnect(id(1))))
    #expect(balancer.pending == hosts(3))
    balancer.resolve(hosts(1), 3)
    #expect(balancer.endpoints == hosts(1))
    #expect(balancer.subchannels().map(\.id) == [id(0)])
  }

  @Test("§4: an endpoint that is listed twice has two turns, over one connection")
  func duplicates() {
    var balancer = LoadBalancer.ready(.roundRobin, [1, 1, 2], profile: .core)
    #expect(balancer.tally(300) == [id(0): 200, id(1): 100])
    var go = LoadBalancer.ready(.roundRobin, [1, 1, 2])
    #expect(go.tally(300) == [id(0): 150, id(1): 150])
  }

  @Test("§4: resolver order, and a new start with every picker")
  func order() {
    var starts: Set<Int> = []
    for seed in 0..<30 as Range<UInt64> {
      var balancer = LoadBalancer.ready(.roundRobin, 1...4, profile: .core, seed: seed)
      let cycle = balancer.picks(4).map(\.index)
      #expect(cycle == (0..<4).map { (cycle[0] + $0) % 4 })
      starts.insert(cycle[0])
      balancer.resolve(hosts(1...4), 1)
      starts.insert(10 + balancer.pick().index)
    }
    #expect(starts == [0, 1, 2, 3, 10, 11, 12, 13])
  }

  @Test("§2: an empty answer and a failed lookup keep the list", arguments: Policy.allCases)
  func failedLookups(policy: Policy) {
    var balancer = LoadBalancer.ready(policy, [1], profile: .core)
    #expect(balancer.resolve([], 1) == [])
    #expect(balancer.handle(.resolved(.failure("SERVFAIL")), at: at(2)) == [])
    #expect(balancer.pick() == .use(id(0)))
    _ = balancer.handle(.connectionLost(id(0), "reset"), at: at(3))
    _ = balancer.handle(.exitIdle, at: at(3))
    _ = balancer.handle(.connectFailed(id(0), refused), at: at(3))
    _ = balancer.handle(.resolved(.failure("SERVFAIL")), at: at(3))
    #expect(balancer.pick() == refusedPick, "the connection error stays")
  }

  @Test("§3: a failed pass asks for a new list, a failed attempt within it does not")
  func failureReport() {
    var balancer = LoadBalancer(policy: .pickFirst, profile: .core, seed: 1)
    balancer.resolve(hosts(1, 2), 0)
    #expect(!balancer.handle(.connectFailed(id(0), refused), at: at(0)).contains(.reResolve))
    #expect(balancer.handle(.connectFailed(id(1), refused), at: at(0)).contains(.reResolve))
  }

  @Test("§4: back-off counts from the start of the attempt, the first wait is drawn, too")
  func backoff() throws {
    var waits: Set<Int64> = []
    for seed in 0..<20 as Range<UInt64> {
      var balancer = LoadBalancer(policy: .roundRobin, profile: .core, seed: seed)
      balancer.resolve(hosts(1), 0)
      let actions = balancer.handle(.connectFailed(id(0), refused), at: at(0.5))
      let wake = try #require(actions.compactMap(\.wake).first)
      #expect(wake >= at(0.8) && wake <= at(1.2))
      waits.insert(wake.nanoseconds)
    }
    #expect(waits.count > 10)
  }
}

extension BalancerAction {
  var address: TransportAddress? {
    if case .connect(_, let address, _) = self { address } else { nil }
  }
}
