internal import Balancing
internal import Distribution
package import Naming
package import Reporting
internal import Transport

/// Puts a run's counts, names and judgement together.
struct ReportBuilder {
  let plan: DistributePlan
  let load: Load
  let resolution: Report.Resolution
  let backends: Backends
  let counts: Counts
  let attribution: Attribution
  let startedAt: (unixMilliseconds: Int64, monotonic: MonotonicTime)
  let interrupted: Bool

  /// Positions of the pods in the report: by name, with numbers in names in numeric order.
  private var order: [Int] {
    let keys = attribution.pods.map { [$0.isIdentified ? 0 : 1] + NaturalOrder.key($0.label) }
    return keys.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }
  }

  private func sample(_ order: [Int]) -> Sample {
    plan.sample(of: counts, attribution, backends, order: order)
  }

  func report() -> Report {
    let order = order
    let sample = sample(order)
    let verdict = judge(sample, tolerance: plan.tolerance, confidence: plan.confidence)
    var total = counts.unplaced
    for row in counts.rows { total += row.tally }
    let evidence = Evidence(
      sample: sample, verdict: verdict, total: total, connections: sample.opened)
    return Report(
      version: plan.version, command: "distribute", source: plan.source,
      startedAt: timestamp(unixMilliseconds: startedAt.unixMilliseconds),
      duration: counts.seconds, interrupted: interrupted, seed: plan.seed,
      target: Report.Target(plan.target),
      resolution: resolution,
      policy: Report.Policy(
        name: plan.policy.rawValue, client: plan.wire == .h2 ? plan.client.name : "curl",
        protocol: plan.wire.rawValue, channels: load.channels,
        emulated: backends.isEmulated),
      rpcs: Report.RPCs(total: total, warmup: counts.warmup, probes: counts.probes),
      pods: pods(order, sample, answered: total.answered),
      connections: connections(sample),
      timeline: timeline(order),
      statistics: Report.Statistics(sample),
      verdict: Report.Verdict(verdict, decidedAt: counts.decidedAt),
      assertions: plan.results(on: evidence).map { Report.Assertion($0) },
      findings: Findings(
        plan: plan, counts: counts, verdict: verdict, addresses: backends.endpoints.count
      ).all
        + PathFindings(
          plan: plan, counts: counts, sample: sample, basis: verdict.basis,
          clusterIPs: backends.clusterIPs
        ).all
        + ClientFindings(
          plan: plan, counts: counts, addresses: backends.endpoints.flatMap(\.addresses).count
        ).all + IdentityFindings(counts: counts, attribution: attribution).all
        + [plan.wire == .h2 ? FailingPods(attribution: attribution).finding : nil].compactMap { $0 }
        + backends.findings(plan.lookup.reading) + [unwatched].compactMap { $0 })
  }

  private var unwatched: Report.Finding? {
    counts.watchTrouble.map {
      Report.Finding(
        code: "LBC0134", level: .warning,
        message: "the Kubernetes API could not be watched: changes would not have been noticed",
        evidence: $0.cameBack, hint: $0.next)
    }
  }

  private func pods(_ order: [Int], _ sample: Sample, answered: Int) -> [Report.Pod] {
    var connections = [Int](repeating: 0, count: sample.pods.count)
    for connection in sample.connections {
      for (pod, _) in connection.pods { connections[pod] += 1 }
    }
    return order.enumerated().map { position, index in
      let pod = attribution.pods[index]
      return Report.Pod(
        pod: pod.name,
        address: pod.addresses.isEmpty
          ? nil : pod.addresses.map(\.description).joined(separator: ","),
        identity: pod.identity, confidence: pod.confidence.rawValue,
        ready: attribution.isReadySetKnown ? pod.isReady : nil, tally: pod.tally,
        answered: answered,
        connections: connections[position], warmup: pod.warmup)
    }
  }

  private func connections(_ sample: Sample) -> [Report.Connection] {
    zip(counts.connections, sample.connections).enumerated().map { id, pair in
      let record = pair.0.record
      let (closedBy, error) = closing(record)
      return Report.Connection(
        id: id, channel: record.channel, local: record.local?.description,
        remote: (record.remote ?? record.target).description,
        pods: pair.1.pods.map { sample.pods[$0.pod].name },
        opened: record.readyAt.map(milliseconds), closed: record.closedAt.map(milliseconds),
        closedBy: closedBy, error: error,
        goAway: record.goAway.map {
          Report.GoAway(
            code: $0.code, debug: $0.debug, lastStream: $0.lastStream, at: milliseconds($0.at))
        },
        rpcs: pair.1.answered)
    }
  }

  private func closing(_ record: ConnectionRecord) -> (Report.ClosedBy?, String?) {
    switch record.closing {
    case .never: (nil, nil)
    case .here(let reason): (record.goAway == nil ? .client : .goAway, reason)
    case .peerClosed: (record.goAway == nil ? .server : .goAway, nil)
    case .keepalive(let words): (.keepalive, words)
    case .broken(let words): (.network, words)
    case .protocolError(let words): (.protocolError, words)
    case .notConnected(let failure): (.connectFailed, failure.cameBack)
    }
  }

  func milliseconds(_ time: MonotonicTime) -> Double {
    Double(time.nanoseconds - startedAt.monotonic.nanoseconds) / 1e6
  }

}

extension Report.Target {
  /// The name taken apart.
  package init(_ target: Naming.Target) {
    // A list of addresses has no host: its addresses are the resolution.
    var isFixed = false
    if case .fixed = target.kind { isFixed = true }
    self.init(
      given: target.given, scheme: target.scheme.rawValue,
      authority: target.nameServer?.description, host: isFixed ? nil : target.host,
      port: isFixed ? nil : target.port, namespace: target.namespace)
  }
}
