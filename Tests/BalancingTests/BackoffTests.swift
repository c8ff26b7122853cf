import Balancing
import Naming
import Testing

@Suite("Back-off")
struct BackoffTests {
  @Test("1 s exactly, then × 1.6 with 20 % jitter around a cap of 120 s")
  func series() {
    var random = SplitMix64(seed: 3)
    let backoff = ClientProfile.go.backoff
    #expect(backoff.delay(afterFailures: 0, using: &random) == .seconds(1))
    let means = [
      1.6, 2.56, 4.096, 6.5536, 10.48576, 16.777, 26.844, 42.95, 68.72, 109.95, 120, 120,
    ]
    for (index, mean) in means.enumerated() {
      let drawn = (0..<400).map { _ in
        backoff.delay(afterFailures: index + 1, using: &random) / .seconds(1)
      }
      #expect(drawn.allSatisfy { $0 >= mean * 0.799 && $0 <= mean * 1.201 })
      #expect((drawn.min() ?? 0) < mean * 0.85)
      #expect((drawn.max() ?? 0) > mean * 1.15, "both sides of the mean are drawn")
    }
  }

  @Test("a huge count of failures stays at the cap")
  func cap() {
    var random = SplitMix64(seed: 3)
    let delay = ClientProfile.go.backoff.delay(afterFailures: 1_000_000, using: &random)
    #expect(delay >= .seconds(96) && delay <= .seconds(144))
  }

  @Test("each failure in a row waits longer, and an attempt may take as long as its back-off")
  func grows() throws {
    var balancer = LoadBalancer.go(.pickFirst)
    var actions = balancer.resolve(hosts([1]), 0)
    var now = at(0)
    for failures in 0..<14 {
      let deadline = try #require(actions.compactMap(\.deadline).first)
      let timeout = (deadline - now) / .seconds(1)
      actions = balancer.handle(.connectFailed(id(0), refused), at: now)
      let wake = try #require(actions.compactMap(\.wake).first)
      let wait = (wake - now) / .seconds(1)
      let mean = min(120, (0..<failures).reduce(1.0) { mean, _ in mean * 1.6 })
      #expect(abs(wait / mean - 1) <= (failures == 0 ? 0 : 0.201))
      #expect(abs(timeout - max(20, wait)) < 0.000_001)
      #expect(!balancer.handle(.timer, at: now + (wake - now) * 0.99).contains { $0.connects })
      now = wake
      actions = balancer.handle(.timer, at: now)
      #expect(actions.contains { $0.connects })
    }
  }

  @Test("success resets it")
  func reset() {
    var balancer = LoadBalancer.go(.roundRobin)
    balancer.resolve(hosts([1]), 0)
    _ = balancer.handle(.connectFailed(id(0), refused), at: at(0))
    _ = balancer.handle(.timer, at: at(1))
    _ = balancer.handle(.connected(id(0)), at: at(1))
    _ = balancer.handle(.connectionLost(id(0), "reset"), at: at(2))
    #expect(
      balancer.handle(.connectFailed(id(0), refused), at: at(2)).contains(.wake(at: at(3))),
      "1 s again")
  }

  @Test("a profile may count from the start of the attempt and draw the first wait as well")
  func otherClients() throws {
    var profile = ClientProfile.go
    profile.backoff.origin = .attemptStart
    profile.backoff.jittersFirst = true
    var firsts: Set<Int64> = []
    for seed in 0..<20 as Range<UInt64> {
      var balancer = LoadBalancer(policy: .pickFirst, profile: profile, seed: seed)
      balancer.resolve(hosts([1]), 0)
      let actions = balancer.handle(.connectFailed(id(0), refused), at: at(0.5))
      let wake = try #require(actions.compactMap(\.wake).first)
      #expect(wake >= at(0.8) && wake <= at(1.2))
      firsts.insert(wake.nanoseconds)
    }
    #expect(firsts.count > 10)

    var slow = LoadBalancer(policy: .pickFirst, profile: profile, seed: 1)
    slow.resolve(hosts([1]), 0)
    #expect(
      slow.handle(.connectFailed(id(0), refused), at: at(20)).contains { $0.connects },
      "the wait is already over")
  }
}

extension BalancerAction {
  var deadline: MonotonicTime? {
    if case .connect(_, _, let deadline) = self { deadline } else { nil }
  }

  var wake: MonotonicTime? {
    if case .wake(let time) = self { time } else { nil }
  }
}
