import Balancing
import Naming
import Testing

@Suite("grpc-swift's balancing")
struct SwiftClientTests {
  /// What its DNS resolver makes of several addresses.
  private func joined(_ numbers: Int...) -> [Endpoint] {
    [Endpoint(addresses: numbers.map(v4))]
  }

  @Test("one endpoint of all addresses: round_robin uses one of them")
  func oneEndpoint() {
    var balancer = LoadBalancer(policy: .roundRobin, profile: .swift, seed: 1)
    #expect(balancer.resolve(joined(1, 2, 3), 0).compactMap(\.address) == [v4(1)])
    _ = balancer.handle(.connected(id(0)), at: at(0))
    #expect(balancer.tally(300) == [id(0): 300])
  }

  @Test("another set of addresses is another endpoint: it replaces the old one once it is READY")
  func replacement() {
    var balancer = LoadBalancer(policy: .roundRobin, profile: .swift, seed: 1)
    balancer.resolve(joined(1, 2), 0)
    _ = balancer.handle(.connected(id(0)), at: at(0))
    #expect(balancer.resolve(joined(1, 2, 3), 1).compactMap(\.address) == [v4(1)])
    #expect(balancer.pick() == .use(id(0)))
    #expect(balancer.handle(.connected(id(1)), at: at(1)) == [.drain(id(0)), .pickerChanged])
    #expect(balancer.pick() == .use(id(1)))
  }

  @Test("pick_first knows the first endpoint only; failures ask for no new list")
  func firstEndpoint() throws {
    var balancer = LoadBalancer(policy: .pickFirst, profile: .swift, seed: 1)
    balancer.resolve(hosts(1, 2), 0)
    let actions = balancer.handle(.connectFailed(id(0), refused), at: at(1))
    #expect(!actions.contains(.reResolve))
    #expect(actions.compactMap(\.address).isEmpty)
    let wake = try #require(actions.compactMap(\.wake).first)
    #expect(wake >= at(1.8) && wake <= at(2.2), "back-off counts from the failure")
    #expect(balancer.handle(.timer, at: wake).compactMap(\.address) == [v4(1)])
  }
}
