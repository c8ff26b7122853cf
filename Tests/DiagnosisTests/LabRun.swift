import Diagnosis
import Distribution
import Lab
import Naming
import Reporting
import Testing
import Transport

/// One measured run against a lab, with the pods' own counts beside the report.
struct LabRun {
  var report: Report
  var counts: [PodCounts]
  var cluster: LabCluster

  /// Starts a lab, prepares it, measures, reads what the pods counted, and stops it.
  static func measure(
    _ policy: DistributePlan.Policy,
    options: LabOptions = LabOptions(),
    prepare: (LabCluster) async throws -> Void = { _ in },
    meanwhile: (@Sendable (LabCluster, RunControl) async throws -> Void)? = nil,
    adjust: (inout DistributePlan, LabCluster) -> Void = { _, _ in }
  ) async throws -> LabRun {
    let cluster = try await LabCluster.start(options)
    do {
      try await prepare(cluster)
      var plan = try plan(policy, cluster)
      adjust(&plan, cluster)
      let control = RunControl()
      let ready = plan
      async let measured = distribute(ready, control: control)
      try await meanwhile?(cluster, control)
      let report = try await measured
      let counts = try await cluster.counts()
      try await cluster.stop()
      return LabRun(report: report, counts: counts, cluster: cluster)
    } catch {
      try await cluster.stop()
      throw error
    }
  }

  /// The same for a run that differs in its plan only.
  static func measure(
    _ policy: DistributePlan.Policy, options: LabOptions = LabOptions(),
    _ adjust: (inout DistributePlan, LabCluster) -> Void
  ) async throws -> LabRun {
    try await measure(policy, options: options, prepare: { _ in }, adjust: adjust)
  }

  /// The plan of a run that takes no longer than its sockets do.
  static func plan(
    _ policy: DistributePlan.Policy, _ cluster: LabCluster
  ) throws -> DistributePlan {
    let name = policy == .clusterIP ? cluster.names.clusterIP : cluster.names.headless
    var plan = DistributePlan(
      target: try target(name, cluster), source: .lab, version: "test", policy: policy,
      request: RPCRequest(path: "/grpc.health.v1.Health/Check"), seed: 7)
    plan.membership = try target(cluster.names.headless, cluster)
    plan.rate = 0
    plan.amount = .rpcs(1000)
    return plan
  }

  static func target(_ host: String, _ cluster: LabCluster) throws -> Target {
    try Target("dns://\(cluster.dnsServer)/\(host):\(cluster.port)")
  }

  /// The report's pod of this name.
  func pod(_ name: String) throws -> Report.Pod {
    try #require(report.pods.first { $0.pod == name }, "no row for \(name)")
  }

  /// What has to be true of every run, whatever went wrong in it: the report's counts equal the pods'
  /// own, and nothing is counted twice or disappears.
  func expectTruth(sourceLocation: SourceLocation = #_sourceLocation) throws {
    for (pod, counted) in zip(cluster.pods, counts) {
      let row = try pod_(pod.name)
      #expect(
        (row?.rpcs ?? 0) + (row?.warmup ?? 0) == counted.answered, "\(pod.name)",
        sourceLocation: sourceLocation)
      #expect(counted.violations.isEmpty, sourceLocation: sourceLocation)
    }
    let rpcs = report.rpcs
    #expect(rpcs.sent == rpcs.answered + rpcs.lost, sourceLocation: sourceLocation)
    #expect(
      report.pods.reduce(0) { $0 + $1.rpcs } + rpcs.unattributed == rpcs.answered,
      sourceLocation: sourceLocation)
    #expect(rpcs.byStatus.values.reduce(0, +) == rpcs.answered, sourceLocation: sourceLocation)
    #expect(rpcs.lostByCause.values.reduce(0, +) == rpcs.lost, sourceLocation: sourceLocation)
    #expect(
      report.connections.reduce(0) { $0 + $1.rpcs } == rpcs.answered,
      sourceLocation: sourceLocation)
    expectTimeline(sourceLocation)
  }

  /// The slices of the window add up to what is counted of all of it.
  private func expectTimeline(_ sourceLocation: SourceLocation) {
    guard let timeline = report.timeline else {
      #expect(report.rpcs.sent == 0, "no timeline", sourceLocation: sourceLocation)
      return
    }
    var left = report.pods.map(\.rpcs)
    for (pod, series) in zip(timeline.pods, timeline.rpcs) {
      #expect(series.count == timeline.lost.count, sourceLocation: sourceLocation)
      #expect(series.reduce(0, +) == left[pod], sourceLocation: sourceLocation)
      left[pod] = 0
    }
    #expect(
      left.reduce(0, +) == timeline.others?.reduce(0, +) ?? 0, sourceLocation: sourceLocation)
    #expect(timeline.lost.reduce(0, +) == report.rpcs.lost, sourceLocation: sourceLocation)
    #expect(timeline.lost.count <= TimeSlices.most, sourceLocation: sourceLocation)
    let length = Double(timeline.lost.count - 1) * timeline.step
    #expect(length <= report.duration * 1000, sourceLocation: sourceLocation)
  }

  private func pod_(_ name: String) throws -> Report.Pod? {
    let rows = report.pods.filter { $0.pod == name }
    try #require(rows.count <= 1, "\(name) has \(rows.count) rows")
    return rows.first
  }
}

extension LabCluster {
  /// Returns once this pod has answered so many requests.
  func answered(_ count: Int, by pod: Int) async throws {
    while try await pods[pod].counts().answered < count { await Task.yield() }
  }

  func setBehaviour(
    pods which: Range<Int>? = nil, _ change: (inout PodBehaviour) -> Void
  ) async throws {
    var behaviour = PodBehaviour.healthy
    change(&behaviour)
    for index in which ?? pods.indices { try await pods[index].setBehaviour(behaviour) }
  }
}
