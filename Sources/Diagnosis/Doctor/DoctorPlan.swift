package import Naming
package import Reporting
package import Transport

/// Everything that `lbcheck doctor` was asked to do.
package struct DoctorPlan: Sendable {
  /// Addresses that are dialled one by one, at most: with what the run sends, `doctor` stays below 200
  /// RPCs.
  static let mostPods = 40
  /// Of the run, in its window; as many again may be warm-up.
  static let rpcs = 40

  package var target: Target
  package var source: Report.Source
  package var version: String
  /// The policy of the client that is examined.
  package var policy: DistributePlan.Policy
  package var request: RPCRequest
  /// Nil for cleartext.
  package var security: ClientSecurity.Options?
  package var lookup: LookupOptions
  /// A second name whose addresses are the ready pods behind a virtual IP, where one is known.
  package var membership: Target?
  /// How often the client pings an idle connection; nil where nobody said.
  package var keepaliveTime: Duration?
  /// RPCs per second of the run. The warm-up is over after 2 s, so this bounds it.
  package var rate = 25.0
  package var seed: UInt64
  /// Told of every step, a line each (`-v`).
  package var stepLog: (@Sendable (String) -> Void)?

  package init(
    target: Target, source: Report.Source, version: String, policy: DistributePlan.Policy,
    request: RPCRequest, security: ClientSecurity.Options? = nil, lookup: LookupOptions,
    membership: Target? = nil, keepaliveTime: Duration? = nil, seed: UInt64
  ) {
    self.target = target
    self.source = source
    self.version = version
    self.policy = policy
    self.request = request
    self.security = security
    self.lookup = lookup
    self.membership = membership
    self.keepaliveTime = keepaliveTime
    self.seed = seed
  }

  /// A small load, as that client would send it.
  var run: DistributePlan {
    var run = DistributePlan(
      target: target, source: source, version: version, policy: policy,
      amount: .rpcs(Self.rpcs), concurrency: 4, rate: rate, request: request,
      security: security, lookup: lookup, membership: membership, seed: seed)
    run.stepLog = stepLog
    return run
  }
}
