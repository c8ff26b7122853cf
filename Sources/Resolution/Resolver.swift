package import Naming
private import Synchronization

/// Looks one name up in DNS for one channel: at once, and again as its rules say when `reResolve()` asks
/// for it. Each channel has its own; they share a `DNSClient`.
///
/// Begins with `init` and ends with `stop()` or the last reference.
package final class Resolver: Sendable {
  /// The list after each lookup, also when it did not change, and each failure. An IP literal gives
  /// one list and no more. Ends with the resolver. For one reader.
  package let updates: AsyncStream<ResolverUpdate>

  private let publisher: AsyncStream<ResolverUpdate>.Continuation
  private let requests: AsyncStream<Void>.Continuation
  private let state: State
  private let task: Task<Void, Never>

  private final class State: Sendable {
    let latest = Mutex<DNSResolution?>(nil)
  }

  /// - Parameters:
  ///   - port: goes into the endpoints.
  ///   - seed: of the jitter.
  package init(
    client: DNSClient, host: String, port: UInt16, rules: ReResolutionRules = .go, seed: UInt64
  ) {
    let (updates, publisher) = AsyncStream.makeStream(of: ResolverUpdate.self)
    // One request is kept while the resolver is busy; more say the same.
    let (asked, requests) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let state = State()
    self.updates = updates
    self.publisher = publisher
    self.requests = requests
    self.state = state
    task = Task {
      var run = Run(
        client: client, host: host, port: port, rules: rules, seed: seed, asked: asked)
      await run.untilCancelled { resolution, update in
        state.latest.withLock { $0 = resolution }
        publisher.yield(update)
      }
    }
  }

  deinit { stop() }

  /// The result of the last lookup; nil before it.
  package var latest: DNSResolution? { state.latest.withLock { $0 } }

  /// A hint that the list may be old: what happens is up to the rules.
  package func reResolve() { requests.yield() }

  package func stop() {
    task.cancel()
    requests.finish()
    publisher.finish()
  }
}

/// The task of one resolver.
private struct Run {
  let client: DNSClient
  let host: String
  let port: UInt16
  let rules: ReResolutionRules
  var random: SplitMix64
  var requests: AsyncStream<Void>.Iterator
  var schedule: LookupSchedule

  init(
    client: DNSClient, host: String, port: UInt16, rules: ReResolutionRules, seed: UInt64,
    asked: AsyncStream<Void>
  ) {
    self.client = client
    self.host = host
    self.port = port
    self.rules = rules
    random = SplitMix64(seed: seed)
    requests = asked.makeAsyncIterator()
    schedule = LookupSchedule(rules: rules)
  }

  mutating func untilCancelled(_ publish: (DNSResolution, ResolverUpdate) -> Void) async {
    while !Task.isCancelled {
      switch schedule.step {
      case .lookUp:
        schedule.started(at: .now)
        let scope: DNSClient.Scope = rules.asksForServiceConfig ? .addressesAndConfig : .addresses
        let resolution = await client.lookUp(host: host, port: port, scope)
        if Task.isCancelled { return }
        let update = update(from: resolution)
        publish(resolution, update)
        if case .endpoints(let endpoints) = update, !endpoints.isEmpty {
          schedule.succeeded(at: .now)
        } else {
          schedule.failed(at: .now, jitter: Double.random(in: -1...1, using: &random))
        }
        // An IP literal cannot change (grpc-go gives it a resolver without a loop).
        if resolution.a.source == .literal { return }
      case .wait(let instant):
        try? await Task.sleep(until: instant, clock: .continuous)
        schedule.waited()
      case .awaitRequest:
        guard await requests.next() != nil else { return }
        schedule.requested(at: .now)
      }
    }
  }

  private func update(from resolution: DNSResolution) -> ResolverUpdate {
    switch resolution.outcome.meaning(to: rules) {
    case .addresses, .emptyList: return .endpoints(resolution.endpoints)
    case .failure:
      let answer = resolution.a.outcome == resolution.outcome ? resolution.a : resolution.aaaa
      let server = answer.server.map { " from DNS server \($0)" } ?? ""
      return .failure("\(answer.outcome)\(server) for \(answer.name) \(answer.type)")
    }
  }
}
