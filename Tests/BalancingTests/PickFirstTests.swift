import Balancing
import Naming
import Testing

@Suite("pick_first")
struct PickFirstTests {
  @Test("waits for the resolver, then for the first address, then uses it")
  func firstAddress() {
    var balancer = LoadBalancer.go(.pickFirst)
    #expect(balancer.state == .connecting)
    #expect(balancer.pick() == .queue)

    #expect(
      balancer.resolve(hosts(1...3), 0)
        == [connect(0, v4(1), 0), .pickerChanged, .wake(at: at(0.25))])
    #expect(balancer.pick() == .queue)

    #expect(balancer.handle(.connected(id(0)), at: at(0.1)) == [.pickerChanged])
    #expect(balancer.state == .ready)
    #expect(balancer.picks(50) == Array(repeating: .use(id(0)), count: 50))
    #expect(balancer.endpoints == hosts(1...3))
  }

  @Test("the next address starts 250 ms later; the first to answer ends the other attempts")
  func happyEyeballs() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(1...3), 0)
    #expect(balancer.handle(.timer, at: at(0.2)) == [.wake(at: at(0.25))], "too early")
    #expect(balancer.handle(.timer, at: at(0.25)) == [connect(1, v4(2), 0.25), .wake(at: at(0.5))])
    #expect(balancer.handle(.timer, at: at(0.5)) == [connect(2, v4(3), 0.5)], "the last: no timer")
    #expect(
      balancer.handle(.connected(id(1)), at: at(0.6))
        == [.abandonConnect(id(0)), .abandonConnect(id(2)), .pickerChanged])
    #expect(balancer.pick() == .use(id(1)))
    #expect(balancer.handle(.connected(id(0)), at: at(0.7)) == [], "abandoned before it answered")
    #expect(balancer.pick() == .use(id(1)))
  }

  @Test("a failure goes on to the next address at once and restarts the 250 ms")
  func failureAdvances() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(1...3), 0)
    #expect(
      balancer.handle(.connectFailed(id(0), refused), at: at(0.1))
        == [connect(1, v4(2), 0.1), .reResolve])
    #expect(balancer.pick() == .queue, "the pass is not over")
    #expect(balancer.handle(.timer, at: at(0.25)) == [.wake(at: at(0.35))], "the old timer is void")
    #expect(
      balancer.handle(.timer, at: at(0.35)) == [connect(2, v4(3), 0.35), .wake(at: at(1.1))])
  }

  @Test("a failure out of turn does not advance the list")
  func failureOutOfTurn() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(1...3), 0)
    _ = balancer.handle(.timer, at: at(0.25))
    #expect(balancer.handle(.connectFailed(id(0), refused), at: at(0.3)) == [.reResolve])
    #expect(balancer.state == .connecting)
  }

  @Test("after one failed pass RPCs fail, and every address is retried on its own back-off")
  func failedPass() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(1...2), 0)
    _ = balancer.handle(.connectFailed(id(0), "no route"), at: at(0.1))
    #expect(
      balancer.handle(.connectFailed(id(1), refused), at: at(0.2)) == [.reResolve, .pickerChanged])
    #expect(balancer.state == .transientFailure)
    #expect(balancer.pick() == refusedPick, "the last error of the pass")

    // grpc-go waits exactly 1 s after the first failure, counted from the failure.
    #expect(balancer.handle(.timer, at: at(0.25)) == [.wake(at: at(1.1))], "the 250 ms are void")
    #expect(balancer.handle(.timer, at: at(1.1)) == [connect(0, v4(1), 1.1), .wake(at: at(1.2))])
    #expect(balancer.state == .transientFailure, "sticky until READY")
    #expect(balancer.pick() == refusedPick)
    #expect(balancer.handle(.timer, at: at(1.2)) == [connect(1, v4(2), 1.2)], "in parallel")
    #expect(
      balancer.handle(.connected(id(1)), at: at(1.3)) == [.abandonConnect(id(0)), .pickerChanged])
    #expect(balancer.pick() == .use(id(1)))
  }

  @Test("the pass ends only when the slowest attempt has failed as well")
  func slowestAttempt() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(1...2), 0)
    _ = balancer.handle(.timer, at: at(0.25))
    _ = balancer.handle(.connectFailed(id(1), refused), at: at(0.3))
    #expect(balancer.state == .connecting)
    _ = balancer.handle(.timer, at: at(1.3))
    #expect(balancer.state == .connecting, "no second attempt before the pass is over")
    #expect(
      balancer.handle(.connectFailed(id(0), "timeout"), at: at(20)) == [
        connect(1, v4(2), 20), .reResolve, .pickerChanged, .wake(at: at(21)),
      ])
    #expect(balancer.pick() == .fail("connection error: desc = \"timeout\""))
  }

  @Test("an address that failed early and is tried again in its turn still belongs to the pass")
  func secondChance() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(9), 0)
    balancer.resolve(hosts(1, 2, 3, 4, 5, 9), 0.1)
    _ = balancer.handle(.connectFailed(id(0), refused), at: at(0.15))
    for step in 1...4 { _ = balancer.handle(.timer, at: at(0.1 + 0.25 * Double(step))) }
    _ = balancer.handle(.timer, at: at(1.15))
    #expect(balancer.handle(.timer, at: at(1.35)) == [connect(0, v4(9), 1.35)])
    for index in 1...5 { _ = balancer.handle(.connectFailed(id(index), refused), at: at(1.4)) }
    #expect(balancer.state == .connecting)
    _ = balancer.handle(.connectFailed(id(0), refused), at: at(1.5))
    #expect(balancer.state == .transientFailure)
  }

  @Test("the message changes once per round of retries")
  func newErrorPerRound() {
    var balancer = LoadBalancer.go(.pickFirst)
    balancer.resolve(hosts(1...2), 0)
    _ = balancer.handle(.connectFailed(id(0), refused), at: at(0))
    _ = balancer.handle(.connectFailed(id(1), refused), at: at(0))
    _ = balancer.handle(.timer, at: at(1))
    #expect(!balancer.handle(.connectFailed(id(0), "a"), at: at(1)).contains(.pickerChanged))
    #expect(balancer.pick() == refusedPick)
    #expect(balancer.handle(.connectFailed(id(1), "b"), at: at(1)).contains(.pickerChanged))
    #expect(balancer.pick() == .fail("connection error: desc = \"b\""))
  }

  @Test("GOAWAY and a lost connection make it idle; the next RPC starts again at address 0")
  func disconnected() {
    for event in [BalancerEvent.goAway(id(1)), .connectionLost(id(1), "reset")] {
      var balancer = LoadBalancer.go(.pickFirst)
      balancer.resolve(hosts(1...2), 0)
      _ = balancer.handle(.connectFailed(id(0), refused), at: at(0))
      _ = balancer.handle(.connected(id(1)), at: at(0.1))

      #expect(balancer.handle(event, at: at(5)) == [.reResolve, .pickerChanged])
      #expect(balancer.state == .idle)
      #expect(balancer.pick() == .queue)
      #expect(balancer.handle(.timer, at: at(6)) == [], "nothing reconnects on its own")

      // Address 0 got a new subchannel: its old one ended when address 1 won.
      #expect(
        balancer.handle(.exitIdle, at: at(7))
          == [connect(2, v4(1), 7), .pickerChanged, .wake(at: at(7.25))])
      #expect(balancer.state == .connecting)
      #expect(balancer.handle(.exitIdle, at: at(7)) == [], "once is enough")
      #expect(
        balancer.handle(.connectFailed(id(2), refused), at: at(7.1))
          == [connect(1, v4(2), 7.1), .reResolve], "the second keeps its subchannel")
    }
  }

  @Test("an RPC that finds a single lost address reconnects it without delay")
  func reconnectWithoutDelay() {
    var balancer = LoadBalancer.ready(.pickFirst, [1])
    _ = balancer.handle(.connectionLost(id(0), "reset"), at: at(9))
    #expect(
      balancer.handle(.exitIdle, at: at(9)) == [connect(0, v4(1), 9), .pickerChanged])
  }
}
