import Balancing
import Naming

/// 10.0.0.`host`:50051.
func v4(_ host: Int) -> TransportAddress {
  .ip(.v4(0x0A00_0000 + UInt32(host)), port: 50051)
}

/// [2001:db8::`host`]:50051.
func v6(_ host: Int) -> TransportAddress {
  .ip(.v6(high: 0x2001_0db8_0000_0000, low: UInt64(host)), port: 50051)
}

func addressed(_ addresses: TransportAddress...) -> [Endpoint] { addresses.map { Endpoint($0) } }

func hosts(_ hosts: Int...) -> [Endpoint] { hosts.map { Endpoint(v4($0)) } }

func hosts(_ hosts: some Sequence<Int>) -> [Endpoint] { hosts.map { Endpoint(v4($0)) } }

func at(_ seconds: Double) -> MonotonicTime {
  MonotonicTime(nanoseconds: Int64((seconds * 1e9).rounded()))
}

func id(_ index: Int) -> SubchannelID { SubchannelID(index: index) }

/// An attempt started at `seconds` as grpc-go bounds it: by 20 s.
func connect(_ index: Int, _ address: TransportAddress, _ seconds: Double) -> BalancerAction {
  .connect(id(index), address, deadline: at(seconds + 20))
}

extension LoadBalancer {
  static func go(_ policy: Policy, seed: UInt64 = 1) -> LoadBalancer {
    LoadBalancer(policy: policy, profile: .go, seed: seed)
  }

  /// With one endpoint per host and every subchannel connected at time 0.
  static func ready(
    _ policy: Policy, _ numbers: some Sequence<Int>, profile: ClientProfile = .go, seed: UInt64 = 1
  ) -> LoadBalancer {
    var balancer = LoadBalancer(policy: policy, profile: profile, seed: seed)
    balancer.resolve(hosts(numbers), 0)
    for subchannel in balancer.subchannels() {
      _ = balancer.handle(.connected(subchannel.id), at: at(0))
    }
    return balancer
  }

  @discardableResult
  mutating func resolve(_ list: [Endpoint], _ seconds: Double) -> [BalancerAction] {
    handle(.resolved(.endpoints(list)), at: at(seconds))
  }

  mutating func picks(_ count: Int) -> [Pick] { (0..<count).map { _ in pick() } }

  /// How often each subchannel is picked; nil for what is not a subchannel.
  mutating func tally(_ count: Int) -> [SubchannelID?: Int] {
    picks(count).reduce(into: [:]) { counts, pick in
      if case .use(let id) = pick {
        counts[id, default: 0] += 1
      } else {
        counts[nil, default: 0] += 1
      }
    }
  }
}

let refused = "connection refused"
let refusedPick = Pick.fail("connection error: desc = \"connection refused\"")
