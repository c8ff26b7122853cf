import Balancing
import Naming
import Testing

@Suite("round_robin")
struct RoundRobinTests {
  @Test("every endpoint is connected at once, and RPCs go to those that are READY")
  func spreads() {
    var balancer = LoadBalancer.go(.roundRobin)
    #expect(balancer.pick() == .queue)
    #expect(
      balancer.resolve(hosts(1...3), 0)
        == [connect(0, v4(1), 0), connect(1, v4(2), 0), connect(2, v4(3), 0), .pickerChanged])
    #expect(balancer.pick() == .queue)
    #expect(balancer.handle(.connected(id(1)), at: at(0.1)) == [.pickerChanged])
    #expect(balancer.tally(4) == [id(1): 4], "the first one ready gets them all")
    _ = balancer.handle(.connected(id(0)), at: at(0.2))
    _ = balancer.handle(.connected(id(2)), at: at(0.2))
    #expect(balancer.tally(300) == [id(0): 100, id(1): 100, id(2): 100])
  }

  @Test("an undisturbed picker repeats one sequence of all its members")
  func strict() {
    var balancer = LoadBalancer.ready(.roundRobin, 1...7)
    let cycle = balancer.picks(7)
    #expect(Set(cycle).count == 7)
    #expect(balancer.picks(14) == cycle + cycle)
    #expect(balancer.pickerGenerations == 1)
  }

  @Test("order and start are drawn anew with each picker, and repeat with the seed")
  func randomOrder() {
    func cycles(_ seed: UInt64) -> [[Pick]] {
      var balancer = LoadBalancer.ready(.roundRobin, 1...4, seed: seed)
      return (0..<40).map { second in
        balancer.resolve(hosts(1...4), Double(second))
        return balancer.picks(4)
      }
    }
    let drawn = cycles(1)
    #expect(Set(drawn.map { $0[0] }).count == 4, "any member may come first")
    #expect(Set(drawn).count > 6, "rotations of one order alone would be 4")
    #expect(cycles(1) == drawn)
    #expect(cycles(2) != drawn)
  }

  @Test("a lost or leaving connection is replaced at once, without back-off")
  func reconnects() {
    for event in [BalancerEvent.goAway(id(0)), .connectionLost(id(0), "reset")] {
      var balancer = LoadBalancer.ready(.roundRobin, 1...2)
      #expect(
        balancer.handle(event, at: at(3)) == [connect(0, v4(1), 3), .reResolve, .pickerChanged])
      #expect(balancer.tally(4) == [id(1): 4])
      _ = balancer.handle(.connected(id(0)), at: at(3.1))
      #expect(balancer.tally(4) == [id(0): 2, id(1): 2])
    }
  }

  @Test("one that cannot be reached is left out and retried after its back-off")
  func oneDown() {
    var balancer = LoadBalancer.go(.roundRobin)
    balancer.resolve(hosts(1...2), 0)
    #expect(
      balancer.handle(.connectFailed(id(0), refused), at: at(0))
        == [.reResolve, .pickerChanged, .wake(at: at(1))])
    #expect(balancer.state == .connecting)
    #expect(balancer.pick() == .queue, "the other may still answer")
    _ = balancer.handle(.connected(id(1)), at: at(0.1))
    #expect(balancer.tally(10) == [id(1): 10])
    #expect(balancer.handle(.timer, at: at(1)) == [connect(0, v4(1), 1)])
    _ = balancer.handle(.connected(id(0)), at: at(1.1))
    #expect(balancer.tally(10) == [id(0): 5, id(1): 5])
  }

  @Test("RPCs fail when every endpoint has failed, and stay failing until one is READY")
  func allDown() {
    var balancer = LoadBalancer.go(.roundRobin)
    balancer.resolve(hosts(1...2), 0)
    _ = balancer.handle(.connectFailed(id(0), refused), at: at(0))
    _ = balancer.handle(.connectFailed(id(1), refused), at: at(0))
    #expect(balancer.state == .transientFailure)
    #expect(balancer.pick() == refusedPick)
    _ = balancer.handle(.timer, at: at(1))
    #expect(balancer.pick() == refusedPick, "retries do not make RPCs wait")
    _ = balancer.handle(.connected(id(1)), at: at(1.1))
    #expect(balancer.pick() == .use(id(1)))
  }

  @Test("a new list: removed endpoints drain, new ones connect, the others keep their connection")
  func newList() {
    var balancer = LoadBalancer.ready(.roundRobin, 1...3)
    #expect(
      balancer.resolve(hosts(4, 3, 2), 1)
        == [connect(3, v4(4), 1), .drain(id(0)), .pickerChanged])
    #expect(balancer.tally(10) == [id(1): 5, id(2): 5])
    _ = balancer.handle(.connected(id(3)), at: at(1.1))
    #expect(balancer.tally(9) == [id(1): 3, id(2): 3, id(3): 3])
    #expect(balancer.handle(.connectionLost(id(0), "late"), at: at(2)) == [], "it is gone")
  }

  @Test("a removed endpoint that was connecting is abandoned")
  func removedWhileConnecting() {
    var balancer = LoadBalancer.go(.roundRobin)
    balancer.resolve(hosts(1...2), 0)
    #expect(balancer.resolve(hosts([2]), 1) == [.abandonConnect(id(0)), .pickerChanged])
    #expect(balancer.handle(.connected(id(0)), at: at(1)) == [])
  }

  @Test("endpoints with the same addresses count once")
  func duplicates() {
    var balancer = LoadBalancer.go(.roundRobin)
    let pair = Endpoint(addresses: [v4(1), v6(1)], pod: "a")
    let swapped = Endpoint(addresses: [v6(1), v4(1)], pod: "a")
    balancer.resolve([pair, Endpoint(v4(2)), swapped, Endpoint(v4(2))], 0)
    #expect(balancer.endpoints == [pair, Endpoint(v4(2))])
    #expect(balancer.subchannels().map(\.address) == [v4(1), v4(2)])
  }

  @Test("an endpoint with two addresses falls back to the second and counts as one")
  func dualStackEndpoint() {
    var balancer = LoadBalancer.go(.roundRobin)
    balancer.resolve([Endpoint(addresses: [v6(1), v4(1)]), Endpoint(v4(2))], 0)
    _ = balancer.handle(.connected(id(1)), at: at(0))
    #expect(
      balancer.handle(.timer, at: at(0.25)) == [connect(2, v4(1), 0.25)], "Happy Eyeballs inside")
    #expect(
      balancer.handle(.connected(id(2)), at: at(0.3)) == [.abandonConnect(id(0)), .pickerChanged])
    #expect(balancer.tally(10) == [id(1): 5, id(2): 5])
  }

  @Test("an empty list closes every child and fails RPCs")
  func emptyList() {
    var balancer = LoadBalancer.ready(.roundRobin, 1...2)
    #expect(balancer.resolve([], 1) == [.drain(id(0)), .drain(id(1)), .pickerChanged])
    #expect(balancer.state == .transientFailure)
    #expect(balancer.pick() == .fail("no children to pick from"))
    #expect(balancer.resolve(hosts([1]), 2).contains(connect(2, v4(1), 2)))
    #expect(balancer.pick() == .queue)
  }

  @Test("a failed lookup keeps the list, and fails RPCs where there is none")
  func resolverFailure() {
    var balancer = LoadBalancer.go(.roundRobin)
    #expect(balancer.handle(.resolved(.failure("timeout")), at: at(0)) == [.pickerChanged])
    #expect(balancer.state == .transientFailure)
    #expect(balancer.pick() == .fail("name resolver error: timeout"))
    balancer.resolve(hosts([1]), 1)
    _ = balancer.handle(.connected(id(0)), at: at(1))
    #expect(balancer.handle(.resolved(.failure("timeout")), at: at(2)) == [])
    #expect(balancer.pick() == .use(id(0)))
  }

  @Test("generations count the pickers that served RPCs with something READY")
  func generations() {
    var balancer = LoadBalancer.go(.roundRobin)
    balancer.resolve(hosts(1...3), 0)
    _ = balancer.pick()
    #expect(balancer.pickerGenerations == 0, "nothing was READY")
    for index in 0..<3 { _ = balancer.handle(.connected(id(index)), at: at(0)) }
    #expect(balancer.pickerGenerations == 0, "nobody has picked")
    _ = balancer.picks(5)
    #expect(balancer.pickerGenerations == 1)
    // grpc-go publishes a new picker with every update, also when nothing changed.
    balancer.resolve(hosts(1...3), 1)
    _ = balancer.picks(5)
    #expect(balancer.pickerGenerations == 2)
    _ = balancer.handle(.connectionLost(id(9), "unknown"), at: at(2))
    _ = balancer.picks(5)
    #expect(balancer.pickerGenerations == 2)
  }
}
