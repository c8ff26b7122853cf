import Balancing
import Naming
import Testing

@Suite("Random sequences of events")
struct RandomSequenceTests {
  private static let seeds = Array(UInt64(1)...150)

  /// Any event that a transport may send now, and some that come too late.
  private static func event(
    _ transport: FakeTransport, _ random: inout SplitMix64
  ) -> BalancerEvent {
    let attempt = transport.attempts.randomElement(using: &random)
    let connection = transport.connections.randomElement(using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0: return .resolved(.endpoints(list(&random)))
    case 1: return .resolved(.failure("SERVFAIL"))
    case 2..<8: return attempt.map { .connected($0) } ?? .exitIdle
    case 8..<12: return attempt.map { .connectFailed($0, refused) } ?? .timer
    case 12: return connection.map { .goAway($0) } ?? .exitIdle
    case 13: return connection.map { .connectionLost($0, "reset") } ?? .timer
    case 14..<17: return .exitIdle
    case 17 where Int.random(in: 0..<20, using: &random) == 0: return .idleTimeout
    default: return .timer
    }
  }

  private static func list(_ random: inout SplitMix64) -> [Endpoint] {
    let count = Int.random(in: 0...6, using: &random)
    return (0..<count).map { _ in
      let host = Int.random(in: 1...8, using: &random)
      return Bool.random(using: &random)
        ? Endpoint(v4(host)) : Endpoint(addresses: [v6(host), v4(host)])
    }
  }

  private static func profile(_ random: inout SplitMix64) -> ClientProfile {
    let clients: [ClientProfile] = [.go, .core, .java, .swift]
    var profile = clients[Int.random(in: clients.indices, using: &random)]
    // A client, or something between it and another one: each rule has to work beside any other.
    guard Bool.random(using: &random) else { return profile }
    if profile.failedPass == .retriesEach, Bool.random(using: &random) {
      profile.happyEyeballsDelay = nil
    }
    profile.newList = Bool.random(using: &random) ? .whenReady : .atOnce
    profile.failedLookup = Bool.random(using: &random) ? .endsPickFirst : .ignored
    profile.countsDuplicates = Bool.random(using: &random)
    profile.closingDelay = Bool.random(using: &random) ? .seconds(5) : .zero
    profile.interleavesFamilies = Bool.random(using: &random)
    profile.pickerOrder = Bool.random(using: &random) ? .random : .resolver
    profile.pickerStart = Bool.random(using: &random) ? .randomOnce : .randomEachRebuild
    profile.removedConnection = Bool.random(using: &random) ? .goesIdle : .reconnects
    profile.emptyAnswer = Bool.random(using: &random) ? .keepsList : .dropsList
    profile.backoff.origin = Bool.random(using: &random) ? .attemptStart : .failure
    return profile
  }

  @Test("actions fit the state, picks name READY subchannels, and a new list ends all the rest")
  func invariants() throws {
    for policy in Policy.allCases {
      for seed in Self.seeds {
        var random = SplitMix64(seed: seed)
        let profile = Self.profile(&random)
        var transport = FakeTransport(policy, profile, seed: seed)
        for _ in 0..<400 {
          let step = Duration.milliseconds(Int.random(in: -50...2_000, using: &random))
          try transport.send(Self.event(transport, &random), at: transport.now + step)
          _ = try transport.pick()
        }
        try transport.send(.resolved(.endpoints(hosts(99))), at: transport.now)
        // A list in use may wait for the first connection of the new one.
        if transport.balancer.pending != nil, let id = transport.attempts.last {
          try transport.send(.connected(id), at: transport.now)
        }
        let isAsleep = transport.balancer.state == .idle && transport.balancer.endpoints.isEmpty
        #expect(
          isAsleep || transport.balancer.subchannels().allSatisfy { $0.address == v4(99) })
      }
    }
  }

  @Test("when servers answer again, the channel gets READY on its own or at the next RPC")
  func recovers() throws {
    for policy in Policy.allCases {
      for seed in Self.seeds.prefix(40) {
        var random = SplitMix64(seed: seed)
        let profile = Self.profile(&random)
        var transport = FakeTransport(policy, profile, seed: seed)
        for _ in 0..<200 {
          try transport.send(
            Self.event(transport, &random), at: transport.now + .milliseconds(100))
        }
        // It may be asleep.
        try transport.send(.exitIdle, at: transport.now)
        try transport.send(.resolved(.endpoints(hosts(1...4))), at: transport.now)
        for _ in 0..<50 {
          try transport.send(.exitIdle, at: transport.now)
          for id in transport.attempts where transport.attempts.contains(id) {
            try transport.send(.connected(id), at: transport.now)
          }
          try transport.send(.timer, at: transport.wake ?? transport.now)
        }
        #expect(transport.balancer.state == .ready)
        #expect(transport.balancer.endpoints == hosts(1...4))
        #expect(
          transport.balancer.subchannels().count { $0.state == .ready }
            == (policy == .pickFirst ? 1 : 4))
      }
    }
  }

  @Test("round_robin: max − min is at most the generations that the window touched")
  func strictness() throws {
    var spreads: Set<Int> = []
    for seed in Self.seeds {
      var random = SplitMix64(seed: seed)
      var balancer = LoadBalancer.ready(.roundRobin, 1...5, seed: seed)
      _ = balancer.picks(Int.random(in: 0..<5, using: &random))
      let before = balancer.pickerGenerations
      var counts = [Int](repeating: 0, count: 5)
      for second in 0..<200 {
        // A new picker over the same READY set, as a repeated DNS answer gives.
        if Int.random(in: 0..<20, using: &random) == 0 {
          balancer.resolve(hosts(1...5), Double(second))
        }
        counts[balancer.pick().index] += 1
      }
      let spread = try #require(counts.max()) - (try #require(counts.min()))
      spreads.insert(spread)
      #expect(spread <= balancer.pickerGenerations - before + 1)
    }
    #expect((spreads.max() ?? 0) > 1, "the bound is not vacuous")
  }

  @Test("the same seed gives the same run")
  func repeatable() throws {
    func run(_ seed: UInt64) throws -> [Pick] {
      var random = SplitMix64(seed: 7)
      var transport = FakeTransport(.roundRobin, seed: seed)
      return try (0..<300).map { _ in
        try transport.send(Self.event(transport, &random), at: transport.now + .milliseconds(50))
        return try transport.pick()
      }
    }
    #expect(try run(1) == run(1))
    #expect(try run(1) != run(2))
  }

  @Test("a day of rollouts leaves no subchannels behind")
  func churn() throws {
    var transport = FakeTransport(.roundRobin, seed: 1)
    for rollout in 0..<500 {
      try transport.send(
        .resolved(.endpoints(hosts(rollout * 3 + 1...rollout * 3 + 6))), at: at(Double(rollout)))
      for id in transport.attempts { try transport.send(.connected(id), at: transport.now) }
      #expect(transport.balancer.subchannels().count == 6)
    }
  }

  @Test("1,000 endpoints: all used, each its share")
  func manyEndpoints() {
    var balancer = LoadBalancer.ready(.roundRobin, 1...1_000)
    let tally = balancer.tally(20_000)
    #expect(tally.count == 1_000)
    #expect(tally.values.allSatisfy { $0 == 20 })
    #expect(balancer.pickerGenerations == 1)
  }
}
