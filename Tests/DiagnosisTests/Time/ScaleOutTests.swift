import Balancing
import Diagnosis
import Naming
import Testing

/// How long it takes until a new pod is resolved (`docs/clients.md`), measured in simulated hours.
@Suite("Scale-out on a manual clock")
struct ScaleOutTests {
  private static let stock: [SimulatedClient] = [.go, .core, .java]

  /// A client with that many connections, up for a while so that their ages have spread.
  private func world(
    _ client: SimulatedClient, maxAge: Double?, connections: Int, seconds: Double,
    policy: Policy = .roundRobin
  ) -> World {
    var setting = World.Setting(client: client, policy: policy)
    setting.rpcInterval = .seconds(10)
    setting.maxAge = maxAge.map { .seconds($0) }
    var world = World(setting, pods: connections, seed: 5)
    world.run(for: .seconds(seconds))
    return world
  }

  /// From drawn moments to the end of the first lookup that began after each, in seconds.
  private func delays(_ world: World, from start: Double) -> [Double] {
    var random = SplitMix64(seed: 3)
    let lookups = world.lookups.filter { $0.end != nil }
    let last = Double(lookups.last?.start.nanoseconds ?? 0) / 1e9
    return (0..<400).compactMap { _ in
      let moment = Double.random(in: start...max(start, last), using: &random)
      return lookups.first { Double($0.start.nanoseconds) / 1e9 >= moment }
        .flatMap(\.end).map { Double($0.nanoseconds) / 1e9 - moment }
    }
  }

  @Test("§9: without MaxConnectionAge, while nothing breaks: never", arguments: Policy.allCases)
  func never(policy: Policy) {
    for client in SimulatedClient.all {
      let world = world(client, maxAge: nil, connections: 3, seconds: 7200, policy: policy)
      #expect(world.lookups.count == 1, "\(client.name)")
    }
  }

  @Test("§9: MaxConnectionAge A with 0.9 A > 30 s: within 1.1 A", arguments: [1, 3, 10])
  func bound(connections: Int) {
    for client in Self.stock {
      let world = world(client, maxAge: 60, connections: connections, seconds: 6000)
      let delays = delays(world, from: 100)
      #expect(delays.count == 400)
      #expect((delays.max() ?? 0) <= 66.1, "\(client.name)")
      if connections == 1 { #expect((delays.max() ?? 0) > 55, "the bound is not vacuous") }
    }
  }

  @Test("§9: GOAWAYs spread out, grpc-go and C-core: every 30 s, 15 s on average")
  func spread() {
    for client in [SimulatedClient.go, .core] {
      let delays = delays(
        world(client, maxAge: 60, connections: 20, seconds: 10_000), from: 3000)
      #expect((delays.max() ?? 0) <= 30.1, "\(client.name)")
      let mean = delays.reduce(0, +) / Double(delays.count)
      #expect(abs(mean - 15) < 1.5, "\(client.name): \(mean)")
    }
  }

  @Test("§9: the same with grpc-java: 30 s and then until the next GOAWAY")
  func spreadJava() {
    let world = world(.java, maxAge: 60, connections: 20, seconds: 10_000)
    let starts = world.lookups.map { Double($0.start.nanoseconds) / 1e9 }.filter { $0 > 3000 }
    let gaps = zip(starts, starts.dropFirst()).map { $1 - $0 }
    #expect((gaps.min() ?? 0) > 30)
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    #expect(abs(mean - (30 + 60.0 / 20)) < 1.5, "\(mean)")
  }

  @Test("§9: 1.1 A < 30 s, grpc-go and C-core: within 30 s")
  func shortAge() {
    for client in [SimulatedClient.go, .core] {
      let delays = delays(world(client, maxAge: 20, connections: 2, seconds: 4000), from: 100)
      #expect((delays.max() ?? 0) <= 30.1, "\(client.name)")
      #expect((delays.max() ?? 0) > 28)
    }
  }

  @Test("§9: N connections opened together: the first GOAWAY comes at 0.9 A + 0.2 A / (N + 1)")
  func firstGoAway() {
    for (connections, expected) in [(1, 60.0), (3, 57), (10, 55.1)] {
      var setting = World.Setting()
      setting.maxAge = .seconds(60)
      setting.rpcInterval = .seconds(10)
      let first = (1...150 as ClosedRange<UInt64>).map { seed in
        var world = World(setting, pods: connections, seed: seed)
        world.run(for: .seconds(70))
        return Double(world.lookups[1].start.nanoseconds) / 1e9
      }
      let mean = first.reduce(0, +) / 150
      #expect(abs(mean - expected) < 1, "\(connections): \(mean)")
    }
  }

  @Test("§4: an idle channel looks up anew with its next RPC, inside any floor")
  func idle() {
    for client in SimulatedClient.all {
      var client = client
      client.profile.idleTimeout = .seconds(20)
      var setting = World.Setting(client: client)
      setting.rpcInterval = .seconds(27)
      var world = World(setting, pods: 3, seed: 1)
      world.run(for: .seconds(270))
      #expect(world.lookups.count == 10, "\(client.name)")
      #expect(world.lookups.allSatisfy { $0.isAnew })
      #expect(world.violations.isEmpty)
      #expect(world.answered.values.reduce(0, +) == 10)
    }
  }
}
