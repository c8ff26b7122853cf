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
///   Both must hold of what was lost as well: with S attempts sent, l_i of them lost at pod i, also
///   every x_i ≥ (1 − t)·S/n and x_i + l_i ≤ (1 + t)·S/n. Attempts that nobody answered show nothing
///   of how they would have fallen.
/// - `skewed`: some |x_i − E| > t·E + g.
/// - `inconclusive`: everything in between, and whatever the counts cannot show: pods that cannot
///   be told apart, an unknown or changing set of ready pods, a single pod.
///
/// Where something in the path draws a pod for every call, sampling error takes the place of the
/// slack: `balanced` where the interval of every pod's share lies within the tolerance, `skewed`
/// where one lies wholly outside, `partial` where chance leaves no pod silent for so long
/// (`CallSampling`).
///
/// - Parameters:
///   - tolerance: deviation from an equal share that counts as balanced, 0 or more.
///   - confidence: with which the intervals hold, for all pods and looks together; below 1.
package func judge(
  _ sample: Sample, tolerance: Double = 0.1, confidence: Double = 0.99
) -> Verdict {
  Judgement(sample, tolerance: tolerance, confidence: confidence).verdict
}

/// The numbers of one judgement.
struct Judgement {
  let sample: Sample
  let tolerance: Double
  let confidence: Double
  let basis: Basis
  /// The identified pods; `counts`, n and N are theirs.
  let pods: [Sample.Pod]
  let counts: [Int]
  let n: Int
  let total: Int
  /// S: answered or lost, wherever.
  let sent: Int
  /// Losses of which each may be any pod's: all of them behind something that draws a pod for every
  /// call.
  let lostAnywhere: Int
  /// Connections that were answered at least once.
  let connections: Int
  /// Counts by which a pod may differ from its exact share though the policy works as it should.
  let slack: Int

  init(_ sample: Sample, tolerance: Double, confidence: Double) {
    self.sample = sample
    self.tolerance = tolerance
    self.confidence = confidence
    basis = sample.basis
    pods = sample.pods.filter(\.isIdentified)
    counts = pods.map(\.answered)
    n = pods.count
    total = counts.reduce(0, +)
    sent = total + sample.unidentified + sample.lost
    lostAnywhere = basis == .perCall ? sample.lost : sample.lostAtUnknownPods
    connections = sample.connections.count { $0.answered > 0 }
    slack = max(1, basis == .cyclic ? sample.generations : sample.connectionsPerPod.max() ?? 1)
  }

  var verdict: Verdict {
    if total + sample.unidentified == 0 { return inconclusive(nothingAnswered) }
    if basis == .opaque { return inconclusive(opaque) }
    if sample.membershipChanged { return inconclusive(changed) }
    if basis == .perCall { return perCall }
    if !sample.isReadySetKnown { return amongTheSeen }
    if n == 1 { return inconclusive(singlePod) }
    return counts.contains(0) ? withSilentPods : withoutSilentPods
  }

  private var withSilentPods: Verdict {
    guard isEnoughForSilence else {
      return inconclusive(tooFewForSilence, needed: enoughForSilence)
    }
    // A pod that lost attempts was chosen, and the one that answered has not had all of them.
    let chosen = pods.count { $0.answered + $0.lost > 0 }
    return chosen == 1 ? decided(.pinned, pinned) : decided(.partial, partial)
  }

  private var withoutSilentPods: Verdict {
    if isSkewed { return decided(.skewed, skewed) }
    guard isEven(worstDistance, from: equalShare) else {
      return inconclusive(tooFewForShares, needed: enoughForShares)
    }
    return isEven(worstDistanceOfAttempts, from: equalShareOfAttempts)
      ? decided(.balanced, balanced) : inconclusive(tooManyLost)
  }

  /// Only the pods that answered are known. A silent pod would raise n, and with it the hottest
  /// pod's multiple of its share, so "not balanced" may be certain; "balanced" and "pinned" never
  /// are.
  private var amongTheSeen: Verdict {
    if n >= 2, isSkewed { return decided(.skewed, skewed + "; silent pods would make it worse") }
    return inconclusive(n == 1 ? onePodSeen : evenAmongTheSeen)
  }

