private import Distribution

/// The same load under one policy and resolver after another: schema `lbcheck.compare/v1`.
package struct CompareReport: Codable, Hashable, Sendable {
  /// `lbcheck.compare/v1`.
  package var schema = "lbcheck.compare/v1"
  package var version: String
  package var command = "compare"
  package var source: Report.Source
  /// RFC 3339 with milliseconds, UTC.
  package var startedAt: String
  package var interrupted: Bool
  package var seed: UInt64
  package var target: Report.Target
  /// In the order in which they were measured.
  package var rows: [Row]

  package init(
    version: String, source: Report.Source, startedAt: String, interrupted: Bool, seed: UInt64,
    target: Report.Target, rows: [Row]
  ) {
    self.version = version
    self.source = source
    self.startedAt = startedAt
    self.interrupted = interrupted
    self.seed = seed
    self.target = target
    self.rows = rows
  }

  enum CodingKeys: String, CodingKey {
    case schema, version, command, source
    case startedAt = "started_at"
    case interrupted, seed, target, rows
  }

  /// One way of connecting: measured, or why not.
  package struct Row: Codable, Hashable, Sendable {
    /// `pick_first`, `round_robin`, `cluster_ip`.
    package var policy: String
    /// `dns`, `kubernetes`, or `static` where the target lists its addresses.
    package var resolver: String
    /// `h2`, `http1`.
    package var `protocol`: String
    /// Null where it was not measured.
    package var measured: Measured?
    /// Why it was not measured; null where it was.
    package var skipped: String?

    package init(
      policy: String, resolver: String, protocol: String, measured: Measured? = nil,
      skipped: String? = nil
    ) {
      self.policy = policy
      self.resolver = resolver
      self.protocol = `protocol`
      self.measured = measured
      self.skipped = skipped
    }
  }

  package struct Measured: Codable, Hashable, Sendable {
    package var emulated: Bool
    package var rpcs: Report.RPCs
    package var pods: [Report.Pod]
    /// Connections that carried RPCs.
    package var connections: Int
    package var statistics: Report.Statistics
    package var verdict: Report.Verdict
    /// How many pods theory has such a client reach, on average; null where it is not known how
    /// many are ready.
    package var expectedPods: Double?

    package init(_ report: Report, expected: Double?) {
      emulated = report.policy.emulated
      rpcs = report.rpcs
      pods = report.pods
      connections = report.connections.count { $0.rpcs > 0 }
      statistics = report.statistics
      verdict = report.verdict
      expectedPods = expected?.rounded(places: 3)
    }

    enum CodingKeys: String, CodingKey {
      case emulated, rpcs, pods, connections, statistics, verdict
      case expectedPods = "expected_pods"
    }
  }
}
