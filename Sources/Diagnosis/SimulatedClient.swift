package import Balancing
package import Naming
package import Resolution

/// A gRPC implementation whose behaviour a run reproduces: the one place that knows which rules of
/// which room belong to it.
package struct SimulatedClient: Hashable, Sendable {
  /// As `--client` and the report name it.
  package let name: String
  /// How it balances and connects.
  package var profile: ClientProfile
  /// When it looks names up.
  package var rules: ReResolutionRules
  /// The schemes that it reads without further libraries; kuberesolver is one for Go.
  package let schemes: Set<Target.Scheme>

  package static let go = SimulatedClient(
    name: "go", profile: .go, rules: .go, schemes: [.dns, .passthrough, .unix, .kubernetes])

  package static let core = SimulatedClient(
    name: "core", profile: .core, rules: .core, schemes: [.dns, .unix, .ipv4, .ipv6])

  package static let java = SimulatedClient(
    name: "java", profile: .java, rules: .java, schemes: [.dns, .unix])

  package static let swift = SimulatedClient(
    name: "swift", profile: .swift, rules: .swift, schemes: [.dns, .unix, .ipv4, .ipv6])

  package static let all: [SimulatedClient] = [.go, .core, .java, .swift]

  /// The same client on another time scale: every duration of its times the factor. For
  /// demonstrations of rules whose constants are minutes.
  package func scaled(by factor: Double) -> SimulatedClient {
    var client = self
    client.profile = profile.scaled(by: factor)
    client.rules = rules.scaled(by: factor)
    return client
  }

  func reads(_ target: Target) -> Bool { schemes.contains(target.scheme) }
}