  /// Sampling error applies. Behind a balancer every pod of an unknown set may be silent by chance, and
  /// n with it larger: then only too much for one pod is certain.
  private var perCall: Verdict {
    guard n >= 2 else { return inconclusive(singlePod) }
    let sampling = CallSampling(
      pods: n, calls: total, tolerance: tolerance, confidence: confidence)
    guard sample.isReadySetKnown else {
      return counts.contains(where: sampling.isAbove)
        ? decided(.skewed, skewed + "; silent pods would make it worse")
        : inconclusive(evenAmongTheSeen)
    }
    // Without a tolerance no number of draws shows that shares are equal.
    let needed = tolerance > 0 ? max(sampling.enough, total < sampling.enough ? 0 : 2 * total) : nil
    if counts.contains(0) {
      return sampling.isEnoughForSilence
        ? decided(.partial, partial) : inconclusive(tooFewForSilence, needed: needed)
    }
    if counts.contains(where: { sampling.isAbove($0) || sampling.isBelow($0) }) {
      return decided(.skewed, skewed)
    }
    guard counts.allSatisfy(sampling.isWithin) else {
      return inconclusive(tooFewCalls, needed: needed)
    }
    let attempts = CallSampling(
      pods: n, calls: sent, tolerance: tolerance, confidence: confidence)
    let isCertain = pods.allSatisfy {
      attempts.isWithin($0.answered) && attempts.isWithin(mostAttempts(at: $0))
    }
    return isCertain ? decided(.balanced, balanced) : inconclusive(tooManyLost)
  }

  /// E: an equal share, in answers.
  var equalShare: Double { Double(total) / Double(n) }

  /// The largest distance of a pod from an equal share, in answers.
  var worstDistance: Double { counts.map { abs(Double($0) - equalShare) }.max() ?? 0 }

  private var equalShareOfAttempts: Double { Double(sent) / Double(n) }

  /// The same in attempts: of what a pod answered, and of that and all that it may have lost.
  private var worstDistanceOfAttempts: Double {
    pods.reduce(0) { worst, pod in
      max(
        worst, abs(Double(pod.answered) - equalShareOfAttempts),
        abs(Double(mostAttempts(at: pod)) - equalShareOfAttempts))
    }
  }

  private func mostAttempts(at pod: Sample.Pod) -> Int {
    pod.answered + lostAnywhere + (basis == .perCall ? 0 : pod.lost)
  }

  /// The finest relative deviation that counts are asked to show.
  private var resolution: Double { max(tolerance, 0.01) }

  private var isSkewed: Bool {
    worstDistance > tolerance * equalShare + 1e-9 + Double(slack)
  }

  private func isEven(_ distance: Double, from share: Double) -> Bool {
    let allowed = tolerance * share + 1e-9
    if distance <= allowed { return equalShare * resolution >= 1 - 1e-9 }
    return Double(slack) <= allowed && distance <= allowed + Double(slack)
  }

  /// Whether a silent pod is silent for a reason. Where pods are taken in turn, g pickers keep
  /// max − min ≤ g, so that a pod which missed every turn by chance leaves none above g.
  private var isEnoughForSilence: Bool {
    basis == .cyclic
      ? total >= 2 * n + slack && (counts.max() ?? 0) > slack : total >= enoughForSilence
  }

  private var enoughForSilence: Int {
    basis == .cyclic
      ? max(2 * n + slack, (n - 1) * slack + 1) : 2 * max(1, sample.opened)
  }

  private var enoughForShares: Int {
    Int((Double(n * slack) / resolution - 1e-9).rounded(.up))
  }

  private func decided(_ outcome: Outcome, _ reason: String) -> Verdict {
    Verdict(
      outcome: outcome, basis: basis, reason: reason, tolerance: tolerance, confidence: confidence)
  }

  private func inconclusive(_ reason: String, needed: Int? = nil) -> Verdict {
    Verdict(
      outcome: .inconclusive, basis: basis, reason: reason, tolerance: tolerance,
      confidence: confidence, neededRPCs: needed.flatMap { $0 > total ? $0 : nil })
  }
}
