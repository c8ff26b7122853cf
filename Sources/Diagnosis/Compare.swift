internal import Distribution
package import Naming
package import Reporting
internal import Resolution

/// Measures the same load under each policy, over each resolver that works for the target, one after
/// the other. What cannot be measured has a row that says why; a `Problem` is thrown where nothing
/// could be.
/// - Parameters:
///   - plan: its policy and resolver are left aside.
///   - virtualIP: another name, of a virtual IP in front of the same pods, where one is known.
package func compare(
  _ plan: DistributePlan, virtualIP: Target? = nil, control: RunControl = RunControl()
) async throws -> CompareReport {
  let startedAt = timestamp(unixMilliseconds: WallClock.unixMilliseconds)
  var rows: [CompareReport.Row] = []
  var problem: Problem?
  for variation in Variation.all(for: plan.target, plan.lookup) where !control.isStopped {
    do {
      rows.append(try await variation.measure(plan, virtualIP, control))
    } catch let error as Problem {
      problem = problem ?? error
      rows.append(variation.row(skipped: "\(error.phase.rawValue): \(error.cameBack)"))
    }
  }
  if let problem, rows.allSatisfy({ $0.measured == nil }) { throw problem }
  return CompareReport(
    version: plan.version, source: plan.source, startedAt: startedAt,
    interrupted: control.isStopped, seed: plan.seed, target: Report.Target(plan.target), rows: rows)
}

/// One way of connecting.
private struct Variation {
  let policy: DistributePlan.Policy
  var wire = DistributePlan.Wire.h2
  /// Nil where the target lists its addresses.
  let resolver: LookupOptions.Resolver?

  /// Every policy over every resolver that has a name for the target. A virtual IP is the same
  /// whoever looks it up: it is measured over the resolver that the target names, and over HTTP/1.1
  /// as well, which is what HTTP/2 is compared with.
  static func all(for target: Target, _ lookup: LookupOptions) -> [Variation] {
    var first: LookupOptions.Resolver?
    switch target.kind {
    case .fixed: first = nil
    case .dns: first = .dns
    case .kubernetes: first = .kubernetes
    }
    var resolvers = [lookup.resolver ?? first]
    if let first, lookup.resolver == nil,
      first == .kubernetes || ServiceReference.isService(dnsHost: target.host)
    {
      var options = lookup
      options.resolver = first == .dns ? .kubernetes : .dns
      if (try? options.kind(of: target)) != nil { resolvers.append(options.resolver) }
    }
    return resolvers.flatMap { resolver in
      [DistributePlan.Policy.pickFirst, .roundRobin].map {
        Variation(policy: $0, resolver: resolver)
      }
    }
      + DistributePlan.Wire.allCases.map {
        Variation(policy: .clusterIP, wire: $0, resolver: resolvers[0])
      }
  }

  func measure(
    _ plan: DistributePlan, _ virtualIP: Target?, _ control: RunControl
  ) async throws -> CompareReport.Row {
    var plan = plan
    plan.policy = policy
    if policy == .clusterIP, let virtualIP {
      plan.membership = plan.target
      plan.target = virtualIP
    }
    plan.wire = wire
    if wire == .http1 { plan.identity = plan.identity.overHTTP1 }
    plan.lookup.resolver = resolver
    plan.assertions = []
    plan.stepLog?("measuring \(name)")
    let report = try await distribute(plan, control: control)
    var row = row(skipped: nil)
    row.measured = CompareReport.Measured(
      report, expected: report.statistics.ready.map { expectation(report).pods(of: $0) })
    return row
  }

  /// A connection through a virtual IP is a draw, and so is pick_first's over DNS, which shuffles its
  /// answers, and each connection that an HTTP/1.1 pool has. Where everybody has the same list,
  /// pick_first takes the first of it.
  private func expectation(_ report: Report) -> Expectation {
    switch policy {
    case _ where wire == .http1: .draws(report.connections.count { $0.rpcs > 0 })
    case .roundRobin where report.resolution.addresses.count > 1: .everyPod
    case .pickFirst where resolver != .dns: .draws(1)
    default: .draws(report.policy.channels)
    }
  }

  func row(skipped: String?) -> CompareReport.Row {
    CompareReport.Row(
      policy: policy.rawValue, resolver: resolver?.rawValue ?? "static", protocol: wire.rawValue,
      skipped: skipped)
  }

  private var name: String {
    "\(policy.rawValue) over \(resolver?.rawValue ?? "static") in \(wire.rawValue)"
  }
}
