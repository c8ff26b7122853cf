/// How one gRPC implementation reads a service config, as data: `ServiceConfigReader` reads these
/// fields and never asks which client it reproduces.
package struct ConfigDialect: Hashable, Sendable {
  /// Whether a client has a policy.
  package enum Availability: Hashable, Sendable {
    case builtIn
    /// Built in, but not without a configuration of its own.
    case needsConfig
    /// Only where the program brings it along, with what.
    case added(String)
  }

  /// Such as `grpc-go`.
  package var client: String
  /// `LoadBalancingPolicy` is as good as `loadBalancingPolicy`.
  package var foldsFieldNames: Bool
  /// `ROUND_ROBIN` in the old field `loadBalancingPolicy` means `round_robin`.
  package var lowercasesPolicy: Bool
  /// An empty `loadBalancingPolicy` is as good as none.
  package var emptyPolicyIsAbsent: Bool
  /// An unknown name in `loadBalancingPolicy` means pick_first, silently; otherwise an error.
  package var unknownPolicyIsPickFirst: Bool
  /// An empty `loadBalancingConfig` is as good as none; otherwise it names no known policy.
  package var emptyListIsAbsent: Bool
  /// Entries behind the chosen one have to be well-formed, too.
  package var checksWholeList: Bool
  /// What a policy is given has to be an object.
  package var checksPolicyConfig: Bool
  /// A retry policy with a value out of range is ignored silently; otherwise an error.
  package var ignoresFaultyRetryPolicy: Bool
  /// `"4"` is as good as 4.
  package var readsQuotedNumbers: Bool
  /// 14 is as good as `"UNAVAILABLE"`.
  package var readsStatusNumbers: Bool
  /// OK may not be among the statuses to retry.
  package var refusesToRetryOK: Bool
  /// A timeout below zero is an error.
  package var refusesNegativeDurations: Bool
  /// Message sizes below zero are an error.
  package var refusesNegativeSizes: Bool
  /// A name with an empty service and a method is for all methods; otherwise an error.
  package var emptyServiceIsAll: Bool
  /// `maxTokens` has to be a whole number.
  package var maxTokensIsWhole: Bool
  /// The most `maxTokens` that is accepted; nil for no bound.
  package var largestMaxTokens: Double?
  /// `retryThrottling` is looked at only beside a `methodConfig`.
  package var throttlingNeedsMethods: Bool
  /// Reads `hedgingPolicy` (gRFC A6).
  package var hedges: Bool
  /// What client-side health checks (gRFC A17) need besides the config; nil for nothing.
  package var healthCheckNeeds: String?
  package var policies: [String: Availability]
  /// What becomes of a client whose config is not accepted.
  package var whenRejected: String

  package static let all: [ConfigDialect] = [.go, .core, .java]
}

extension ConfigDialect {
  /// grpc-go 1.85: `service_config.go`, `internal/balancer/gracefulswitch/config.go`,
  /// `internal/serviceconfig`; field names as Go's `encoding/json` matches them.
  package static let go = ConfigDialect(
    client: "grpc-go",
    foldsFieldNames: true,
    lowercasesPolicy: false,
    emptyPolicyIsAbsent: false,
    unknownPolicyIsPickFirst: true,
    emptyListIsAbsent: false,
    checksWholeList: false,
    checksPolicyConfig: false,
    ignoresFaultyRetryPolicy: true,
    readsQuotedNumbers: false,
    readsStatusNumbers: true,
    refusesToRetryOK: false,
    refusesNegativeDurations: false,
    refusesNegativeSizes: false,
    emptyServiceIsAll: false,
    maxTokensIsWhole: false,
    largestMaxTokens: 1000,
    throttlingNeedsMethods: true,
    hedges: false,
    healthCheckNeeds: "import _ \"google.golang.org/grpc/health\"",
    policies: [
      "pick_first": .builtIn,
      "round_robin": .builtIn,
      "weighted_round_robin": .added(
        "import _ \"google.golang.org/grpc/balancer/weightedroundrobin\""),
      "least_request_experimental": .added(
        "import _ \"google.golang.org/grpc/balancer/leastrequest\""),
      "ring_hash_experimental": .added("import _ \"google.golang.org/grpc/balancer/ringhash\""),
      "random_subsetting_experimental": .added(
        "import _ \"google.golang.org/grpc/balancer/randomsubsetting\""),
      "outlier_detection_experimental": .added("import _ \"google.golang.org/grpc/xds\""),
      "grpclb": .added("import _ \"google.golang.org/grpc/balancer/grpclb\""),
    ],
    whenRejected:
      "grpc.NewClient fails where it is the default config; from the resolver, RPCs fail "
      + "until a valid one comes, or the last valid one stays in use")

