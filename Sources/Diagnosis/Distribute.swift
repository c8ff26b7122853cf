internal import Balancing
internal import Distribution
internal import Naming
package import Reporting
internal import Resolution
internal import Transport

/// Measures how a client with this target and policy spreads its RPCs or HTTP/1.1 requests: resolve,
/// connect, warm up, send, attribute, judge.
///
/// Throws a `Problem` where nothing could be measured.
package func distribute(
  _ plan: DistributePlan, control: RunControl = RunControl()
) async throws -> Report {
  let startedAt = (unixMilliseconds: WallClock.unixMilliseconds, monotonic: MonotonicTime.now())
  let names = try await Names.open(plan.target, plan.lookup, log: plan.stepLog)
  defer { names.close() }
  let found = try await names.lookUp(withLegacy: plan.lookup.reading == .kuberesolver(.v5))
  if let problem = found.problem, !found.hasList(plan.lookup.reading) { throw problem }
  let backends = try await Backends(found, plan)
  let resolved = backends.endpoints
  plan.stepLog?("resolved \(plan.target.given): \(resolved.count) endpoint(s)")

  let call = try await PreparedCall(plan, backends)
  let plan = call.plan
  let load = plan.load(pods: backends.ready?.count ?? resolved.count)
  try plan.checkFileLimit(load, addresses: resolved.count)
  plan.stepLog?(
    "connecting with \(plan.policy.rawValue) over \(load.channels) channel(s), warming up, sending")
  let clusterNames = ClusterNames(found, plan)
  defer { clusterNames.cancel() }
  var counts =
    switch plan.wire {
    case .h2: try await plan.sendRPCs(load, names, backends, call.body, control)
    case .http1: try await plan.sendHTTP1(load, names, backends, control)
    }
  counts.probes += call.probes
  plan.stepLog?(
    "\(counts.warmup) warm-up RPCs over \(counts.connections.count) connection(s), then "
      + "\(counts.rows.reduce(0) { $0 + $1.tally.sent } + counts.unplaced.sent) measured")
  // The addresses are not those of the beginning any more: what they are has to be asked again.
  var known = backends
  if counts.earlierChanges > 0 || counts.hasOtherAddresses(than: backends.endpoints),
    let now = try? await names.lookUp(), now.problem == nil
  {
    known = try await Backends(now, plan)
  }
  if let answer = await clusterNames.answer() { known = known.named(by: answer) }
  let attribution = plan.attribution(of: counts, to: known)
  return ReportBuilder(
    plan: plan, load: load,
    resolution: known.found.resolution(
      earlierChanges: counts.earlierChanges, windowChanges: counts.listChanges),
    backends: known, counts: counts, attribution: attribution,
    startedAt: startedAt, interrupted: control.isStopped
  ).report()
}

extension DistributePlan {
  /// Over gRPC channels.
  fileprivate func sendRPCs(
    _ load: Load, _ names: Names, _ backends: Backends, _ body: BodyIdentity?,
    _ control: RunControl
  ) async throws -> Counts {
    var random = SplitMix64(seed: seed)
    var options = try channelOptions(
      backends, policy: policy == .roundRobin ? .roundRobin : .pickFirst)
    serviceConfig?.apply(to: &options, path: request.path)
    options.virtualBackends = backends.isEmulated ? backends.endpoints.flatMap(\.addresses) : []
    options.seed = random.next()
    let seeds = (0..<load.channels).map { _ in random.next() }
    let counts = try await LoadRun.counts(
      load: load,
      sources: names.sources(
        backends, lookup.reading, rules: client.rules, seeds: seeds, log: stepLog),
      control: control, earlyEnd: earlyEnd(backends)
    ) { [options] share in
      LoadWorker.Settings(
        share: share, timeout: request.timeout, identity: identity, options: options,
        addresses: backends.endpoints.count, frameLog: frameLog,
        usesChannelz: identity == .channelz || (identity == .auto && !backends.peersArePods),
        body: body)
    }
    if counts.warmupAnswered == 0, counts.earlierChanges == 0, !control.isStopped {
      throw Problem.nothingAnswered(
        counts, target, method: request.path, timeout: request.timeout)
    }
    return counts
  }

  /// Whom channels call, and over what.
  func channelOptions(_ backends: Backends, policy: Balancing.Policy) throws -> ChannelOptions {
    ChannelOptions(
      policy: policy, profile: client.profile, keepalive: keepalive,
      authority: backends.authority(target),
      security: try clientSecurity(backends), request: request, seed: seed)
  }

  func clientSecurity(_ backends: Backends) throws -> ClientSecurity? {
    guard let options = security else { return nil }
    do {
      return try ClientSecurity(options, host: backends.host(target))
    } catch {
      throw Problem(
        phase: .tls, tried: "to set up TLS", cameBack: error.message,
        next: "check the files given with --cacert, --cert and --key")
    }
  }
}
