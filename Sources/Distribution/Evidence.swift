/// What assertions are held against: everything measured in one run, or in several that are joined.
package struct Evidence: Sendable {
  package var sample: Sample
  package var verdict: Verdict
  /// All attempts of the measuring window.
  package var total: Totals
  /// Connections of the measuring window.
  package var connections: Int

  package init(sample: Sample, verdict: Verdict, total: PodTally, connections: Int) {
    self.init(sample: sample, verdict: verdict, total: Totals(total), connections: connections)
  }

  package init(sample: Sample, verdict: Verdict, total: Totals, connections: Int) {
    self.sample = sample
    self.verdict = verdict
    self.total = total
    self.connections = connections
  }
}

extension Evidence {
  /// Of a value, and why it is not exact where it is not.
  package typealias Bounds = (range: ClosedRange<Double>, doubt: String?)

  /// Between which bounds the true value of a metric lies, and why it is not exact where it is not.
  /// Nil when nothing was measured that the metric could be taken from.
  func bounds(of metric: Metric) -> Bounds? {
    guard total.sent > 0 else { return nil }
    return switch metric {
    case .errors: exact(Double(total.errors))
    case .lost: exact(Double(total.lost))
    case .connections: exact(Double(connections))
    case .errorRate: exact(Double(total.errors) / Double(total.sent))
    case .p50: total.latency.map { percentile($0.p50) }
    case .p90: total.latency.map { percentile($0.p90) }
    case .p99: total.latency.map { percentile($0.p99) }
    case .pods, .coverage, .maxShare, .minShare, .skew, .effectivePods: distribution(metric)
    case .blindSpot, .lingering, .unexplained, .maxConnectionAge: nil
    }
  }

  private func exact(_ value: Double) -> (range: ClosedRange<Double>, doubt: String?) {
    (value...value, nil)
  }

  private func percentile(
    _ range: ClosedRange<Double>
  ) -> (range: ClosedRange<Double>, doubt: String?) {
    let isExact = range.lowerBound == range.upperBound
    return (range, isExact ? nil : "it lies between the percentiles of the clients")
  }

  private func distribution(_ metric: Metric) -> (range: ClosedRange<Double>, doubt: String?)? {
    guard let measures = sample.measures else {
      if sample.unidentified > 0 { return (0...(.infinity), "the pods cannot be told apart") }
      // Attempts were sent and no pod answered: a share of nothing has no value, but a count has.
      return metric == .pods || metric == .coverage ? exact(0) : nil
    }
    let value = measures.value(of: metric)
    if sample.basis == .perCall, !sample.membershipChanged { return sampled(metric, measures) }
    if let doubt = generalDoubt {
      // Whatever else is in doubt, a pod that answered has answered.
      return (metric == .pods ? value...(.infinity) : 0...(.infinity), doubt)
    }
    guard !sample.isReadySetKnown else { return exact(value) }
    let doubt = "it is not known which pods are ready"
    return switch metric {
    case .pods, .maxShare, .effectivePods: exact(value)
    case .skew: (value...(.infinity), doubt)
    case .coverage, .minShare: (0...value, doubt)
    default: nil
    }
  }

  /// What a draw for every call leaves certain: the intervals of the hottest and of the coldest pod's
  /// share, and that a pod which answered has answered.
  private func sampled(
    _ metric: Metric, _ measures: Measures
  ) -> (range: ClosedRange<Double>, doubt: String?)? {
    let doubt = "something in the path draws a pod for every call, and sampling error applies"
    let n = Double(measures.pods)
    guard measures.pods >= 2, sample.isReadySetKnown else {
      return (metric == .pods ? Double(measures.answering)...(.infinity) : 0...(.infinity), doubt)
    }
    let sampling = CallSampling(
      pods: measures.pods, calls: measures.rpcs, tolerance: verdict.tolerance,
      confidence: verdict.confidence)
    let hottest = sampling.interval(sample.counts.max() ?? 0)
    let coldest = sampling.interval(sample.counts.min() ?? 0)
    return switch metric {
    case .pods: (Double(measures.answering)...n, measures.answering < measures.pods ? doubt : nil)
    case .coverage: (measures.coverage...1, measures.coverage < 1 ? doubt : nil)
    case .maxShare: (hottest, doubt)
    case .minShare: (coldest, doubt)
    case .skew: (n * hottest.lowerBound...n * hottest.upperBound, doubt)
    default: (1...n, doubt)
    }
  }

  /// Why no measure of the distribution is exact, if so.
  private var generalDoubt: String? {
    switch sample.basis {
    case .opaque: "not every answer showed its pod"
    case .cyclic, .perConnection, .perCall:
      if sample.membershipChanged {
        "the set of ready pods changed"
      } else if verdict.neededRPCs != nil {
        "too few RPCs were answered"
      } else {
        nil
      }
    }
  }
}

extension Measures {
  fileprivate func value(of metric: Metric) -> Double {
    switch metric {
    case .pods: Double(answering)
    case .coverage: coverage
    case .maxShare: maxShare
    case .minShare: minShare
    case .skew: skew
    default: effectivePods
    }
  }
}
