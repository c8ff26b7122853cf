internal import Distribution
internal import Naming
internal import Reporting

/// Pods that answer with errors: they may have their equal share and be of no use.
struct FailingPods {
  let attribution: Attribution

  /// What servers say of themselves. Other statuses are about the request: UNIMPLEMENTED of a method
  /// that is not there, UNAUTHENTICATED of one that wants credentials.
  private static let serversOwn: [GRPCStatus] = [
    .unavailable, .internal, .unknown, .deadlineExceeded, .resourceExhausted, .dataLoss, .aborted,
  ]

  var finding: Report.Finding? {
    let failing = attribution.pods.compactMap { pod -> String? in
      let counts = Self.serversOwn.map { ($0.name, pod.tally.count(of: $0)) }.filter { $0.1 > 0 }
      guard !counts.isEmpty else { return nil }
      let words = counts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
      return "\(pod.label) \(words) of \(pod.tally.answered)"
    }
    guard !failing.isEmpty else { return nil }
    return Report.Finding(
      code: "LBC0176", level: .warning,
      message: "\(failing.count) of \(attribution.pods.count) pods answered with errors",
      evidence: firstFew(failing),
      hint: "look at their logs; the verdict is about shares, so assert errors==0 beside it")
  }
}
