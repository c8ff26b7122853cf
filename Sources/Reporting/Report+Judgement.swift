package import Distribution

extension Report {
  /// How even the counts are. A measure that needs what is not known (which pods are ready, which
  /// pod answered) is null.
  package struct Statistics: Codable, Hashable, Sendable {
    /// Pods that were ready, and any other that answered.
    package var ready: Int?
    /// Pods that answered. Null where they cannot be told apart.
    package var answered: Int?
    package var coverage: Double?
    package var skew: Double?
    package var effectivePods: Double?
    package var usableCapacity: Double?
    package var jain: Double?
    package var maxShare: Double?
    package var minShare: Double?
    package var chiSquare: ChiSquare?
    /// g: the pickers that took pods in turn, over all channels, times the addresses of the pod that
    /// has most of them. Null where pods are not taken in turn.
    package var pickers: Int?

    package init(_ sample: Sample) {
      let known = sample.isReadySetKnown
      ready = known ? sample.counts.count : nil
      pickers = sample.isCyclic ? sample.generations : nil
      guard sample.basis != .opaque else { return }
      let measures = sample.measures
      answered = measures?.answering ?? 0
      coverage = known ? measures?.coverage.rounded(places: 6) : nil
      skew = known ? measures?.skew.rounded(places: 6) : nil
      effectivePods = measures?.effectivePods.rounded(places: 6)
      usableCapacity = known ? measures?.usableCapacity.rounded(places: 6) : nil
      jain = known ? measures?.jain.rounded(places: 6) : nil
      maxShare = measures?.maxShare.rounded(places: 6)
      minShare = known ? measures?.minShare.rounded(places: 6) : nil
      chiSquare = sample.chiSquare.map(ChiSquare.init)
    }

    enum CodingKeys: String, CodingKey {
      case ready, answered, coverage, skew
      case effectivePods = "effective_pods"
      case usableCapacity = "usable_capacity"
      case jain
      case maxShare = "max_share"
      case minShare = "min_share"
      case chiSquare = "chi_square"
      case pickers
    }
  }

  /// Pearson's χ² against equal expectation.
  package struct ChiSquare: Codable, Hashable, Sendable {
    /// What was counted: `rpcs`, or `connections` where one choice holds for a whole connection.
    package var unit: String
    package var value: Double
    /// Degrees of freedom.
    package var df: Int
    /// Upper tail probability, not rounded.
    package var p: Double
    /// p ≤ 1e-6 with at least 5 expected per pod.
    package var significant: Bool

    package init(_ test: Distribution.ChiSquare) {
      unit = test.unit.rawValue
      value = test.value.rounded(places: 6)
      df = test.df
      p = test.p
      significant = test.isSignificant
    }
  }

  package struct Verdict: Codable, Hashable, Sendable {
    /// `pinned`, `partial`, `balanced`, `skewed`, `inconclusive`.
    package var outcome: String
    /// `cyclic`, `per-connection`, `per-call`, `opaque`.
    package var basis: String
    /// One sentence for people.
    package var reason: String
    /// Relative deviation from an equal share that counts as balanced; 0.1 is ±10 %.
    package var tolerance: Double
    /// With which a verdict about draws holds (basis per-call); 0.99 is 99 %.
    package var confidence: Double
    /// How many answered RPCs would decide an inconclusive run; null where more would not help.
    package var neededRPCs: Int?
    /// After how many answered RPCs the outcome was certain and the window ended early; null where it
    /// did not (`--until-decided`).
    package var decidedAt: Int?

    package init(_ verdict: Distribution.Verdict, decidedAt: Int? = nil) {
      outcome = verdict.outcome.rawValue
      basis = verdict.basis.rawValue
      reason = verdict.reason
      tolerance = verdict.tolerance
      confidence = verdict.confidence
      neededRPCs = verdict.neededRPCs
      self.decidedAt = decidedAt
    }

    enum CodingKeys: String, CodingKey {
      case outcome, basis, reason, tolerance, confidence
      case neededRPCs = "needed_rpcs"
      case decidedAt = "decided_at"
    }
  }

  package struct Assertion: Codable, Hashable, Sendable {
    /// As the user wrote it.
    package var assert: String
    /// Null when the run could not decide it.
    package var held: Bool?
    /// What was seen, for people.
    package var observed: String

    package init(_ result: AssertionResult) {
      assert = result.assert
      held = result.held
      observed = result.observed
    }
  }
}
