internal import Balancing
internal import Naming
internal import Reporting
internal import Resolution
internal import Transport

/// One resolver with its channel.
struct WatchLane {
  let name: String
  let names: Names
  let backends: Backends
  let call: PreparedCall

  /// Looks up once; throws where there is nothing to connect to.
  static func open(
    _ plan: DistributePlan, _ resolver: LookupOptions.Resolver?
  ) async throws -> WatchLane {
    var lookup = plan.lookup
    lookup.resolver = resolver ?? lookup.resolver
    let names = try await Names.open(plan.target, lookup, log: plan.stepLog)
    do {
      let found = try await names.lookUp()
      if let problem = found.problem { throw problem }
      let name =
        switch found.origin {
        case .fixed: "static"
        case .dns: "dns"
        case .kubernetes: "kubernetes"
        }
      let backends = try await Backends(found, plan)
      return WatchLane(
        name: name, names: names, backends: backends, call: try await PreparedCall(plan, backends))
    } catch {
      names.close()
      throw error
    }
  }

  /// Sends RPCs until `stop` returns; then waits for what is in flight.
  func run(
    _ lane: Int, _ plan: WatchPlan, _ recorder: WatchRecorder, _ beginning: Beginning,
    until stop: () async -> Void
  ) async throws {
    var random = SplitMix64(seed: plan.run.seed &+ UInt64(lane))
    let run = call.plan
    var options = try run.channelOptions(
      backends, policy: run.policy == .roundRobin ? .roundRobin : .pickFirst)
    options.seed = random.next()
    let source = names.sources(
      backends, run.lookup.reading, rules: run.client.rules, seeds: [random.next()],
      log: run.stepLog)[0]
    let settings = LaneWorker.Settings(
      lane: lane, rate: plan.rate, timeout: run.request.timeout, identity: run.identity,
      options: options, body: call.body, recorder: recorder,
      began: { beginning.began($0) }, frameLog: run.frameLog)
    let group = LoopGroup(count: 1)
    let worker = try await group.make(on: 0) { loop in
      LaneWorker(
        on: loop, settings, reResolve: { source.reResolve() },
        lookUpAnew: { source.beginAnew() })
    }
    let reader = Task {
      for await update in source.updates { worker.cast { $0.resolved(update) } }
    }
    await stop()
    await withCheckedContinuation { continuation in
      worker.cast { $0.stop { continuation.resume() } }
    }
    try await worker.call { $0.shutDown() }
    reader.cancel()
    source.stop()
    await group.shutDown()
  }
}
