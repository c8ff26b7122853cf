import Diagnosis
import Distribution
import Glibc
import Lab
import Naming
import Reporting
import Transport

/// A lab of a scenario's own, and runs against it.
struct DemoLab {
  let cluster: LabCluster
  private let lab: EmbeddedLab
  private let seed: UInt64

  /// Starts a lab, lets the scenario use it, and stops it.
  static func with<Result>(
    _ seed: UInt64, _ change: (inout LabOptions) -> Void = { _ in },
    _ body: (DemoLab) async throws -> Result
  ) async throws -> Result {
    var options = EmbeddedLab.options(seed: seed)
    change(&options)
    let lab = try await EmbeddedLab.start(options)
    do {
      let result = try await body(DemoLab(cluster: lab.cluster, lab: lab, seed: seed))
      await lab.stop()
      return result
    } catch {
      await lab.stop()
      throw error
    }
  }

  /// The headless Service's name, and that of the one with a ClusterIP.
  var headless: Target { lab.headless }
  var clusterIP: Target { lab.clusterIP }
  var proxy: Target { lab.proxy }

  /// As fast as it goes, unless the scenario wants it otherwise.
  func run(
    _ target: Target, _ policy: DistributePlan.Policy,
    _ change: (inout DistributePlan) throws -> Void = { _ in }
  ) async throws -> Report {
    var plan = plan(target, policy)
    try change(&plan)
    return try await checked(distribute(plan))
  }

  /// A run at 400 RPCs per second that is over when the body is.
  /// - Parameter answersAreKnown: false where pods may have sent answers that never arrived.
  func run(
    _ target: Target, _ policy: DistributePlan.Policy, answersAreKnown: Bool = true,
    _ change: (inout DistributePlan) throws -> Void = { _ in },
    while body: @Sendable (LabCluster) async throws -> Void
  ) async throws -> Report {
    var plan = plan(target, policy)
    plan.amount = .duration(.seconds(60))
    plan.rate = 400
    try change(&plan)
    let control = RunControl()
    async let report = distribute(plan, control: control)
    do {
      // The warm-up, and a little of the window.
      try await Task.sleep(for: .milliseconds(300))
      try await body(cluster)
    } catch {
      control.stop()
      throw error
    }
    control.stop()
    return answersAreKnown ? try await checked(report) : try await report
  }

  /// No claim is believed where lbcheck has not counted what the pods did.
  private func checked(_ report: Report) async throws -> Report {
    for (pod, counted) in zip(cluster.pods, try await cluster.counts()) {
      let rows = report.pods.filter { $0.pod == pod.name }
      let reported = rows.reduce(0) { $0 + $1.rpcs + $1.warmup }
      let answered = counted.answered + counted.http1
      guard reported == answered else {
        throw Miscount(pod: pod.name, reported: reported, answered: answered)
      }
    }
    return report
  }

  private struct Miscount: Error, CustomStringConvertible {
    let pod: String
    let reported: Int
    let answered: Int

    var description: String {
      "lbcheck counted \(reported) answers of \(pod), which gave \(answered)"
    }
  }

  private func plan(_ target: Target, _ policy: DistributePlan.Policy) -> DistributePlan {
    var plan = DistributePlan(
      target: target, source: .lab, version: Lbcheck.version, policy: policy,
      amount: .rpcs(500), rate: 0, request: RPCRequest(path: "/grpc.health.v1.Health/Check"),
      membership: headless, seed: seed)
    lab.adjust(&plan.lookup)
    return plan
  }

  /// Between two events of a pod, the first of each kind.
  func time(
    from start: LabEvent.Kind, to end: LabEvent.Kind, ofPod name: String
  ) async throws -> Duration? {
    let events = try await cluster.events().filter { $0.pod == name }
    guard let first = events.first(where: { $0.kind == start }),
      let last = events.first(where: { $0.kind == end })
    else { return nil }
    return last.time - first.time
  }
}

extension DemoLab {
  /// Between the first event of this kind and the end of the connection that stood to the address.
  /// - Parameter began: when the run did.
  func time(
    from start: LabEvent.Kind, toCloseOf address: IPAddress, in report: Report, began: LabInstant
  ) async throws -> Duration? {
    let closed = report.connections.lazy
      .filter { $0.remote.hasPrefix("\(address):") && $0.opened != nil }
      .compactMap(\.closed).first
    guard let closed, let event = try await cluster.events().first(where: { $0.kind == start })
    else { return nil }
    return .milliseconds(closed) - (event.time - began)
  }
}

extension Report {
  /// How many pods answered.
  var answering: Int { pods.count { $0.rpcs > 0 } }

  /// Such as `100/100/100`, by pod.
  var spread: String { pods.map { String($0.rpcs) }.joined(separator: "/") }

  /// The RPCs by pod, in a sentence.
  var told: String {
    let used = connections.count { $0.rpcs > 0 }
    return "\(rpcs.answered) over \(counted(used, "connection")): \(spread)"
  }
}

extension Duration {
  /// Such as `0.42 s`.
  var told: String { "\((self / .seconds(1) * 100).rounded() / 100) s" }
}
