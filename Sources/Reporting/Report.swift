private import Distribution

/// What one `lbcheck distribute` run measured, as scripts read it: schema `lbcheck.report/v1`, kept
/// as docs/report.schema.json. Properties appear in JSON in the order of their declaration, and
/// what is not known is null, never missing.
package struct Report: Codable, Hashable, Sendable {
  /// `lbcheck.report/v1`.
  package var schema = "lbcheck.report/v1"
  /// The version of lbcheck that measured.
  package var version: String
  /// The subcommand, `distribute` or `merge`.
  package var command: String
  /// What `lbcheck merge` joined; null for a run.
  package var merged: Merged?
  package var source: Source
  /// RFC 3339 with milliseconds, UTC: see `timestamp(unixMilliseconds:)`.
  package var startedAt: String
  /// Length of the measuring window in seconds.
  package var duration: Double
  /// Whether the run was cut short; the numbers are of what was measured until then.
  package var interrupted: Bool
  /// The seed of every random choice; null where several runs are joined. Scripts in languages without
  /// 64-bit integers read it exactly only below 2^53.
  package var seed: UInt64?
  package var target: Target
  package var resolution: Resolution
  package var policy: Policy
  package var rpcs: RPCs
  /// One row per pod that was ready, silent ones too, and per row of answers from elsewhere.
  package var pods: [Pod]
  package var connections: [Connection]
  /// Null where nothing was measured, where too many rows were counted (more than 10,000), in reports
  /// on a client that was observed, and in those of versions that had no such key.
  package var timeline: Timeline?
  package var statistics: Statistics
  package var verdict: Verdict
  package var assertions: [Assertion]
  package var findings: [Finding]

  package init(
    version: String, command: String, merged: Merged? = nil, source: Source, startedAt: String,
    duration: Double, interrupted: Bool, seed: UInt64?, target: Target, resolution: Resolution,
    policy: Policy,
    rpcs: RPCs, pods: [Pod], connections: [Connection], timeline: Timeline? = nil,
    statistics: Statistics, verdict: Verdict, assertions: [Assertion], findings: [Finding]
  ) {
    self.version = version
    self.command = command
    self.merged = merged
    self.source = source
    self.startedAt = startedAt
    self.duration = duration.rounded(places: 6)
    self.interrupted = interrupted
    self.seed = seed
    self.target = target
    self.resolution = resolution
    self.policy = policy
    self.rpcs = rpcs
    self.pods = pods
    self.connections = connections
    self.timeline = timeline
    self.statistics = statistics
    self.verdict = verdict
    self.assertions = assertions
    self.findings = findings
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case schema, version, command, merged, source
    case startedAt = "started_at"
    case duration = "duration_s"
    case interrupted, seed, target, resolution, policy, rpcs, pods, connections, timeline,
      statistics
    case verdict, assertions, findings
  }
}

extension Report {
  /// Of how many runs a report was made.
  package struct Merged: Codable, Hashable, Sendable {
    /// Reports of single runs.
    package var reports: Int
    /// Connections that are in every number of the report, but not in its list.
    package var omittedConnections: Int

    package init(reports: Int, omittedConnections: Int) {
      self.reports = reports
      self.omittedConnections = omittedConnections
    }

    enum CodingKeys: String, CodingKey {
      case reports
      case omittedConnections = "omitted_connections"
    }
  }
}
