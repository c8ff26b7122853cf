extension Report {
  /// Something that was noticed on the way and has a name to look up.
  package struct Finding: Codable, Hashable, Sendable {
    package enum Level: String, Codable, CaseIterable, Sendable {
      case info
      case warning
      case error
    }

    /// Stable, for scripts.
    package var code: String
    package var level: Level
    /// What is the case, one sentence.
    package var message: String
    /// What shows it.
    package var evidence: String?
    /// What to do about it.
    package var hint: String?

    package init(
      code: String, level: Level, message: String, evidence: String? = nil, hint: String? = nil
    ) {
      self.code = code
      self.level = level
      self.message = message
      self.evidence = evidence
      self.hint = hint
    }
  }
}
