import Balancing
import Naming
import Testing

@Suite("grpc-java's balancing")
struct JavaClientTests {
  private func connecting(_ numbers: Int..., at seconds: Double = 0) -> LoadBalancer {
    var balancer = LoadBalancer(policy: .pickFirst, profile: .java, seed: 1)
    balancer.resolve(hosts(numbers), seconds)
    return balancer
  }

  @Test("§3: one address at a time, as they come, without Happy Eyeballs")
  func serial() {
    var balancer = LoadBalancer(policy: .pickFirst, profile: .java, seed: 1)
    let first = balancer.resolve(addressed(v4(1), v4(2), v6(3)), 0)
    #expect(first.compactMap(\.address) == [v4(1)])
    #expect(first.compactMap(\.wake).isEmpty)
    #expect(balancer.handle(.timer, at: at(10)) == [])
    let next = balancer.handle(.connectFailed(id(0), refused), at: at(11))
    #expect(next.compactMap(\.address) == [v4(2)])
    #expect(!next.contains(.reResolve))
    #expect(
      balancer.handle(.connectFailed(id(1), refused), at: at(11)).compactMap(\.address) == [v6(3)])
  }

  @Test("§4: an attempt takes what Netty allows, however long the back-off is")
  func connectTimeout() throws {
    var balancer = connecting(1)
    var now = at(0)
    for _ in 0..<14 {
      let actions = balancer.handle(.connectFailed(id(0), refused), at: now)
      now = try #require(actions.compactMap(\.wake).first)
      let deadline = try #require(
        balancer.handle(.timer, at: now).compactMap(\.deadline).first)
      #expect(deadline == now + .seconds(30))
    }
  }

  @Test("§3: after a failed pass the whole list waits once, counted from the pass's start")
  func retriesList() throws {
    var balancer = connecting(1, 2)
    _ = balancer.handle(.connectFailed(id(0), refused), at: at(0.3))
    let failed = balancer.handle(.connectFailed(id(1), refused), at: at(0.5))
    #expect(failed.contains(.reResolve))
    let wake = try #require(failed.compactMap(\.wake).first)
    #expect(wake >= at(0.8) && wake <= at(1.2))
    #expect(balancer.pick() == refusedPick)

    let again = balancer.handle(.timer, at: wake)
    #expect(again.compactMap(\.address) == [v4(1)])
    #expect(balancer.pick() == refusedPick, "TRANSIENT_FAILURE is sticky")
    _ = balancer.handle(.connectFailed(id(0), refused), at: wake)
    let second = balancer.handle(.connectFailed(id(1), refused), at: wake)
    let wait = (try #require(second.compactMap(\.wake).first) - wake) / .seconds(1)
    #expect(wait >= 1.28 && wait <= 1.92)
    // What took longer than the back-off is tried again at once.
    var slow = connecting(1)
    #expect(
      slow.handle(.connectFailed(id(0), refused), at: at(30)).compactMap(\.address) == [v4(1)])
  }

  @Test("§3: removal of the connected address: idle, and the old connection closes 5 s later")
  func removedConnection() {
    var balancer = LoadBalancer.ready(.pickFirst, [1], profile: .java)
    #expect(
      balancer.resolve(hosts(2), 1) == [.reResolve, .pickerChanged, .wake(at: at(6))])
    #expect(balancer.state == .idle)
    #expect(balancer.pick() == .queue)
    #expect(balancer.handle(.timer, at: at(5.9)) == [.wake(at: at(6))])
    #expect(balancer.handle(.timer, at: at(6)) == [.drain(id(0))])
  }

  @Test("§3: a new list disturbs neither the attempt under way nor the back-off of the list")
  func updatesWhileConnecting() throws {
    var balancer = connecting(1, 2)
    #expect(balancer.resolve(hosts(9, 1, 3), 1).compactMap(\.address).isEmpty)
    #expect(
      balancer.handle(.connectFailed(id(0), refused), at: at(1)).compactMap(\.address) == [v4(3)],
      "it goes on after the address it was at")
    #expect(
      balancer.resolve(hosts(4, 5), 2).prefix(2).map { $0 } == [
        .abandonConnect(id(1)), .connect(id(2), v4(4), deadline: at(32)),
      ])
    _ = balancer.handle(.connectFailed(id(2), refused), at: at(2))
    let wake = try #require(
      balancer.handle(.connectFailed(id(3), refused), at: at(2)).compactMap(\.wake).first)
    #expect(balancer.resolve(hosts(6), 2.1).compactMap(\.address).isEmpty)
    #expect(balancer.handle(.timer, at: wake).compactMap(\.address) == [v4(6)])
  }

  @Test("§2: a failed lookup or an empty answer drops pick_first's connection")
  func failedLookupPickFirst() {
    for update in [ResolverUpdate.endpoints([]), .failure("SERVFAIL")] {
      var balancer = LoadBalancer.ready(.pickFirst, [1], profile: .java)
      #expect(
        balancer.handle(.resolved(update), at: at(1)) == [.pickerChanged, .wake(at: at(6))])
      guard case .fail(let message) = balancer.pick() else {
        Issue.record("RPCs fail")
        return
      }
      #expect(message.hasPrefix("name resolver error: "))
      #expect(balancer.handle(.timer, at: at(6)) == [.drain(id(0))])
      #expect(balancer.resolve(hosts(1), 7).compactMap(\.address) == [v4(1)])
    }
  }

  @Test("§2: they leave round_robin's READY children, and fail RPCs where there are none")
  func failedLookupRoundRobin() {
    var balancer = LoadBalancer.ready(.roundRobin, [1], profile: .java)
    #expect(balancer.resolve([], 1) == [])
    #expect(balancer.pick() == .use(id(0)))
    _ = balancer.handle(.connectionLost(id(0), "reset"), at: at(2))
    #expect(balancer.pick() == .queue)
    #expect(balancer.handle(.resolved(.failure("SERVFAIL")), at: at(2)) == [.pickerChanged])
    #expect(balancer.pick() == .fail("name resolver error: SERVFAIL"))
    _ = balancer.handle(.connected(id(0)), at: at(3))
    #expect(balancer.pick() == .use(id(0)))
  }

  @Test("§4: the sequence starts once and survives every rebuild, also of another size")
  func sequence() {
    for seed in 0..<20 as Range<UInt64> {
      var balancer = LoadBalancer.ready(.roundRobin, 1...6, profile: .java, seed: seed)
      // The number of the first pick is known modulo 6; with 3 left it must go on modulo 3.
      let first = balancer.pick().index
      for step in 1..<20 { #expect(balancer.pick().index == (first + step) % 6) }
      balancer.resolve(hosts(1...3), 1)
      for step in 20..<40 { #expect(balancer.pick().index == (first + step) % 3) }
    }
  }

  @Test("§4: a picker over the same subchannels is not published again")
  func equalPickers() {
    var balancer = LoadBalancer.ready(.roundRobin, 1...4, profile: .java)
    let cycle = balancer.picks(4)
    for second in 1...5 {
      balancer.resolve(hosts((1...4).reversed()), Double(second))
      #expect(balancer.picks(4) == cycle, "not even for another order")
    }
    #expect(balancer.pickerGenerations == 1)
  }

  @Test("§4: a removed endpoint gets no RPC, and its connection closes 5 s later")
  func removedEndpoint() {
    var balancer = LoadBalancer.ready(.roundRobin, [1, 2], profile: .java)
    #expect(balancer.resolve(hosts(2), 1) == [.pickerChanged, .wake(at: at(6))])
    #expect(Set(balancer.picks(4)) == [.use(id(1))])
    #expect(balancer.handle(.goAway(id(0)), at: at(2)) == [], "it is nobody's any more")
    #expect(balancer.handle(.timer, at: at(6)) == [.drain(id(0))])
  }
}
