import Balancing
import Diagnosis
import Naming
import Resolution
import Testing

/// Every state machine at once, through whatever may happen to a client.
@Suite("Random worlds")
struct ExplorationTests {
  /// Something happens to the pods or to DNS.
  private func disturb(_ world: inout World) {
    let address = World.address(Int.random(in: 0..<6, using: &world.random))
    switch Int.random(in: 0..<12, using: &world.random) {
    case 0, 1: world.pods[address] = World.Pod()
    case 2, 3: world.pods[address] = nil
    case 4: world.pods[address]?.accepts.toggle()
    case 5: world.pods[address]?.isSilent.toggle()
    case 6: world.pods[address]?.isListed.toggle()
    case 7: world.dnsFails.toggle()
    case 8, 9: if let link = world.anyConnection() { world.goAway(link) }
    default: if let link = world.anyConnection() { world.lose(link) }
    }
  }

  private func heal(_ world: inout World) {
    for number in 0..<6 { world.pods[World.address(number)] = World.Pod() }
    world.dnsFails = false
  }

  @Test(
    "no RPC on a closed subchannel, none lost or doubled, no lookup inside the floor, all reached")
  func invariants() throws {
    var steps = 0
    for client in SimulatedClient.all {
      for policy in Policy.allCases {
        for seed in 1...12 as ClosedRange<UInt64> {
          var setting = World.Setting(client: client, policy: policy)
          setting.keepalive =
            seed % 3 == 0
            ? nil : KeepaliveSettings(time: .seconds(10), withoutCalls: seed % 3 == 1)
          setting.maxAge = seed % 2 == 0 ? .seconds(40) : nil
          var world = World(setting, pods: 3, seed: seed)
          for _ in 0..<120 {
            world.run(for: .milliseconds(Int.random(in: 0...9_000, using: &world.random)))
            disturb(&world)
          }
          heal(&world)
          // Past every floor, back-off and attempt that began in bad times.
          world.run(for: .seconds(400))
          world.ask()
          world.run(for: .seconds(60))
          let before = world.answered
          world.run(for: .seconds(30))

          try #require(world.violations.isEmpty, "\(client.name) \(policy) \(seed)")
          let ended =
            world.answered.values.reduce(0, +) + world.lost.values.reduce(0, +) + world.unplaced
          try #require(ended + world.live == world.started, "\(client.name) \(policy) \(seed)")
          let reached = world.answered.filter { $0.value > before[$0.key, default: 0] }
          let expected = policy == .pickFirst || client.rules.joinsAddresses ? 1 : 6
          try #require(reached.count == expected, "\(client.name) \(policy) \(seed)")
          steps += world.steps
        }
      }
    }
    #expect(steps >= 100_000)
  }

  @Test("the same seed gives the same world")
  func repeatable() {
    func run(_ seed: UInt64) -> [TransportAddress: Int] {
      var world = World(World.Setting(), pods: 3, seed: seed)
      for _ in 0..<60 {
        world.run(for: .seconds(3))
        disturb(&world)
      }
      return world.answered
    }
    #expect(run(1) == run(1))
    #expect(run(1) != run(2))
  }
}
