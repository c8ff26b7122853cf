internal import Balancing
internal import Distribution
internal import Naming
internal import Protobuf
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
  let names = try await Names.open(plan.target, plan.lookup, log: plan.stepLog)
  defer { names.close() }
  let found = try await names.lookUp(withLegacy: plan.lookup.reading == .kuberesolver(.v5))
  if let problem = found.problem { throw problem }
  let backends = try await Backends(found, plan)
  let resolved = backends.endpoints
  plan.stepLog?("resolved \(plan.target.given): \(resolved.count) endpoint(s)")

  let (plan, body) = try plan.askingForServerName()
  let load = plan.load(pods: backends.ready?.count ?? resolved.count)
  let security = try plan.clientSecurity(backends)
  var random = SplitMix64(seed: plan.seed)
  let options = ChannelOptions(
    policy: plan.policy == .roundRobin ? .roundRobin : .pickFirst,
    profile: .go,
    authority: backends.authority(plan.target),
    security: security,
    request: plan.request,
    virtualBackends: backends.isEmulated ? resolved.flatMap(\.addresses) : [],
    seed: random.next())
  let seeds = (0..<load.channels).map { _ in random.next() }
  let sources = names.sources(backends, plan.lookup.reading, seeds: seeds, log: plan.stepLog)
  plan.stepLog?(
    "connecting with \(plan.policy.rawValue) over \(load.channels) channel(s), warming up, sending")
  let counts = try await LoadRun.counts(load: load, sources: sources, control: control) { share in
    LoadWorker.Settings(
      share: share, timeout: plan.request.timeout, identity: plan.identity, options: options,
      addresses: resolved.count, frameLog: plan.frameLog,
      usesChannelz: plan.identity == .channelz
        || (plan.identity == .auto && !backends.peersArePods),
      body: body)
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
      ready: backends.ready, peersArePods: backends.peersArePods, nameSource: plan.identity.source,
      peerConfidence: backends.peerConfidence, believesChannelzFirst: plan.identity == .channelz))
  return ReportBuilder(
    plan: plan, load: load,
    resolution: found.resolution(changes: counts.listChanges),
    backends: backends, counts: counts, attribution: attribution,
    startedAt: startedAt, interrupted: control.isStopped
  ).report()
}

extension DistributePlan {
  /// gRPC's own test service names its server in the response, where the request asks for it.
  fileprivate func askingForServerName() throws -> (DistributePlan, BodyIdentity?) {
    guard identity == .auto, request.path == BodyIdentity.testService else { return (self, nil) }
    var plan = self
    let method = try Schema.builtIn.method(named: request.path)
    if request.message.isEmpty {
      var message = DynamicMessage(method.input)
      try message.set("fill_server_id", to: .bool(true))
      plan.request.message = message.encoded()
    }
    plan.request.keptBody = BodyIdentity.largestBody
    return (plan, try BodyIdentity(["server_id", "hostname"], of: method))
  }

  fileprivate func clientSecurity(_ backends: Backends) throws -> ClientSecurity? {
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
