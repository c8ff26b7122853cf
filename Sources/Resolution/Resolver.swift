package import Naming
private import Synchronization

/// Looks one name up in DNS for one channel: at once, and again as its rules say when `reResolve()` asks
/// for it. Each channel has its own; they share a `DNSClient`.
///
/// Begins with `init` and ends with `stop()` or the last reference.
package final class Resolver: Sendable {
  /// The list after each lookup, also when it did not change, and each failure. An IP literal gives
  /// one list and no more. Ends with the resolver. For one reader.
  package var updates: AsyncStream<ResolverUpdate> { run.updates }

  private let run: Run

  /// - Parameters:
  ///   - port: goes into the endpoints.
  ///   - seed: of the jitter.
  package init(
    client: DNSClient, host: String, port: UInt16, rules: ReResolutionRules = .go, seed: UInt64,
    clock: ResolverClock = .continuous
  ) {
    run = Run(client: client, host: host, port: port, rules: rules, seed: seed, clock: clock)
    run.beginAnew()
  }

  deinit { stop() }

  /// The result of the last lookup; nil before it.
  package var latest: DNSResolution? { run.latest }

  /// A hint that the list may be old: what happens is up to the rules.
  package func reResolve() { run.requested() }

  /// Looks up at once, whatever was looked up before, as the new resolver does that a channel makes
  /// when it leaves idle.
  package func lookUpAnew() { run.beginAnew() }

  package func stop() { run.stop() }
}

/// What the tasks of one resolver share, which come one after another.
private final class Run: Sendable {
  let updates: AsyncStream<ResolverUpdate>

  private let client: DNSClient
  private let host: String
  private let port: UInt16
  private let rules: ReResolutionRules
  private let clock: ResolverClock
  private let publisher: AsyncStream<ResolverUpdate>.Continuation
  private let state: Mutex<State>

  private struct State {
    var schedule: LookupSchedule
    var random: SplitMix64
    var latest: DNSResolution?
    var task: Task<Void, Never>?
    /// Ends `awaitRequest`.
    var poke: AsyncStream<Void>.Continuation?
    var isStopped = false
  }

  init(
    client: DNSClient, host: String, port: UInt16, rules: ReResolutionRules, seed: UInt64,
    clock: ResolverClock
  ) {
    self.client = client
    self.host = host
    self.port = port
    self.rules = rules
    self.clock = clock
    (updates, publisher) = AsyncStream.makeStream(of: ResolverUpdate.self)
    state = Mutex(
      State(schedule: LookupSchedule(rules: rules), random: SplitMix64(seed: seed)))
  }

  var latest: DNSResolution? { state.withLock { $0.latest } }

  func requested() {
    state.withLock { state in
      state.schedule.requested(at: clock.now())
      state.poke?.yield()
    }
  }

  func beginAnew() {
    let (pokes, poke) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    state.withLock { state in
      guard !state.isStopped else { return }
      state.task?.cancel()
      state.schedule = LookupSchedule(rules: rules)
      state.poke = poke
      state.task = Task { await self.untilCancelled(pokes) }
    }
  }

  func stop() {
    state.withLock { state in
      state.isStopped = true
      state.task?.cancel()
      state.poke?.finish()
    }
    publisher.finish()
  }

  private func untilCancelled(_ pokes: AsyncStream<Void>) async {
    var pokes = pokes.makeAsyncIterator()
    while !Task.isCancelled {
      switch state.withLock({ $0.schedule.step }) {
      case .lookUp:
        guard await lookUp() else { return }
      case .wait(let instant):
        try? await clock.sleep(instant)
        step { $0.schedule.waited() }
      case .awaitRequest:
        guard await pokes.next() != nil else { return }
      }
    }
  }

  /// False where there is nothing more to look up.
  private func lookUp() async -> Bool {
    step { $0.schedule.started(at: clock.now()) }
    let scope: DNSClient.Scope = rules.asksForServiceConfig ? .addressesAndConfig : .addresses
    let resolution = await client.lookUp(host: host, port: port, scope)
    let update = update(from: resolution)
    step { state in
      state.latest = resolution
      publisher.yield(update)
      if case .endpoints(let endpoints) = update, !endpoints.isEmpty {
        state.schedule.succeeded(at: clock.now())
      } else {
        let jitter = Double.random(in: -1...1, using: &state.random)
        state.schedule.failed(at: clock.now(), jitter: jitter)
      }
    }
    // An IP literal cannot change (grpc-go gives it a resolver without a loop).
    return resolution.a.source != .literal
  }

  /// A task that was replaced changes nothing: it was cancelled under the same lock.
  private func step(_ body: (inout State) -> Void) {
    state.withLock { if !Task.isCancelled { body(&$0) } }
  }

  private func update(from resolution: DNSResolution) -> ResolverUpdate {
    switch resolution.outcome.meaning(to: rules) {
    case .addresses, .emptyList: return .endpoints(rules.endpoints(of: resolution))
    case .failure:
      let answer = resolution.a.outcome == resolution.outcome ? resolution.a : resolution.aaaa
      let server = answer.server.map { " from DNS server \($0)" } ?? ""
      return .failure("\(answer.outcome)\(server) for \(answer.name) \(answer.type)")
    }
  }
}

extension ReResolutionRules {
  /// What a channel gets of an answer.
  package func endpoints(of resolution: DNSResolution) -> [Endpoint] {
    let endpoints = resolution.endpoints
    guard joinsAddresses, !endpoints.isEmpty else { return endpoints }
    return [Endpoint(addresses: endpoints.flatMap(\.addresses))]
  }
}
