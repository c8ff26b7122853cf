extension ClientProfile {
  /// grpc-go 1.85: `balancer/pickfirst`, `balancer/endpointsharding`, `clientconn.go`,
  /// `internal/backoff` and `internal/idle`.
  package static let go = ClientProfile(
    happyEyeballsDelay: .milliseconds(250),
    interleavesFamilies: true,
    pickFirstUsesOneEndpoint: false,
    // Go's maps have no order.
    pickerOrder: .random,
    pickerStart: .randomEachRebuild,
    countsDuplicates: false,
    newList: .atOnce,
    removedConnection: .reconnects,
    emptyAnswer: .dropsList,
    failedLookup: .replacesError,
    failedPass: .retriesEach,
    failureReport: .eachAttempt,
    backoff: .grpc(jittersFirst: false, from: .failure),
    minimumConnectTimeout: .seconds(20),
    backoffExtendsConnectTimeout: true,
    closingDelay: .zero,
    idleTimeout: .seconds(1800),
    keepalive: KeepaliveRules(
      minimumTime: .seconds(10), anyReadAnswers: true, remembersCalls: true),
    statuses: .go)

  /// C-core (C++, Python, Ruby, PHP), 1.85: `src/core/load_balancing`, `client_channel/subchannel.cc`
  /// and `ext/transport/chttp2`.
  package static let core = ClientProfile(
    happyEyeballsDelay: .milliseconds(250),
    interleavesFamilies: true,
    pickFirstUsesOneEndpoint: false,
    pickerOrder: .resolver,
    pickerStart: .randomEachRebuild,
    countsDuplicates: true,
    newList: .whenReady,
    removedConnection: .goesIdle,
    emptyAnswer: .keepsList,
    failedLookup: .ignored,
    failedPass: .retriesEach,
    failureReport: .eachPass,
    backoff: .grpc(jittersFirst: true, from: .attemptStart),
    minimumConnectTimeout: .seconds(20),
    backoffExtendsConnectTimeout: true,
    closingDelay: .zero,
    idleTimeout: .seconds(1800),
    keepalive: KeepaliveRules(
      minimumTime: .zero, anyReadAnswers: true, remembersCalls: false, pingsWithoutData: 2),
    statuses: .core)

  /// grpc-java 1.85 with its defaults, the old pick_first: `PickFirstLoadBalancer`,
  /// `InternalSubchannel`, `MultiChildLoadBalancer`, `KeepAliveManager`. A connection attempt is
  /// bounded by Netty, by 30 s.
  package static let java = ClientProfile(
    happyEyeballsDelay: nil,
    interleavesFamilies: false,
    pickFirstUsesOneEndpoint: false,
    pickerOrder: .resolver,
    pickerStart: .randomOnce,
    countsDuplicates: false,
    newList: .atOnce,
    removedConnection: .goesIdle,
    emptyAnswer: .keepsList,
    failedLookup: .endsPickFirst,
    failedPass: .retriesList,
    failureReport: .eachPass,
    backoff: .grpc(jittersFirst: true, from: .attemptStart),
    minimumConnectTimeout: .seconds(30),
    backoffExtendsConnectTimeout: false,
    closingDelay: .seconds(5),
    idleTimeout: .seconds(1800),
    keepalive: KeepaliveRules(
      minimumTime: .seconds(10), anyReadAnswers: false, remembersCalls: true),
    statuses: .java)

  /// grpc-swift-nio-transport 2.9: `Subchannel`, `RoundRobinLoadBalancer`, `GRPCChannel`. That it
  /// makes one endpoint of all addresses of a name is its resolver's doing (Resolution). A connection
  /// attempt is bounded by SwiftNIO, by 10 s.
  package static let swift = ClientProfile(
    happyEyeballsDelay: nil,
    interleavesFamilies: false,
    pickFirstUsesOneEndpoint: true,
    pickerOrder: .random,
    pickerStart: .randomEachRebuild,
    countsDuplicates: false,
    newList: .whenReady,
    removedConnection: .reconnects,
    emptyAnswer: .keepsList,
    failedLookup: .ignored,
    failedPass: .retriesList,
    failureReport: .none,
    backoff: .grpc(jittersFirst: true, from: .failure),
    minimumConnectTimeout: .seconds(10),
    backoffExtendsConnectTimeout: false,
    closingDelay: .zero,
    idleTimeout: .seconds(1800),
    keepalive: KeepaliveRules(minimumTime: .zero, anyReadAnswers: true, remembersCalls: true),
    statuses: .core)
}

extension Backoff {
  /// The numbers that all implementations share (grpc/grpc `doc/connection-backoff.md`).
  fileprivate static func grpc(jittersFirst: Bool, from origin: Origin) -> Backoff {
    Backoff(
      first: .seconds(1), multiplier: 1.6, jitter: 0.2, cap: .seconds(120),
      jittersFirst: jittersFirst, origin: origin)
  }
}
