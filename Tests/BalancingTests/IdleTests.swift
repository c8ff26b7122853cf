import Balancing
import Naming
import Testing

@Suite("Idle channels")
struct IdleTests {
  private static let clients: [ClientProfile] = [.go, .core, .java, .swift]

  @Test("§4: 30 min without RPCs drop the connections; the next RPC looks up anew")
  func idleTimeout() {
    for profile in Self.clients {
      #expect(profile.idleTimeout == .seconds(1800))
      for policy in Policy.allCases {
        var balancer = LoadBalancer.ready(policy, [1], profile: profile)
        let asleep = balancer.handle(.idleTimeout, at: at(1800))
        #expect(asleep.contains(.pickerChanged))
        if profile.closingDelay == .zero { #expect(asleep.contains(.drain(id(0)))) }
        #expect(balancer.state == .idle)
        #expect(balancer.endpoints.isEmpty)
        #expect(balancer.pick() == .queue)
        // What the resolver says that was given up, and what timers were set, does nothing.
        #expect(balancer.resolve(hosts(1), 1801).compactMap(\.address).isEmpty)
        #expect(balancer.handle(.timer, at: at(1900)).compactMap(\.address).isEmpty)

        #expect(balancer.handle(.exitIdle, at: at(2000)) == [.lookUpAnew])
        #expect(balancer.handle(.exitIdle, at: at(2000)) == [], "once is enough")
        #expect(balancer.pick() == .queue)
        #expect(balancer.resolve(hosts(2), 2001).compactMap(\.address) == [v4(2)])
        _ = balancer.handle(.connected(id(1)), at: at(2001))
        #expect(balancer.pick() == .use(id(1)))
      }
    }
  }

  @Test("the time counts from the last RPC's end, and not at all while one is under way")
  func due() {
    let timeout = Duration.seconds(1800)
    func step(_ isBusy: Bool, _ last: Double, _ now: Double) -> Idleness.Step {
      Idleness.step(isBusy: isBusy, lastActive: at(last), timeout: timeout, at: at(now))
    }
    #expect(step(false, 100, 1800) == .wait(until: at(1900)))
    #expect(step(false, 100, 1900) == .goIdle)
    #expect(step(true, 100, 1900) == .wait(until: at(3700)))
  }
}
