package import Balancing
package import Distribution
package import Naming
package import Reporting
package import Transport

/// Everything that `lbcheck distribute` was asked to do.
package struct DistributePlan: Sendable {
  /// How the client chooses.
  package enum Policy: String, Sendable, CaseIterable {
    case pickFirst = "pick_first"
    case roundRobin = "round_robin"
    /// Connections to the Service's virtual IP, one per gRPC channel, as pick_first over a ClusterIP
    /// makes it.
    case clusterIP = "cluster_ip"
    /// HTTP/1.1: connections to the first address that connects, kept for the next request.
    case keepAlive = "keep_alive"
  }

  /// What is spoken to the pods.
  package enum Wire: String, Sendable, CaseIterable {
    /// gRPC.
    case h2
    /// GET requests over libcurl's keep-alive pool.
    case http1

    /// The first one is the default.
    package var policies: [Policy] {
      switch self {
      case .h2: [.pickFirst, .roundRobin, .clusterIP]
      case .http1: [.keepAlive, .clusterIP]
      }
    }
  }

  package var target: Target
  package var source: Report.Source
  package var version: String
  /// One of the wire's.
  package var policy: Policy
  package var wire = Wire.h2
  /// What HTTP/1.1 requests ask for.
  package var path = "/"
  /// Nil for the default that fits the number of pods.
  package var amount: Load.Amount?
  /// Whether the window ends as soon as the outcome is certain; `amount` is the most then, 20,000 RPCs by
  /// default.
  package var untilDecided = false
  package var concurrency: Int
  /// RPCs per second; nil for the default that fits the number of pods, 0 for no limit.
  package var rate: Double?
  package var channels: Int
  package var request: RPCRequest
  /// The request's message, in place of the one that `request` has.
  package var data: JSONData?
  /// Nil for cleartext.
  package var security: ClientSecurity.Options?
  package var identity: IdentityChoice
  package var lookup: LookupOptions
  /// Whose behaviour is reproduced over HTTP/2.
  package var client = SimulatedClient.go
  /// Whether somebody asked for that client, or it is the default.
  package var isClientChosen = false
  /// What that client takes from a service config, where one was given; the policy is its.
  package var serviceConfig: ClientServiceConfig? {
    didSet {
      guard let serviceConfig else { return }
      policy = serviceConfig.policy
      request.timeout = serviceConfig.timeout(of: request)
    }
  }
  /// Nil for no keepalive.
  package var keepalive: KeepaliveSettings?
  /// A second name whose addresses are the ready pods behind a virtual IP, where one is known.
  package var membership: Target?
  package var assertions: [Assertion]
  /// Deviation from an equal share that still counts as balanced.
  package var tolerance = 0.1
  /// With which a verdict about draws holds.
  package var confidence = 0.99
  /// What the run is held against as well, and how many times its p99 this one's may be: nil for not to
  /// look at it.
  package var baseline: (run: Baseline, latencyFactor: Double?)?
  package var seed: UInt64
  package var frameLog: FrameLog?
  /// Told of every step, a line each (`-v`).
  package var stepLog: (@Sendable (String) -> Void)?

  package init(
    target: Target, source: Report.Source, version: String, policy: Policy,
    amount: Load.Amount? = nil, concurrency: Int = 10, rate: Double? = nil, channels: Int = 1,
    request: RPCRequest, security: ClientSecurity.Options? = nil,
    identity: IdentityChoice = .auto, lookup: LookupOptions = LookupOptions(),
    membership: Target? = nil,
    assertions: [Assertion] = [], seed: UInt64, frameLog: FrameLog? = nil
  ) {
    self.target = target
    self.source = source
    self.version = version
    self.policy = policy
    self.amount = amount
    self.concurrency = concurrency
    self.rate = rate
    self.channels = channels
    self.request = request
    self.security = security
    self.identity = identity
    self.lookup = lookup
    self.membership = membership
    self.assertions = assertions
    self.seed = seed
    self.frameLog = frameLog
  }

  /// The load, with the defaults that depend on how many pods there are: 20 RPCs per pod, at least
  /// 500 and at most 20,000, at 1,000 per second or 20 per pod and second where that is more.
  func load(pods: Int) -> Load {
    Load(
      amount: amount ?? .rpcs(untilDecided ? 20_000 : min(20_000, max(500, 20 * pods))),
      concurrency: concurrency,
      rate: rate ?? Double(max(1000, 20 * pods)),
      channels: channels)
  }
}
