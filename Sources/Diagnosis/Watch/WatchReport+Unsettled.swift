internal import Distribution
private import Naming
internal import Reporting

extension WatchReport {
  /// Why the run had not settled when `--settle` was over, in sentences for people.
  static func unsettled(
    _ disagreements: [Disagreement], _ timeline: Timeline, _ bounds: [Bound], _ plan: WatchPlan
  ) -> [String] {
    guard !disagreements.isEmpty else {
      return ["something had changed less than \(plan.quiet.inSeconds) before"]
    }
    return timeline.lanes.indices.flatMap { lane in
      Disagreement.Kind.allCases.compactMap { kind in
        let pods = disagreements.filter { $0.lane == lane && $0.kind == kind }
          .map { $0.pod ?? $0.address }
        guard let first = pods.first else { return nil }
        let rest = pods.count > 1 ? " and \(pods.count - 1) more" : ""
        return words(kind, first + rest, timeline.lanes[lane], bounds[lane], plan)
      }
    }
  }

  private static func words(
    _ kind: Disagreement.Kind, _ pods: String, _ resolver: String, _ bound: Bound, _ plan: WatchPlan
  ) -> String {
    switch kind {
    case .notListed: "\(resolver) has not listed \(pods): \(delay(resolver, bound, plan))"
    case .stillListed:
      "\(resolver) still lists \(pods), though over: \(delay(resolver, bound, plan))"
    case .notConnected: "\(resolver) lists \(pods) without a connection to it"
    case .stillConnected: "\(resolver) is still connected to \(pods), no longer in its list"
    case .terminating: "\(pods) is still terminating, and \(resolver) may be connected to it"
    }
  }

  /// What a list that is late is waiting for.
  private static func delay(_ resolver: String, _ bound: Bound, _ plan: WatchPlan) -> String {
    let settle = plan.settle.inSeconds
    guard let within = bound.within else {
      return resolver == "dns"
        ? "DNS is asked again when a connection ends, and none was ended for its age, so "
          + "MaxConnectionAge is not set, or longer than this run; --settle was \(settle)"
        : bound.reason
    }
    let most = "it takes at most \(within.decimal(1)) s"
    return within > plan.settle / .seconds(1)
      ? "\(most), which is longer than --settle \(settle)"
      : "\(most), and caches on the way may keep the old list for longer"
  }
}
