/// What assertions over time are held against: a timeline at its end.
package struct TimelineEvidence {
  private let timeline: Timeline
  private let lanes: [LaneStatistics]

  /// - Parameter time: of the end, in nanoseconds since the run began.
  package init(_ timeline: Timeline, at time: Int64) {
    self.timeline = timeline
    lanes = timeline.lanes.indices.map { timeline.statistics(lane: $0, at: time) }
  }

  /// Nil where the run saw nothing that the metric could be taken from. Times are milliseconds.
  func bounds(of metric: Metric) -> Evidence.Bounds? {
    let errors = timeline.errors
    let sent = errors.sent.reduce(0, +)
    let failed = Double(errors.failed.reduce(0, +))
    guard sent > 0 else { return nil }
    return switch metric {
    case .errors: (failed...failed, nil)
    case .errorRate: (failed / Double(sent)...failed / Double(sent), nil)
    case .lost: exact(errors.lost.reduce(0, +))
    case .unexplained: exact(errors.unexplained.reduce(0) { $0 + $1.values.reduce(0, +) })
    case .blindSpot:
      longest(
        lanes.map(\.blindSpot), open: lanes.map(\.unreached),
        missed: lanes.reduce(0) { $0 + $1.missed })
    case .lingering: longest(lanes.map(\.lingering), open: lanes.map(\.stillLingering), missed: 0)
    case .maxConnectionAge: maxConnectionAge
    case .pods, .coverage, .maxShare, .minShare, .skew, .effectivePods, .connections, .p50, .p90,
      .p99:
      nil
    }
  }

  private func exact(_ count: Int) -> Evidence.Bounds { (Double(count)...Double(count), nil) }

  /// The longest of all resolvers' times; what has not ended yet is at least as long as until now.
  private func longest(_ times: [Spread], open: [Spread], missed: Int) -> Evidence.Bounds? {
    let known = times.compactMap(\.max).max()
    let waiting = open.compactMap(\.max).max()
    guard let least = [known, waiting].compactMap({ $0 }).max() else { return nil }
    let low = Double(least) / 1e6
    let pending = open.reduce(0) { $0 + $1.count }
    if pending > 0 { return (low...(.infinity), "\(pending) not over when the run ended") }
    let unseen = lanes.reduce(0) { $0 + $1.unseen }
    if unseen > 0 {
      return (low...(.infinity), "answers do not say whether they are of \(unseen) more")
    }
    if missed > 0 { return (low...(.infinity), "\(missed) had ended before an RPC reached them") }
    return (low...low, nil)
  }

  private var maxConnectionAge: Evidence.Bounds? {
    let lifetime = timeline.lifetime
    if let range = lifetime.maxAge.range {
      return (range.lowerBound / 1e6...range.upperBound / 1e6, nil)
    }
    guard lifetime.oldest > 0 else { return nil }
    return (Double(lifetime.oldest) / 1.1e6...(.infinity), "no connection was ended for its age")
  }
}
