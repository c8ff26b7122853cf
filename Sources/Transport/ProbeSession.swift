internal import Balancing
package import Naming

/// A connection of its own for probes, apart from any load: to the first endpoint that accepts one.
package struct ProbeSession: Sendable {
  /// No connection came about; what became of each attempt.
  package struct NotConnected: Error {
    package let records: [ConnectionRecord]
  }

  private let group: LoopGroup
  private let client: LoopBound<ProbeClient>

  /// Returns once a connection is READY; throws `NotConnected`. Close it in the end.
  /// - Parameter limit: for all attempts together.
  package static func open(
    _ options: ChannelOptions, to endpoints: [Endpoint], within limit: Duration
  ) async throws -> ProbeSession {
    let group = LoopGroup(count: 1)
    do {
      let client = try await group.make(on: 0) { ProbeClient(on: $0, options, endpoints) }
      let session = ProbeSession(group: group, client: client)
      let failure = await withCheckedContinuation { continuation in
        client.cast { $0.whenConnected(within: limit) { continuation.resume(returning: $0) } }
      }
      guard let failure else { return session }
      try await client.call { $0.close() }
      throw failure
    } catch {
      await group.shutDown()
      throw error
    }
  }

  package func call(_ probe: Probe) async -> ProbeResult {
    await withCheckedContinuation { continuation in
      client.cast { $0.call(probe) { continuation.resume(returning: $0) } }
    }
  }

  /// The connection as it is now.
  package var record: ConnectionRecord? {
    get async { (try? await client.call { $0.record }) ?? nil }
  }

  package func close() async {
    try? await client.call { $0.close() }
    await group.shutDown()
  }
}

/// What a `ProbeSession` has on its event loop.
private final class ProbeClient: CallObserver {
  private var context: LoopContext?
  private var timer: LoopTimer?
  private var waiting: ((ProbeSession.NotConnected?) -> Void)?

  init(on loop: Loop, _ options: ChannelOptions, _ endpoints: [Endpoint]) {
    var options = options
    options.policy = .pickFirst
    options.virtualBackends = []
    let context = LoopContext(
      loop: loop, concurrency: 0, timeout: .zero, identity: IdentityFields(pod: [], host: []),
      observer: self)
    self.context = context
    GRPCChannel(index: 0, options: options, loop: context, reResolve: {})
      .resolved(.endpoints(endpoints))
  }

  func whenConnected(
    within limit: Duration, _ body: @escaping (ProbeSession.NotConnected?) -> Void
  ) {
    waiting = body
    timer = context?.after(nanoseconds: limit.nanoseconds) { self.tell(self.failure) }
    turnEnded()
  }

  /// There is no load, and so there are no attempts.
  func attemptEnded(_ attempt: Attempt) {}

  func turnEnded() {
    guard let context, waiting != nil else { return }
    if ready != nil {
      tell(nil)
    } else if context.channels(in: .transientFailure) > 0 {
      tell(failure)
    }
  }

  private var failure: ProbeSession.NotConnected {
    ProbeSession.NotConnected(records: context?.connectionRecords ?? [])
  }

  private func tell(_ failure: ProbeSession.NotConnected?) {
    let waiting = waiting
    self.waiting = nil
    timer?.cancel()
    timer = nil
    waiting?(failure)
  }

  private var ready: Int? {
    context.flatMap { context in
      context.connectionRecords.indices.first { context.takesProbes($0) }
    }
  }

  var record: ConnectionRecord? { ready.flatMap { context?.connectionRecords[$0] } }

  func call(_ probe: Probe, then done: @escaping (ProbeResult) -> Void) {
    guard let context, let ready else { return done(.failure(.lost)) }
    context.beginBatch()
    context.probe(probe, on: ready, done: done)
  }

  func close() {
    context?.shutDown("the question was answered")
    context = nil
  }
}
