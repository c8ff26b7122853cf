package import Distribution

extension ReportMerge {
  /// The joined report.
  /// - Parameters:
  ///   - assertions: results of what was asserted, made of the joined evidence.
  /// - Returns: nil where no report was added.
  package func report(
    version: String, tolerance: Double, confidence: Double,
    asserting assertions: (Evidence) -> [AssertionResult]
  ) -> Report? {
    guard let first, let resolution = runs.resolution else { return nil }
    let totals = runs.totals
    let order = runs.pods.order
    let sample = sample(order, first.run, resolution)
    let verdict = judge(sample, tolerance: tolerance, confidence: confidence)
    let evidence = Evidence(
      sample: sample, verdict: verdict, total: totals.totals, connections: runs.opened)
    var policy = first.run.policy
    policy.channels = totals.channels
    return Report(
      version: version, command: "merge",
      merged: Report.Merged(
        reports: reports, omittedConnections: runs.tallies.count - runs.listed.count),
      source: first.run.source, startedAt: totals.startedAt, duration: totals.duration,
      interrupted: totals.interrupted > 0, seed: nil, target: first.run.target,
      resolution: resolution, policy: policy, rpcs: totals.rpcs,
      pods: order.map { row(runs.pods.pods[$0].row) },
      connections: zip(runs.listed, sample.connections).map { connection, tally in
        var connection = connection
        connection.pods = tally.pods.map { sample.pods[$0.pod].name }
        return connection
      },
      statistics: Report.Statistics(sample), verdict: Report.Verdict(verdict),
      assertions: assertions(evidence).map { Report.Assertion($0) }, findings: findings)
  }

  /// In what the reports cannot be compared with an earlier one; nil where they can.
  package func difference(of baseline: Report) -> String? {
    guard let run = first?.run else { return nil }
    return baseline.difference(
      from: run.source == .lab ? nil : run.target, policy: run.policy.name,
      protocol: run.policy.protocol, client: run.policy.client)
  }

  private func row(_ pod: Report.Pod) -> Report.Pod {
    let answered = runs.totals.rpcs.answered
    var pod = pod
    pod.share = answered > 0 ? (Double(pod.rpcs) / Double(answered)).rounded(places: 6) : 0
    return pod
  }

  private func sample(
    _ order: [Int], _ run: SavedRun, _ resolution: Report.Resolution
  ) -> Sample {
    var position = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { position[old] = new }
    let isKnown = runs.totals.isReadySetKnown
    return Sample(
      pods: order.map { index in
        let pod = runs.pods.pods[index]
        let takesPart = !isKnown || pod.row.ready == true || pod.row.rpcs + pod.row.lost > 0
        return Sample.Pod(
          name: pod.row.shortName, isIdentified: pod.isIdentified && takesPart,
          answered: pod.row.rpcs, lost: pod.row.lost)
      },
      connections: runs.tallies.map { tally in
        ConnectionTally(pods: tally.pods.map { position[$0.pod] }, rpcs: tally.answered)
      },
      opened: runs.opened, generations: runs.totals.generations,
      isCyclic: run.policy.name == "round_robin",
      takesFirstAddress: run.policy.name == "keep_alive" && resolution.addresses.count > 1,
      isReadySetKnown: isKnown,
      membershipChanged: (resolution.windowChanges ?? 0) > 0 || !divergent.isEmpty,
      unattributed: runs.totals.rpcs.unattributed,
      unplacedLosses: runs.totals.rpcs.lost - runs.pods.pods.reduce(0) { $0 + $1.row.lost })
  }

  /// Ready pods that some clients knew and others did not.
  private var divergent: [MergedPods.Pod] {
    guard runs.totals.isReadySetKnown else { return [] }
    return runs.pods.pods.filter { (1..<reports).contains($0.readyIn) }
  }

  private var findings: [Report.Finding] {
    var findings = runs.totals.findings.map { finding, count in
      var finding = finding
      let share = "in \(count) of \(counted(reports, "report"))"
      finding.evidence = finding.evidence.map { "\(share); in the first of them: \($0)" } ?? share
      return finding
    }
    if let pod = divergent.first {
      findings.append(
        Report.Finding(
          code: "LBC0195", level: .warning,
          message: "the clients did not know the same ready pods",
          evidence:
            "\(counted(divergent.count, "pod")) not in every report; \(pod.row.shortName) was ready in "
            + "\(pod.readyIn) of \(reports)",
          hint: "measure with all clients at the same time, while no rollout is under way"))
    }
    return findings
  }
}
