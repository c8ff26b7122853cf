/// What became of all attempts, whichever pod they went to and also those that went to none.
package struct Totals: Hashable, Sendable {
  /// answered + lost.
  package var sent: Int
  package var answered: Int
  package var lost: Int
  /// Answers with another status than OK (over HTTP/1.1 from 400 on), and losses.
  package var errors: Int
  /// Nil where nothing was answered, or nothing is known of how long it took.
  package var latency: Latency?

  /// Between which bounds percentiles lie, in milliseconds.
  ///
  /// What several clients measured is joined without their histograms: a percentile of all answers lies
  /// between the lowest and the highest of the clients' own, since that holds for the share of answers
  /// below either.
  package struct Latency: Hashable, Sendable {
    package var p50: ClosedRange<Double>
    package var p90: ClosedRange<Double>
    package var p99: ClosedRange<Double>

    package init(p50: Double, p90: Double, p99: Double) {
      self.p50 = p50...p50
      self.p90 = p90...p90
      self.p99 = p99...p99
    }

    package mutating func join(_ other: Latency) {
      p50 = Self.span(p50, other.p50)
      p90 = Self.span(p90, other.p90)
      p99 = Self.span(p99, other.p99)
    }

    private static func span(
      _ one: ClosedRange<Double>, _ other: ClosedRange<Double>
    ) -> ClosedRange<Double> {
      min(one.lowerBound, other.lowerBound)...max(one.upperBound, other.upperBound)
    }
  }

  package init(answered: Int, lost: Int, errors: Int, latency: Latency?) {
    sent = answered + lost
    self.answered = answered
    self.lost = lost
    self.errors = errors
    self.latency = latency
  }

  package init(_ tally: PodTally) {
    self.init(
      answered: tally.answered, lost: tally.lost, errors: tally.errors,
      latency: tally.latency.summary.map { Latency(p50: $0.p50, p90: $0.p90, p99: $0.p99) })
  }
}
