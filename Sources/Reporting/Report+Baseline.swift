package import Distribution

extension Report {
  /// What a later run is held against; nil where a number in it cannot be (`verdict.outcome` of another
  /// version, counts that do not add up).
  package var baseline: Baseline? {
    guard rpcs.implausibility == nil, let outcome = Outcome(rawValue: verdict.outcome) else {
      return nil
    }
    return Baseline(
      outcome: outcome, coverage: statistics.coverage, answering: statistics.answered,
      skew: statistics.skew, maxShare: statistics.maxShare,
      errorRate: rpcs.sent > 0 ? Double(rpcs.errors) / Double(rpcs.sent) : nil,
      p99: rpcs.answered >= Baseline.fewestForP99 ? rpcs.latency?.p99 : nil)
  }

  /// In what this report cannot be compared with a run that is to be made; nil where it can.
  /// - Parameters:
  ///   - target: nil for the embedded lab, which has other addresses every time.
  ///   - protocol: `h2` or `http1`.
  ///   - client: whose behaviour is reproduced, as reports name it.
  package func difference(
    from target: Target?, policy name: String, protocol: String, client: String
  ) -> String? {
    if let target {
      if source == .lab { return "measured the embedded lab, not \(target.given)" }
      if !self.target.isSame(as: target) {
        return "measured the target \(self.target.given), not \(target.given)"
      }
    } else if source != .lab {
      return "measured the target \(self.target.given), not the embedded lab"
    }
    if policy.name != name { return "has the policy \(policy.name), not \(name)" }
    if policy.protocol != `protocol` {
      return "has the protocol \(policy.protocol), not \(`protocol`)"
    }
    return policy.client == client ? nil : "has the client \(policy.client), not \(client)"
  }
}
