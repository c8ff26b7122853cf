package import Distribution
package import Naming
package import Reporting

/// What a report on somebody else's client needs besides what the pods saw.
package struct ObservedPlan: Sendable {
  package var version: String
  /// The name that the client was given.
  package var target: Target
  package var nameServer: String
  /// Of DNS answers, in seconds.
  package var ttl: Int
  package var seed: UInt64
  package var assertions: [Assertion] = []
  package var tolerance = 0.1
  package var confidence = 0.99
  /// When the run began, in milliseconds since 1970.
  package var startedAt = WallClock.unixMilliseconds

  package init(version: String, target: Target, nameServer: String, ttl: Int, seed: UInt64) {
    self.version = version
    self.target = target
    self.nameServer = nameServer
    self.ttl = ttl
    self.seed = seed
  }
}

/// Judges what the pods saw as `distribute` judges what it did itself.
package func report(on run: ObservedRun, _ plan: ObservedPlan) -> Report {
  ObservedReport(run: run, plan: plan).report
}

private struct ObservedReport {
  let run: ObservedRun
  let plan: ObservedPlan
  let policy: ObservedPolicy

  init(run: ObservedRun, plan: ObservedPlan) {
    self.run = run
    self.plan = plan
    policy = ObservedPolicy(run)
  }

  var report: Report {
    let sample = sample
    let verdict = judge(sample, tolerance: plan.tolerance, confidence: plan.confidence)
    var total = PodTally()
    for connection in run.connections { total += connection.tally }
    for pod in run.pods { total += pod.forgotten.tally }
    let forgotten = run.pods.reduce(0) { $0 + $1.forgotten.connections }
    let evidence = Evidence(
      sample: sample, verdict: verdict, total: total,
      connections: run.connections.count + forgotten)
    return Report(
      version: plan.version, command: "lab", source: .lab,
      startedAt: timestamp(unixMilliseconds: plan.startedAt), duration: duration / 1000,
      interrupted: run.isInterrupted, seed: plan.seed, target: Report.Target(plan.target),
      resolution: resolution,
      policy: Report.Policy(
        name: policy.rawValue, client: Report.Policy.observed, protocol: wire,
        channels: run.channels),
      rpcs: Report.RPCs(
        total: total,
        warmup: run.connections.reduce(0) { $0 + $1.warmup }
          + run.pods.reduce(0) { $0 + $1.forgotten.warmup }),
      pods: pods(answered: total.answered), connections: connections,
      statistics: Report.Statistics(sample), verdict: Report.Verdict(verdict),
      assertions: plan.assertions.map { Report.Assertion($0.evaluate(on: evidence)) },
      findings: ObservedFindings(run: run, policy: policy, verdict: verdict, total: total).all)
  }

  /// From when answers were counted, or the first connection came, to the end.
  private var duration: Double {
    run.ended - (run.warmUntil ?? run.connections.map(\.opened).min() ?? 0)
  }

  /// Ready pods, and others that did something.
  private var members: [Int] {
    run.pods.indices.filter { pod in
      run.pods[pod].isReady || run.pods[pod].forgotten.connections > 0
        || run.connections.contains { $0.pod == pod }
    }
  }

  private var sample: Sample {
    let members = members
    var row = [Int](repeating: 0, count: run.pods.count)
    for (index, pod) in members.enumerated() { row[pod] = index }
    var connections: [ConnectionTally] = []
    // What the proxy got was drawn for every call, whatever connections it has itself.
    var proxied = ConnectionTally()
    for connection in run.connections where connection.tally.answered > 0 {
      guard connection.way == .proxy else {
        var tally = ConnectionTally()
        tally.answered(pod: row[connection.pod], rpcs: connection.tally.answered)
        connections.append(tally)
        continue
      }
      proxied.answered(pod: row[connection.pod], rpcs: connection.tally.answered)
    }
    if proxied.answered > 0 { connections.append(proxied) }
    return Sample(
      pods: members.map { pod in
        let tally = tally(of: pod)
        return Sample.Pod(name: run.pods[pod].name, answered: tally.answered, lost: tally.lost)
      },
      connections: connections, generations: run.slack, isCyclic: policy == .roundRobin,
      takesFirstAddress: policy == .http1 || policy == .pickFirst, isReadySetKnown: true,
      membershipChanged: run.membershipChanges > 0)
  }

  private func tally(of pod: Int) -> PodTally {
    var tally = run.pods[pod].forgotten.tally
    for connection in run.connections where connection.pod == pod { tally += connection.tally }
    return tally
  }

  private var resolution: Report.Resolution {
    let asked = [
      run.dnsQuestions.isEmpty ? nil : "dns", run.apiRequests.isEmpty ? nil : "kubernetes",
    ].compactMap { $0 }
    let isDNS = !run.dnsQuestions.isEmpty
    return Report.Resolution(
      resolver: asked.isEmpty ? "none" : asked.joined(separator: "+"),
      server: isDNS ? plan.nameServer : nil, ttl: isDNS ? plan.ttl : nil,
      addresses: run.pods.filter(\.isReady).map {
        Report.Address(address: $0.address.description, pod: $0.name, ready: true)
      },
      changes: run.membershipChanges)
  }

  private var wire: String {
    let used = run.connections.filter { $0.tally.answered + $0.warmup > 0 }
    return !used.isEmpty && used.allSatisfy(\.isHTTP1) ? "http1" : "h2"
  }

  private func pods(answered: Int) -> [Report.Pod] {
    members.map { pod in
      let own = run.connections.filter { $0.pod == pod }
      // The pod itself says what it did; what its client waited it cannot see.
      return Report.Pod(
        pod: run.pods[pod].name, address: run.pods[pod].address.description, identity: "lab",
        tally: tally(of: pod), answered: answered,
        connections: own.count + run.pods[pod].forgotten.connections,
        warmup: own.reduce(run.pods[pod].forgotten.warmup) { $0 + $1.warmup })
    }
  }

  private var connections: [Report.Connection] {
    run.connections.sorted { $0.opened < $1.opened }.enumerated().map { id, connection in
      Report.Connection(
        id: id, channel: 0, local: connection.client, remote: connection.remote,
        pods: connection.tally.answered > 0 ? [run.pods[connection.pod].name] : [],
        opened: connection.opened, closed: connection.closed, closedBy: connection.closedBy,
        goAway: connection.goAway, rpcs: connection.tally.answered)
    }
  }
}
