import Balancing
import Diagnosis
import Naming
import Testing

/// A pod that vanishes without a FIN, on a manual clock.
@Suite("Black holes on a manual clock")
struct BlackHoleTests {
  private let pod = World.address(1)

  private func world(_ client: SimulatedClient, keepalive: KeepaliveSettings?) -> World {
    var setting = World.Setting(client: client)
    setting.keepalive = keepalive
    var world = World(setting, pods: 3, seed: 2)
    world.run(for: .seconds(60))
    world.pods[pod]?.isSilent = true
    return world
  }

  @Test("§10: without keepalive the subchannel stays READY, and a third of the RPCs expire")
  func withoutKeepalive() {
    for client in [SimulatedClient.go, .core, .java] {
      var world = world(client, keepalive: nil)
      let before = world.started
      world.run(for: .seconds(600))
      let lost = world.lost[pod, default: 0]
      #expect(abs(lost - (world.started - before) / 3) <= 3, "\(client.name): \(lost)")
      #expect(world.balancer.subchannels().allSatisfy { $0.state == .ready })
      #expect(world.attempts[pod]?.count == 1)
    }
  }

  @Test(
    "§10: with keepalive it is dropped after time + timeout; attempts then cost what they may",
    arguments: [5, 20])
  func withKeepalive(timeout: Int) throws {
    for client in [SimulatedClient.go, .core, .java] {
      let settings = KeepaliveSettings(time: .seconds(10), timeout: .seconds(timeout))
      var world = world(client, keepalive: settings)
      let vanished = world.now
      world.run(for: .seconds(60))
      let dropped = try #require(world.givenUp[pod]?.first, "\(client.name)")
      #expect(dropped - vanished <= .seconds(10 + timeout))
      let lost = world.lost[pod, default: 0]
      #expect(lost > 0)
      world.run(for: .seconds(600))
      #expect(world.lost[pod, default: 0] == lost, "no RPC goes there any more")
      #expect(world.givenUp[pod]?.count == 1)

      let attempts = try #require(world.attempts[pod]?.dropFirst())
      #expect(attempts.first == dropped, "a lost connection is opened again at once")
      for (one, next) in zip(attempts, attempts.dropFirst()) {
        #expect(next - one >= client.profile.minimumConnectTimeout)
      }
      #expect(world.violations.isEmpty)
    }
  }
}
