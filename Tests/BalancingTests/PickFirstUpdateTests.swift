import Balancing
import Naming
import Testing

@Suite("pick_first and new lists")
struct PickFirstUpdateTests {
  @Test("a list that still holds the connected address changes nothing")
  func keepsConnection() {
    var balancer = LoadBalancer.ready(.pickFirst, 1...2)
    #expect(balancer.resolve(hosts(5, 4, 3, 1), 1) == [])
    #expect(balancer.pick() == .use(id(0)))
    #expect(balancer.endpoints == hosts(5, 4, 3, 1))

    _ = balancer.handle(.goAway(id(0)), at: at(2))
    #expect(
      balancer.handle(.exitIdle, at: at(2)).first == connect(1, v4(5), 2),
      "the next pass starts at the head of the new list")
  }

  @Test("a list without the connected address: drain and connect to its first address at once")
  func removedConnection() {
    var balancer = LoadBalancer.ready(.pickFirst, 1...2)
    #expect(
      balancer.resolve(hosts(8...9), 1)
        == [.drain(id(0)), connect(1, v4(8), 1), .pickerChanged, .wake(at: at(1.25))])
    #expect(balancer.pick() == .queue)
  }

  @Test("a list during the first pass starts a new pass and keeps attempts it still names")
  func duringPass() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(1...3), 0)
    _ = balancer.handle(.timer, at: at(0.25))
    #expect(
      balancer.resolve(hosts(4, 2), 0.3)
        == [.abandonConnect(id(0)), connect(2, v4(4), 0.3), .pickerChanged])
    #expect(balancer.handle(.connected(id(1)), at: at(0.4)).contains(.abandonConnect(id(2))))
    #expect(balancer.pick() == .use(id(1)))
  }

  @Test("while failing, a new list is tried but RPCs go on failing until one is READY")
  func stickyFailure() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts([1]), 0)
    _ = balancer.handle(.connectFailed(id(0), refused), at: at(0))
    #expect(
      balancer.resolve(hosts(1, 2), 0.5) == [connect(1, v4(2), 0.5)], "1 is in its back-off")
    #expect(balancer.pick() == refusedPick)
    #expect(
      balancer.handle(.connectFailed(id(1), "b"), at: at(0.6)) == [.reResolve, .pickerChanged])
    #expect(balancer.pick() == .fail("connection error: desc = \"b\""))
  }

  @Test("a list whose addresses are all in back-off ends its pass at once")
  func allInBackoff() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(1...2), 0)
    _ = balancer.handle(.connectFailed(id(0), "a"), at: at(0))
    _ = balancer.handle(.connectFailed(id(1), "b"), at: at(0))
    #expect(balancer.resolve(hosts(2, 1), 0.5) == [.pickerChanged, .wake(at: at(1))])
    #expect(balancer.pick() == .fail("connection error: desc = \"a\""), "the list's last error")
    #expect(balancer.handle(.timer, at: at(1)).filter { $0.connects }.count == 2)
  }

  @Test("a new list while failing forgets the failures of the pass before")
  func newPassWhileFailing() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(1...2), 0)
    for index in 0...1 { _ = balancer.handle(.connectFailed(id(index), "old"), at: at(0)) }
    _ = balancer.handle(.timer, at: at(1))
    balancer.resolve(hosts(1...2), 1)
    _ = balancer.handle(.connectFailed(id(1), "new"), at: at(1.1))
    _ = balancer.handle(.timer, at: at(1.25))
    #expect(balancer.pick() == .fail("connection error: desc = \"old\""), "1 is under way")
    _ = balancer.handle(.connectFailed(id(0), "new"), at: at(1.3))
    #expect(balancer.pick() == .fail("connection error: desc = \"new\""))
  }

  @Test("an idle channel takes a new list and stays idle")
  func whileIdle() {
    var balancer = LoadBalancer.ready(.pickFirst, [1])
    _ = balancer.handle(.goAway(id(0)), at: at(1))
    #expect(balancer.resolve(hosts(7...8), 1) == [])
    #expect(balancer.state == .idle)
    #expect(balancer.handle(.exitIdle, at: at(2)).first == connect(1, v4(7), 2))
  }

  @Test("an empty list drops the connection and fails; the next list connects at once")
  func emptyList() {
    var balancer = LoadBalancer.ready(.pickFirst, 1...2)
    #expect(balancer.resolve([], 1) == [.drain(id(0)), .pickerChanged])
    #expect(balancer.state == .transientFailure)
    #expect(balancer.pick() == .fail("name resolver error: produced zero addresses"))
    #expect(balancer.endpoints == [])
    #expect(balancer.subchannels().isEmpty)
    #expect(
      balancer.resolve(hosts([1]), 2) == [connect(1, v4(1), 2), .pickerChanged])
    #expect(balancer.pick() == .queue)
  }

  @Test("a failed lookup keeps the list; without one, or while failing, it is what RPCs fail with")
  func resolverFailure() {
    let failure = BalancerEvent.resolved(.failure("SERVFAIL"))
    let message = Pick.fail("name resolver error: SERVFAIL")

    var fresh = LoadBalancer.go(.pickFirst)
    #expect(fresh.handle(failure, at: at(0)) == [.pickerChanged])
    #expect(fresh.pick() == message)
    #expect(fresh.resolve(hosts([1]), 1) == [connect(0, v4(1), 1), .pickerChanged])
    #expect(fresh.pick() == .queue)

    var ready = LoadBalancer.ready(.pickFirst, [1])
    #expect(ready.handle(failure, at: at(1)) == [])
    #expect(ready.pick() == .use(id(0)))

    var failing = LoadBalancer.go(.pickFirst)
    failing.resolve(hosts([1]), 0)
    _ = failing.handle(.connectFailed(id(0), refused), at: at(0))
    #expect(failing.handle(failure, at: at(0)) == [.pickerChanged])
    #expect(failing.pick() == message)
  }

  @Test("addresses: endpoints one after another, each once, families in turn, the first leads")
  func order() {
    var balancer = LoadBalancer.go(.pickFirst)
    let socket = TransportAddress.unix(path: "/s")
    balancer.resolve(
      [
        Endpoint(addresses: [v6(1), v6(2)]),
        Endpoint(addresses: [v6(1), v4(1)]),
        Endpoint(addresses: [v6(3), v4(2), socket, v4(2), v4(3), v4(4)]),
      ], 0)
    var order = balancer.subchannels().map(\.address)
    while let next = balancer.subchannels().last, order.count < 20 {
      _ = balancer.handle(.connectFailed(next.id, refused), at: at(0))
      guard balancer.subchannels().count > order.count else { break }
      order = balancer.subchannels().map(\.address)
    }
    #expect(order == [v6(1), v4(1), socket, v6(2), v4(2), v6(3), v4(3), v4(4)])
  }
}

extension BalancerAction {
  var connects: Bool {
    if case .connect = self { true } else { false }
  }
}
