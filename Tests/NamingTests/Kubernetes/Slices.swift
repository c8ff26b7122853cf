import Naming

extension EndpointSlice {
  /// Ready endpoints without pods, port `grpc` 50051.
  static func v4(_ name: String, _ addresses: String...) -> EndpointSlice {
    slice(name, .ipv4, addresses.map { Member(addresses: [$0], ready: true) })
  }

  static func v4(_ name: String, pods: KeyValuePairs<String, String>) -> EndpointSlice {
    slice(name, .ipv4, members(pods))
  }

  static func v6(_ name: String, pods: KeyValuePairs<String, String>) -> EndpointSlice {
    slice(name, .ipv6, members(pods))
  }

  /// Some of eight pods, each with the same address wherever it stands.
  static func random(_ name: String, using random: inout SplitMix64) -> EndpointSlice {
    let pods = (0..<8).shuffled(using: &random).prefix(Int.random(in: 0...5, using: &random))
    return slice(
      name, .ipv4,
      pods.map {
        Member(
          addresses: ["10.0.0.\($0)"],
          ready: [true, false, nil].randomElement(using: &random) ?? nil,
          pod: "pod-\($0)")
      })
  }

  private static func members(_ pods: KeyValuePairs<String, String>) -> [Member] {
    pods.map { Member(addresses: [$1], ready: true, pod: $0) }
  }

  private static func slice(
    _ name: String, _ type: AddressType, _ members: [Member]
  ) -> EndpointSlice {
    EndpointSlice(
      name: name, addressType: type, ports: [.init(name: "grpc", number: 50051)], members: members)
  }
}

extension Endpoint {
  /// Its addresses in one line.
  var text: String { addresses.map(\.description).joined(separator: ",") }
}
