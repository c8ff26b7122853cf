internal import Naming

/// What a run has counted so far, for a display that is drawn while it runs.
package struct Progress: Sendable {
  package struct Row: Sendable {
    /// The pod's name, or its address.
    package var pod: String
    package var answered: Int
  }

  package var isWarmingUp: Bool
  package var answered: Int
  package var lost: Int
  /// Every row that has answers, in a stable order.
  package var rows: [Row]

  /// What one event loop knows.
  struct Part: Sendable {
    var answered: Int
    var lost: Int
    var rows: [Counts.Origin: Int]
    var isWarmingUp: Bool
  }

  init(_ parts: [Part]) {
    isWarmingUp = parts.contains { $0.isWarmingUp }
    answered = parts.reduce(0) { $0 + $1.answered }
    lost = parts.reduce(0) { $0 + $1.lost }
    var rows: [String: Int] = [:]
    for part in parts {
      for (origin, count) in part.rows {
        rows[origin.identity ?? origin.address.description, default: 0] += count
      }
    }
    self.rows = rows.map { Row(pod: $0.key, answered: $0.value) }.sorted { $0.pod < $1.pod }
  }
}
