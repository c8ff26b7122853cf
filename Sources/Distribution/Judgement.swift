/// Judges a run.
///
/// With n pods, N answers, E = N/n, tolerance t and slack g (`Sample.generations` where the policy
/// is cyclic, else the most connections that one pod has, each of which may be one turn ahead):
///
/// - A ready pod without an answer means `pinned` or `partial` as soon as chance cannot explain it:
///   where pods are taken in turn, from 2n + g answers with some x_i > g; otherwise from two
///   answers per connection.
/// - `balanced`: every |x_i − E| ≤ t·E, and E is large enough (1/t) for one count to be less than
///   the tolerance; or every |x_i − E| ≤ t·E + g where g itself is within the tolerance.
/// - `skewed`: some |x_i − E| > t·E + g.
/// - `inconclusive`: everything in between, and whatever the counts cannot show: pods that cannot
///   be told apart, an unknown or changing set of ready pods, a single pod, a balancer per call.
///
/// - Parameter tolerance: deviation from an equal share that counts as balanced, 0 or more.
package func judge(_ sample: Sample, tolerance: Double = 0.1) -> Verdict {
  Judgement(sample, tolerance: tolerance).verdict
}

/// The numbers of one judgement.
struct Judgement {
  let sample: Sample
  let tolerance: Double
  let basis: Basis
  /// The identified pods; `counts`, n and N are theirs.
  let pods: [Sample.Pod]
  let counts: [Int]
  let n: Int
  let total: Int
  /// Connections that were answered at least once.
  let connections: Int
  /// Counts by which a pod may differ from its exact share though the policy works as it should.
  let slack: Int

  init(_ sample: Sample, tolerance: Double) {
    self.sample = sample
    self.tolerance = tolerance
    basis = sample.basis
    pods = sample.pods.filter(\.isIdentified)
    counts = pods.map(\.answered)
    n = pods.count
    total = counts.reduce(0, +)
    connections = sample.connections.count { $0.answered > 0 }
    slack = max(1, basis == .cyclic ? sample.generations : sample.connectionsPerPod.max() ?? 1)
  }

  var verdict: Verdict {
    if total + sample.unidentified == 0 { return inconclusive(nothingAnswered) }
    if basis == .opaque { return inconclusive(opaque) }
    if sample.membershipChanged { return inconclusive(changed) }
    if basis == .perCall { return inconclusive(perCall) }
    if !sample.isReadySetKnown { return amongTheSeen }
    if n == 1 { return inconclusive(singlePod) }
    return counts.contains(0) ? withSilentPods : withoutSilentPods
  }

  private var withSilentPods: Verdict {
    guard isEnoughForSilence else {
      return inconclusive(tooFewForSilence, needed: enoughForSilence)
    }
    let answering = counts.count { $0 > 0 }
    return answering == 1 ? decided(.pinned, pinned) : decided(.partial, partial)
  }

  private var withoutSilentPods: Verdict {
    if isSkewed { return decided(.skewed, skewed) }
    if isBalanced { return decided(.balanced, balanced) }
    return inconclusive(tooFewForShares, needed: enoughForShares)
  }

  /// Only the pods that answered are known. A silent pod would raise n, and with it the hottest
  /// pod's multiple of its share, so "not balanced" may be certain; "balanced" and "pinned" never
  /// are.
  private var amongTheSeen: Verdict {
    if n >= 2, isSkewed { return decided(.skewed, skewed + "; silent pods would make it worse") }
    return inconclusive(n == 1 ? onePodSeen : evenAmongTheSeen)
  }

  /// E: an equal share, in answers.
  var equalShare: Double { Double(total) / Double(n) }

  /// The largest distance of a pod from an equal share, in answers.
  var worstDistance: Double { counts.map { abs(Double($0) - equalShare) }.max() ?? 0 }

  private var allowed: Double { tolerance * equalShare + 1e-9 }

  /// The finest relative deviation that counts are asked to show.
  private var resolution: Double { max(tolerance, 0.01) }

  private var isSkewed: Bool { worstDistance > allowed + Double(slack) }

  private var isBalanced: Bool {
    if worstDistance <= allowed { return equalShare * resolution >= 1 - 1e-9 }
    return Double(slack) <= allowed
  }

  /// Whether a silent pod is silent for a reason. Where pods are taken in turn, g pickers keep
  /// max − min ≤ g, so that a pod which missed every turn by chance leaves none above g.
  private var isEnoughForSilence: Bool {
    basis == .cyclic
      ? total >= 2 * n + slack && (counts.max() ?? 0) > slack : total >= enoughForSilence
  }

  private var enoughForSilence: Int {
    basis == .cyclic
      ? max(2 * n + slack, (n - 1) * slack + 1) : 2 * max(1, sample.connections.count)
  }

  private var enoughForShares: Int {
    Int((Double(n * slack) / resolution - 1e-9).rounded(.up))
  }

  private func decided(_ outcome: Outcome, _ reason: String) -> Verdict {
    Verdict(outcome: outcome, basis: basis, reason: reason, tolerance: tolerance)
  }

  private func inconclusive(_ reason: String, needed: Int? = nil) -> Verdict {
    Verdict(
      outcome: .inconclusive, basis: basis, reason: reason, tolerance: tolerance,
      neededRPCs: needed.flatMap { $0 > total ? $0 : nil })
  }
}
