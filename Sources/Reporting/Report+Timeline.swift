private import Distribution

extension Report {
  /// When in the measuring window the pods answered. The sums over the slices are the counts of the
  /// whole window.
  package struct Timeline: Codable, Hashable, Sendable {
    /// When the window began, in milliseconds from the start of the run.
    package var from: Double
    /// Length of a slice in milliseconds.
    package var step: Double
    /// Positions in the report's `pods`: those with a series of their own in `rpcs`.
    package var pods: [Int]
    /// For each of them the answered attempts in each slice. Pods without an answer have no series.
    package var rpcs: [[Int]]
    /// Answered attempts of all other pods together; null where none other answered.
    package var others: [Int]?
    /// Lost attempts, wherever they were sent to.
    package var lost: [Int]

    /// So many pods have series of their own: those with the most RPCs in any one slice.
    package static let mostPods = 40

    /// - Parameters:
    ///   - from: in milliseconds from the start of the run.
    ///   - step: in milliseconds.
    ///   - series: for each row of the report its answers by slice, all equally long.
    ///   - lost: by slice.
    package init(from: Double, step: Double, series: [[Int]], lost: [Int]) {
      self.from = from.rounded(places: 3)
      self.step = step
      self.lost = lost
      let answering = series.indices.filter { series[$0].contains { $0 > 0 } }
      let peaks = answering.map { (pod: $0, rpcs: series[$0].max() ?? 0) }
      let chosen = peaks.sorted { ($1.rpcs, $0.pod) < ($0.rpcs, $1.pod) }.prefix(Self.mostPods)
      pods = chosen.map(\.pod).sorted()
      rpcs = pods.map { series[$0] }
      guard pods.count < answering.count else { return }
      var rest = [Int](repeating: 0, count: lost.count)
      for pod in Set(answering).subtracting(pods) {
        for (slice, count) in series[pod].enumerated() { rest[slice] += count }
      }
      others = rest
    }

    enum CodingKeys: String, CodingKey {
      case from = "from_ms"
      case step = "step_ms"
      case pods, rpcs, others, lost
    }
  }
}

extension Report.Timeline {
  /// Whether it can be drawn: a saved report may say anything.
  /// - Parameter pods: rows of the report.
  func isConsistent(pods count: Int) -> Bool {
    let all = rpcs + [lost] + (others.map { [$0] } ?? [])
    return step.isFinite && step > 0 && pods.count == rpcs.count && !rpcs.isEmpty
      && pods.allSatisfy { (0..<count).contains($0) }
      && (1...1000).contains(lost.count) && all.allSatisfy { $0.count == lost.count }
      && all.allSatisfy { $0.allSatisfy { (0...1_000_000_000_000).contains($0) } }
  }

  /// Answers of the whole window.
  var answered: Int { (rpcs + (others.map { [$0] } ?? [])).reduce(0) { $0 + $1.reduce(0, +) } }

  /// Half as many slices, twice as long.
  mutating func joinNeighbours() {
    func joined(_ counts: [Int]) -> [Int] {
      stride(from: 0, to: counts.count, by: 2).map { counts[$0...].prefix(2).reduce(0, +) }
    }
    step *= 2
    rpcs = rpcs.map(joined)
    others = others.map(joined)
    lost = joined(lost)
  }
}