  /// C-core (C++, Python, Ruby, PHP): `client_channel_service_config.cc`, `retry_service_config.cc`,
  /// `service_config_impl.cc`, `lb_policy_registry.cc`.
  package static let core = ConfigDialect(
    client: "C-core",
    foldsFieldNames: false,
    lowercasesPolicy: true,
    emptyPolicyIsAbsent: true,
    unknownPolicyIsPickFirst: false,
    emptyListIsAbsent: false,
    checksWholeList: false,
    checksPolicyConfig: true,
    ignoresFaultyRetryPolicy: false,
    readsQuotedNumbers: true,
    readsStatusNumbers: false,
    refusesToRetryOK: false,
    refusesNegativeDurations: true,
    refusesNegativeSizes: true,
    emptyServiceIsAll: true,
    maxTokensIsWhole: true,
    largestMaxTokens: nil,
    throttlingNeedsMethods: false,
    hedges: false,
    healthCheckNeeds: nil,
    policies: [
      "pick_first": .builtIn,
      "round_robin": .builtIn,
      "weighted_round_robin": .builtIn,
      "ring_hash_experimental": .builtIn,
      "grpclb": .builtIn,
      "outlier_detection_experimental": .needsConfig,
      "priority_experimental": .needsConfig,
      "weighted_target_experimental": .needsConfig,
      "rls_experimental": .needsConfig,
    ],
    whenRejected: "with an invalid default config RPCs of the channel fail with "
      + "INVALID_ARGUMENT; "
      + "from the resolver, they fail until a valid one comes, or the last valid one stays in use")

  /// grpc-java 1.85: `ServiceConfigUtil`, `ManagedChannelServiceConfig`, `AutoConfiguredLoadBalancerFactory`.
  package static let java = ConfigDialect(
    client: "grpc-java",
    foldsFieldNames: false,
    lowercasesPolicy: true,
    emptyPolicyIsAbsent: false,
    unknownPolicyIsPickFirst: false,
    emptyListIsAbsent: true,
    checksWholeList: true,
    checksPolicyConfig: true,
    ignoresFaultyRetryPolicy: false,
    readsQuotedNumbers: true,
    readsStatusNumbers: true,
    refusesToRetryOK: true,
    refusesNegativeDurations: false,
    refusesNegativeSizes: true,
    emptyServiceIsAll: false,
    maxTokensIsWhole: false,
    largestMaxTokens: nil,
    throttlingNeedsMethods: false,
    hedges: true,
    healthCheckNeeds: nil,
    policies: [
      "pick_first": .builtIn,
      "round_robin": .builtIn,
      "outlier_detection_experimental": .needsConfig,
      "random_subsetting_experimental": .needsConfig,
      "weighted_round_robin": .added("the artifact io.grpc:grpc-xds"),
      "least_request_experimental": .added("the artifact io.grpc:grpc-xds"),
      "ring_hash_experimental": .added("the artifact io.grpc:grpc-xds"),
      "grpclb": .added("the artifact io.grpc:grpc-grpclb"),
      "rls_experimental": .added("the artifact io.grpc:grpc-rls"),
    ],
    whenRejected:
      "build() fails where it is the default config; from the resolver, the default config "
      + "is used where there is one, else RPCs fail")
}
