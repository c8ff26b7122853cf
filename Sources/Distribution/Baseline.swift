/// What an earlier run measured, for a later one to be held against: it must not be worse.
///
/// - outcome: balanced is best, then skewed, partial, pinned.
/// - coverage: no smaller part of the ready pods answers. Where it is not known which are ready, no fewer
///   pods answer. Names do not matter: a rollout changes them.
/// - skew: at most the earlier one and the tolerance; the largest share, where the skew is not known.
/// - error-rate: at most a percentage point more.
/// - p99, where asked for: at most so many times the earlier one, from 500 answers on in both.
///
/// What the later run cannot show for sure is undecided, as with every assertion. So is what is worse
/// where pods are drawn per connection: the next client draws anew, and chance may have it so.
package struct Baseline: Hashable, Sendable {
  package var outcome: Outcome
  package var coverage: Double?
  /// Pods that answered.
  package var answering: Int?
  package var skew: Double?
  package var maxShare: Double?
  /// Errors ÷ attempts sent; nil where none was sent.
  package var errorRate: Double?
  /// In milliseconds; nil where too few answers came.
  package var p99: Double?

  /// An error rate may be this much higher.
  package static let errorMargin = 0.01
  /// Fewer answers say nothing about their slowest hundredth.
  package static let fewestForP99 = 500

  package init(
    outcome: Outcome, coverage: Double?, answering: Int?, skew: Double?, maxShare: Double?,
    errorRate: Double?, p99: Double?
  ) {
    self.outcome = outcome
    self.coverage = coverage
    self.answering = answering
    self.skew = skew
    self.maxShare = maxShare
    self.errorRate = errorRate
    self.p99 = p99
  }
}

extension Baseline {
  /// Holds a run against this one: a result for each of the above.
  /// - Parameter latencyFactor: of p99; nil for not to look at it.
  package func results(on evidence: Evidence, latencyFactor: Double?) -> [AssertionResult] {
    let tolerance = 1 + evidence.verdict.tolerance
    var results = [outcome(evidence)]
    if let coverage {
      results.append(
        result("coverage", .coverage, .atLeast, coverage, limit: coverage, evidence))
    } else {
      let pods = answering.map(Double.init)
      results.append(result("pods", .pods, .atLeast, pods, limit: pods, evidence))
    }
    if let skew {
      results.append(result("skew", .skew, .atMost, skew, limit: skew * tolerance, evidence))
    } else {
      results.append(
        result(
          "max-share", .maxShare, .atMost, maxShare, limit: maxShare.map { $0 * tolerance },
          evidence)
      )
    }
    results.append(
      result(
        "error-rate", .errorRate, .atMost, errorRate,
        limit: errorRate.map { $0 + Self.errorMargin }, evidence))
    if let latencyFactor {
      let then = evidence.total.answered < Self.fewestForP99 ? nil : p99
      results.append(
        result("p99", .p99, .atMost, then, limit: then.map { $0 * latencyFactor }, evidence))
    }
    return results
  }

  private func outcome(_ evidence: Evidence) -> AssertionResult {
    let now = evidence.verdict.outcome
    var held: Bool?
    if let best = outcome.rank, let rank = now.rank {
      held = rank >= best ? true : isDrawn(evidence) ? nil : false
    }
    return AssertionResult(
      assert: "baseline outcome", held: held,
      observed: "\(now.rawValue), in the baseline \(outcome.rawValue)")
  }

  private func result(
    _ name: String, _ metric: Metric, _ comparison: Assertion.Comparison, _ then: Double?,
    limit: Double?, _ evidence: Evidence
  ) -> AssertionResult {
    let bounds = evidence.bounds(of: metric)
    var held: Bool?
    if let limit, let bounds {
      held = comparison.holds(for: bounds.range, against: limit)
      if held == false, metric.isDistribution, isDrawn(evidence) { held = nil }
    }
    let now = bounds.map {
      Assertion.text($0.range, metric.kind) + ($0.doubt.map { " (\($0))" } ?? "")
    }
    return AssertionResult(
      assert: "baseline \(name)", held: held,
      observed: "\(now ?? "not measured"), in the baseline "
        + (then.map(metric.kind.text) ?? "not measured"))
  }

  private func isDrawn(_ evidence: Evidence) -> Bool {
    evidence.verdict.basis == .perConnection && !evidence.sample.takesFirstAddress
  }
}

extension Outcome {
  /// The better, the higher; nil where nothing was decided.
  fileprivate var rank: Int? {
    switch self {
    case .pinned: 0
    case .partial: 1
    case .skewed: 2
    case .balanced: 3
    case .inconclusive: nil
    }
  }
}

extension Metric {
  /// Whether it says how answers fell on pods.
  fileprivate var isDistribution: Bool {
    switch self {
    case .pods, .coverage, .maxShare, .minShare, .skew, .effectivePods: true
    case .errors, .errorRate, .lost, .connections, .p50, .p90, .p99, .blindSpot, .lingering,
      .unexplained, .maxConnectionAge:
      false
    }
  }
}
