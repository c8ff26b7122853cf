internal import Naming
package import Reporting
internal import Transport

/// Examines a service as a gRPC client meets it: its name, its settings, what stands in the path, each
/// pod by itself, and what the client's policy makes of all that. Changes nothing, and sends fewer
/// than 200 RPCs. Whatever cannot be found out is told, and does not keep the rest from being examined.
package func doctor(_ plan: DoctorPlan) async -> DoctorReport {
  let startedAt = timestamp(unixMilliseconds: WallClock.unixMilliseconds)
  let names = await DoctorEvidence.Part {
    try await resolve(
      ResolvePlan(
        target: plan.target, source: plan.source, version: plan.version, lookup: plan.lookup,
        stepLog: plan.stepLog))
  }
  let found = await DoctorEvidence.Part { try await plan.addresses() }
  let pods = await DoctorEvidence.Part {
    let found = try found.get()
    let probed = found.addresses.prefix(DoctorPlan.mostPods)
    return await plan.examine(Array(probed), found.options)
  }
  let evidence = DoctorEvidence(
    target: plan.target, policy: plan.policy, keepaliveTime: plan.keepaliveTime,
    proxyVariable: plan.source == .lab
      ? nil
      : ProxyEnvironment(environment: plan.lookup.environment).variable(for: plan.target),
    names: names,
    ownAccess: await plan.access(of: .lbcheck),
    kuberesolverAccess: await plan.access(of: .kuberesolver(.v6)),
    pods: pods,
    serverName: plan.security.map { $0.serverName ?? found.value?.serverName ?? plan.target.host },
    run: await DoctorEvidence.Part { try await distribute(plan.run) })
  let run = evidence.run.value?.rpcs
  return DoctorReport(
    version: plan.version, source: plan.source, startedAt: startedAt,
    target: Report.Target(plan.target), policy: plan.policy.rawValue,
    rpcs: (pods.value?.count { $0.failure == nil } ?? 0)
      + (run.map { $0.sent + $0.warmup + $0.probes } ?? 0),
    checks: evidence.examined())
}

extension DoctorPlan {
  fileprivate func access(of reader: ResolverReader) async -> DoctorEvidence.Part<AccessReport> {
    await DoctorEvidence.Part {
      try await checkAccess(
        AccessPlan(
          target: target, reader: reader, serviceAccount: nil, lookup: lookup, version: version,
          stepLog: stepLog))
    }
  }
}
