internal import Balancing
internal import Distribution
internal import Naming
package import Reporting
internal import Resolution
internal import Transport

/// Measures how a gRPC client with this target and policy spreads its RPCs: resolve, connect, warm
/// up, send, attribute, judge.
///
/// Throws a `Problem` where nothing could be measured.
package func distribute(
  _ plan: DistributePlan, control: RunControl = RunControl()
) async throws -> Report {
  let startedAt = (unixMilliseconds: WallClock.unixMilliseconds, monotonic: MonotonicTime.now())
  let names = try await Names.open(plan.target, nameServer: plan.nameServer)
  defer { names.close() }
  let found = await names.lookUp()
  let resolved = found.endpoints
  plan.stepLog?("resolved \(plan.target.given): \(resolved.count) address(es)")
  guard !resolved.isEmpty else { throw found.problem(plan.target) }

  // A single address may be a virtual IP or a proxy: only the user can vouch that it is the pod.
  let isList = resolved.count > 1
  let isEmulated = plan.policy == .clusterIP && isList
  let peersArePods = plan.identity == .peer || (isList && (plan.policy != .clusterIP || isEmulated))
  var ready = peersArePods ? resolved : nil
  if !peersArePods, let membership = plan.membership {
    ready = try await Names.endpoints(of: membership)
  }

  let load = plan.load(pods: ready?.count ?? resolved.count)
  let security = try plan.clientSecurity()
  var random = SplitMix64(seed: plan.seed)
  let options = ChannelOptions(
    policy: plan.policy == .roundRobin ? .roundRobin : .pickFirst,
    profile: .go,
    authority: plan.target.authority,
    security: security,
    request: plan.request,
    virtualBackends: isEmulated ? resolved.flatMap(\.addresses) : [],
    seed: random.next())
  let sources = (0..<load.channels).map { _ in names.source(seed: random.next()) }
  plan.stepLog?(
    "connecting with \(plan.policy.rawValue) over \(load.channels) channel(s), warming up, sending")
  let counts = try await LoadRun.counts(load: load, sources: sources, control: control) { share in
    LoadWorker.Settings(
      share: share, timeout: plan.request.timeout, identity: plan.identity, options: options,
      addresses: resolved.count, frameLog: plan.frameLog)
  }
  if counts.warmupAnswered == 0, !control.isStopped {
    throw Problem.nothingAnswered(
      counts, method: plan.request.path, timeout: plan.request.timeout)
  }
  plan.stepLog?(
    "\(counts.warmup) warm-up RPCs over \(counts.connections.count) connection(s), then "
      + "\(counts.rows.reduce(0) { $0 + $1.tally.sent } + counts.unplaced.sent) measured")
  let attribution = Attribution(
    counts.rows,
    known: Attribution.Known(
      ready: ready, peersArePods: peersArePods, nameSource: plan.identity.source))
  return ReportBuilder(
    plan: plan, load: load,
    resolution: found.resolution(changed: counts.listChanged),
    resolved: resolved, counts: counts, attribution: attribution, isEmulated: isEmulated,
    startedAt: startedAt, interrupted: control.isStopped
  ).report()
}

extension DistributePlan {
  fileprivate func clientSecurity() throws -> ClientSecurity? {
    guard let options = security else { return nil }
    do {
      return try ClientSecurity(options, host: target.host)
    } catch {
      throw Problem(
        phase: .tls, tried: "to set up TLS", cameBack: error.message,
        next: "check the files given with --cacert, --cert and --key")
    }
  }
}

extension IdentityChoice {
  /// As the report names it.
  var source: String {
    switch self {
    case .auto: "header"
    case .peer: "peer"
    case .header(let name): "header:\(name)"
    }
  }
}
