/// Everything that `lbcheck watch` was asked to do.
package struct WatchPlan: Sendable {
  /// Target, policy, client, RPC, security and assertions; `rate` is of each resolver's channel.
  package var run: DistributePlan
  /// Who looks the name up, each for a channel of its own; empty for the one that the target names.
  package var resolvers: [LookupOptions.Resolver]
  /// How long to watch at least; nil until something else ends the run.
  package var duration: Duration?
  /// Runs meanwhile; the watch goes on until it has ended and what it did has settled.
  package var during: During?
  /// How long what the command did may take to settle.
  package var settle: Duration
  /// For so long nothing may change before the run counts as settled.
  package var quiet = Duration.seconds(3)
  /// How often DNS is asked by the observer, which no channel hears of.
  package var dnsInterval = Duration.seconds(1)

  /// A command of the user's.
  package struct During: Sendable {
    /// As the user wrote it.
    package var command: String
    /// Returns how it ended.
    package var body: @Sendable () async -> Outcome

    package init(_ command: String, body: @escaping @Sendable () async -> Outcome) {
      self.command = command
      self.body = body
    }
  }

  package struct Outcome: Sendable {
    package var succeeded: Bool
    /// For people: `ended with exit status 1`.
    package var words: String

    package init(succeeded: Bool, words: String) {
      self.succeeded = succeeded
      self.words = words
    }
  }

  package init(
    _ run: DistributePlan, resolvers: [LookupOptions.Resolver] = [], duration: Duration? = nil,
    during: During? = nil, settle: Duration = .seconds(120)
  ) {
    self.run = run
    self.resolvers = resolvers
    self.duration = duration
    self.during = during
    self.settle = settle
  }

  /// RPCs per second of each channel.
  var rate: Double { run.rate ?? 20 }
}
