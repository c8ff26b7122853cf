import Balancing
import Naming
import Testing

@Suite("Client profiles")
struct ClientProfileTests {
  @Test("grpc-go's numbers")
  func go() {
    #expect(ClientProfile.go.happyEyeballsDelay == .milliseconds(250))
    #expect(ClientProfile.go.minimumConnectTimeout == .seconds(20))
  }

  @Test("resolver order: the cycle follows the list, from any start")
  func resolverOrder() {
    var profile = ClientProfile.go
    profile.pickerOrder = .resolver
    var starts: Set<Int> = []
    for seed in 0..<30 as Range<UInt64> {
      var balancer = LoadBalancer.ready(.roundRobin, 1...4, profile: profile, seed: seed)
      let cycle = balancer.picks(4).map(\.index)
      starts.insert(cycle[0])
      #expect(cycle == (0..<4).map { (cycle[0] + $0) % 4 })
    }
    #expect(starts == [0, 1, 2, 3])
  }

  @Test("a start drawn once: rebuilt pickers go on counting")
  func randomOnce() {
    var profile = ClientProfile.go
    profile.pickerOrder = .resolver
    profile.pickerStart = .randomOnce
    var starts: Set<Int> = []
    for seed in 0..<30 as Range<UInt64> {
      var balancer = LoadBalancer.ready(.roundRobin, 1...4, profile: profile, seed: seed)
      let first = balancer.pick().index
      starts.insert(first)
      for step in 1..<20 {
        balancer.resolve(hosts(1...4), Double(step))
        #expect(balancer.pick().index == (first + step) % 4)
      }
    }
    #expect(starts == [0, 1, 2, 3])
  }

  @Test("families left as they come")
  func noInterleaving() {
    var profile = ClientProfile.go
    profile.interleavesFamilies = false
    var balancer = LoadBalancer(policy: .pickFirst, profile: profile, seed: 1)
    balancer.resolve(addressed(v4(1), v4(2), v6(1)), 0)
    _ = balancer.handle(.connectFailed(id(0), refused), at: at(0))
    #expect(balancer.subchannels().map(\.address) == [v4(1), v4(2)])
  }

  @Test("removal of the connected address may leave the channel idle")
  func goesIdle() {
    var profile = ClientProfile.go
    profile.removedConnection = .goesIdle
    var balancer = LoadBalancer.ready(.pickFirst, [1], profile: profile)
    #expect(balancer.resolve(hosts([2]), 1) == [.drain(id(0)), .reResolve, .pickerChanged])
    #expect(balancer.state == .idle)
    #expect(balancer.handle(.exitIdle, at: at(2)).first == connect(1, v4(2), 2))
  }

  @Test("an empty answer may count as a failed lookup", arguments: Policy.allCases)
  func keepsList(policy: Policy) {
    var profile = ClientProfile.go
    profile.emptyAnswer = .keepsList
    var balancer = LoadBalancer.ready(policy, [1], profile: profile)
    #expect(balancer.resolve([], 1) == [])
    #expect(balancer.pick() == .use(id(0)))
    #expect(balancer.endpoints == hosts([1]))

    var fresh = LoadBalancer(policy: policy, profile: profile, seed: 1)
    fresh.resolve([], 1)
    #expect(fresh.pick() == .fail("name resolver error: produced zero addresses"))
  }
}

extension Pick {
  /// The subchannel's number, -1 for none.
  var index: Int {
    if case .use(let id) = self { id.index } else { -1 }
  }
}
