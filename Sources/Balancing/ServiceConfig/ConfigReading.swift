/// What one client makes of a service config.
package struct ConfigReading: Hashable, Sendable {
  /// Something about the config that its author should know.
  package struct Remark: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      /// The client does not accept the config.
      case rejected
      /// An unknown name in `loadBalancingPolicy`: pick_first, silently.
      case unknownPolicyIsPickFirst
      /// The same, and in lower case the name would be known.
      case upperCasePolicy
      /// An entry of `loadBalancingConfig` that the client does not have and skips.
      case skippedPolicy
      /// The policy is there only if the program brings it along; what brings it.
      case addedPolicy
      /// `loadBalancingPolicy` beside `loadBalancingConfig`, which wins.
      case policyIsOverruled
      /// No policy is named: pick_first.
      case noPolicy
      /// The retry policy is ignored silently; why.
      case ignoredRetryPolicy
      /// More than the 5 attempts that any client makes.
      case cappedAttempts
      /// Health checks that need something more; what.
      case healthCheckNeeds
      /// pick_first makes no health checks.
      case healthCheckWithPickFirst
      /// A field that no gRPC client reads, or not in this spelling.
      case unknownField
      /// A field that the client does not read.
      case unreadHedging
      /// A method config without names is for no method.
      case namelessMethodConfig
    }

    package var kind: Kind
    /// Such as `methodConfig[0].retryPolicy.maxAttempts`; empty for the whole.
    package var path: String
    /// In a few words, what is the case there. Text from the config is in it: escape it.
    package var detail: String
  }

  /// The client's name.
  package var client: String
  /// Nil where the client does not accept the config.
  package var config: ServiceConfig?
  package var remarks: [Remark]

  package var isAccepted: Bool { config != nil }
}
