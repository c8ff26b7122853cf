internal import Distribution
internal import Transport

/// From counts to a verdict: while a run is under way, and at its end.
extension DistributePlan {
  func attribution(of counts: Counts, to backends: Backends) -> Attribution {
    Attribution(
      counts.rows,
      known: Attribution.Known(
        ready: backends.ready, peersArePods: backends.peersArePods, nameSource: identity.source,
        peerConfidence: backends.peerConfidence, believesChannelzFirst: identity == .channelz))
  }

  /// - Parameter order: of the sample's pods among those of the attribution.
  func sample(
    of counts: Counts, _ attribution: Attribution, _ backends: Backends, order: [Int]
  ) -> Sample {
    var position = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { position[old] = new }
    let subchannelsPerPod = attribution.pods.map(\.addresses.count).max() ?? 1
    return Sample(
      pods: order.map { index in
        let pod = attribution.pods[index]
        // A pod that left the list before the window began has a row for its warm-up, and no more.
        let takesPart = pod.isReady || pod.tally.sent > 0 || !attribution.isReadySetKnown
        return Sample.Pod(
          name: pod.label, isIdentified: pod.isIdentified && takesPart,
          answered: pod.tally.answered, lost: pod.tally.lost)
      },
      connections: counts.connections.map { connection in
        connection.tally.renumbered { position[attribution.podOfRow[$0]] }
      },
      opened: counts.connections.count { $0.record.readyAt != nil },
      generations: counts.generations * max(1, subchannelsPerPod),
      isCyclic: policy == .roundRobin,
      takesFirstAddress: policy == .keepAlive && backends.endpoints.count > 1,
      isReadySetKnown: attribution.isReadySetKnown,
      membershipChanged: counts.listChanges > 0, unplacedLosses: counts.unplaced.lost)
  }

  /// Nil where the whole load is to be sent.
  func earlyEnd(_ backends: Backends) -> EarlyEnd? {
    guard untilDecided else { return nil }
    let plan = self
    return EarlyEnd { counts in
      let attribution = plan.attribution(of: counts, to: backends)
      var sample = plan.sample(
        of: counts, attribution, backends, order: Array(attribution.pods.indices))
      if counts.hasOtherAddresses(than: backends.endpoints) { sample.membershipChanged = true }
      return judge(
        sample, tolerance: plan.tolerance, confidence: plan.confidence)
    }
  }

  /// Of everything that was asserted.
  func results(on evidence: Evidence) -> [AssertionResult] {
    assertions.map { $0.evaluate(on: evidence) }
      + (baseline.map { $0.run.results(on: evidence, latencyFactor: $0.latencyFactor) } ?? [])
  }
}
