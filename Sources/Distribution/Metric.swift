/// What an assertion may compare.
package enum Metric: String, CaseIterable, Sendable {
  /// Pods that answered.
  case pods
  /// Pods that answered ÷ ready pods.
  case coverage
  case maxShare = "max-share"
  case minShare = "min-share"
  case skew
  case effectivePods = "effective-pods"
  /// Answers with another status than OK, and losses.
  case errors
  /// Errors ÷ attempts sent.
  case errorRate = "error-rate"
  case lost
  /// Connections of the measuring window.
  case connections
  /// Latency percentiles, in milliseconds.
  case p50, p90, p99
  /// From ready to the first RPC, of the pod and resolver where it took longest.
  case blindSpot = "blind-spot"
  /// From terminating to the last RPC, likewise.
  case lingering
  /// Errors that no event explains.
  case unexplained
  /// The server's setting, as far as the ends of connections tell.
  case maxConnectionAge = "max-connection-age"

  /// What `watch` measures of a run in which pods come and go.
  package static let overTime: Set<Metric> = [
    .blindSpot, .lingering, .errors, .errorRate, .lost, .unexplained, .maxConnectionAge,
  ]
  /// What `distribute` measures of a set of pods that stays.
  package static let ofDistribution = Set(allCases).subtracting([
    .blindSpot, .lingering, .unexplained, .maxConnectionAge,
  ])

  /// What kind of number the metric is, which decides how its values are written.
  enum Kind {
    /// `3`
    case count
    /// `0.25` or `25%`
    case share
    /// `1.2`
    case ratio
    /// `20ms`; milliseconds inside.
    case duration
  }

  var kind: Kind {
    switch self {
    case .pods, .errors, .lost, .connections, .unexplained: .count
    case .coverage, .maxShare, .minShare, .errorRate: .share
    case .skew, .effectivePods: .ratio
    case .p50, .p90, .p99, .blindSpot, .lingering, .maxConnectionAge: .duration
    }
  }
}

extension Metric.Kind {
  /// What an asserted value looks like.
  var example: String {
    switch self {
    case .count: "a whole number such as 3"
    case .share: "a fraction such as 0.25, or 25%"
    case .ratio: "a number such as 1.2"
    case .duration: "a duration in us, ms, s, m or h, such as 20ms"
    }
  }

  /// What a written number is multiplied by to give the metric's own unit. Nil for a unit that the
  /// metric does not have.
  func scale(unit: String) -> Double? {
    switch (self, unit) {
    case (.count, ""), (.ratio, ""), (.share, ""): 1
    case (.share, "%"): 0.01
    case (.duration, "us"): 0.001
    case (.duration, "ms"): 1
    case (.duration, "s"): 1000
    case (.duration, "m"): 60_000
    case (.duration, "h"): 3_600_000
    default: nil
    }
  }

  /// A value as a report shows it.
  func text(_ value: Double) -> String {
    switch self {
    case .count: value.decimal(0)
    case .share: "\((value * 100).decimal(1))%"
    case .ratio: value.decimal(2)
    case .duration: value < 1000 ? "\(value.decimal(2))ms" : "\((value / 1000).decimal(2))s"
    }
  }
}
