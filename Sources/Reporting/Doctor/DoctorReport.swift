private import Distribution

/// What `lbcheck doctor` examined and what it found: schema `lbcheck.doctor/v1`.
package struct DoctorReport: Codable, Hashable, Sendable {
  /// `lbcheck.doctor/v1`.
  package var schema = "lbcheck.doctor/v1"
  package var version: String
  package var command = "doctor"
  package var source: Report.Source
  /// RFC 3339 with milliseconds, UTC.
  package var startedAt: String
  package var target: Report.Target
  /// The policy of the client that is examined.
  package var policy: String
  /// RPCs that were sent for it, all of them.
  package var rpcs: Int
  /// Every check, in the order it was made.
  package var checks: [Check]

  package init(
    version: String, source: Report.Source, startedAt: String, target: Report.Target,
    policy: String, rpcs: Int, checks: [Check]
  ) {
    self.version = version
    self.source = source
    self.startedAt = startedAt
    self.target = target
    self.policy = policy
    self.rpcs = rpcs
    self.checks = checks
  }

  enum CodingKeys: String, CodingKey {
    case schema, version, command, source
    case startedAt = "started_at"
    case target, policy, rpcs, checks
  }

  package struct Check: Codable, Hashable, Sendable {
    package enum Status: String, Codable, CaseIterable, Sendable {
      case passed
      /// Something is the matter.
      case found
      /// It could not be checked, or means nothing for this target; the evidence says why.
      case skipped
    }

    /// Stable, for scripts; docs/doctor.md has a section for each.
    package var code: String
    /// What belongs together, such as `names`.
    package var area: String
    /// What is the case where it passes, a sentence.
    package var title: String
    package var status: Status
    /// How bad it is; null where nothing was found.
    package var level: Report.Finding.Level?
    /// What shows it; of a skipped check why it was.
    package var evidence: String?
    /// What to do about it; null where nothing was found.
    package var hint: String?

    package init(
      code: String, area: String, title: String, status: Status,
      level: Report.Finding.Level? = nil, evidence: String? = nil, hint: String? = nil
    ) {
      self.code = code
      self.area = area
      self.title = title
      self.status = status
      self.level = level
      self.evidence = evidence
      self.hint = hint
    }
  }

  /// Whether something is at or above this level.
  package func reaches(_ level: Report.Finding.Level) -> Bool {
    checks.contains { ($0.level.map { $0 >= level }) ?? false }
  }

  /// Such as `1 error, 2 warnings, 3 checks not made`.
  var summary: String {
    var parts = Report.Finding.Level.allCases.reversed().compactMap { level -> String? in
      let count = checks.count { $0.level == level }
      return count > 0 ? counted(count, level.noun) : nil
    }
    if parts.isEmpty { parts = ["nothing found"] }
    let skipped = checks.count { $0.status == .skipped }
    if skipped > 0 { parts.append("\(counted(skipped, "check")) not made") }
    return parts.joined(separator: ", ")
  }
}
