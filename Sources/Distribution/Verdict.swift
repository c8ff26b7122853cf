/// The unit that was drawn when a pod was chosen. It decides what can be said about the counts.
package enum Basis: String, Sendable {
  /// Nothing was drawn: round_robin takes the pods in turn, so observed shares are exact.
  case cyclic
  /// A connection: every RPC on it goes to one pod (pick_first, cluster_ip).
  case perConnection = "per-connection"
  /// A call: something in the path balances each one.
  case perCall = "per-call"
  /// The pod behind an answer cannot be told.
  case opaque
}

/// What the counts say.
package enum Outcome: String, Sendable {
  /// One pod of several has it all.
  case pinned
  /// Some ready pod is silent.
  case partial
  /// Every pod's share is within the tolerance of an equal share.
  case balanced
  /// Every pod answered, and some share is outside the tolerance for sure.
  case skewed
  /// Not decided.
  case inconclusive
}

/// A judgement with its grounds.
package struct Verdict: Hashable, Sendable {
  package var outcome: Outcome
  package var basis: Basis
  /// One sentence for people. It may hold pod names from outside: escape it for its destination.
  package var reason: String
  /// The relative deviation from an equal share that still counts as balanced; 0.1 is ±10 %.
  package var tolerance: Double
  /// With which a verdict about draws holds; 0.99 is 99 %.
  package var confidence: Double
  /// How many answered RPCs would decide. Nil when more RPCs would not help or none are needed.
  package var neededRPCs: Int?

  package init(
    outcome: Outcome, basis: Basis, reason: String, tolerance: Double, confidence: Double = 0.99,
    neededRPCs: Int? = nil
  ) {
    self.outcome = outcome
    self.basis = basis
    self.reason = reason
    self.tolerance = tolerance
    self.confidence = confidence
    self.neededRPCs = neededRPCs
  }
}
