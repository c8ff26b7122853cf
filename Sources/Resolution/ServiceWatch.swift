package import Kubernetes
package import Naming
private import Synchronization

/// How a client reads what the Kubernetes API says of a Service.
package enum ServiceReading: Hashable, Sendable {
  /// All EndpointSlices together, as the API means it.
  case union
  /// As this library does.
  case kuberesolver(KuberesolverVersion)
}

/// Watches one Service and tells any number of channels, each of which would watch it by itself: the
/// API server is spared what `--channels 1000` means for pods.
///
/// Begins with `init` and ends with `stop()` or the last reference.
package final class ServiceWatch: Sendable {
  private struct State {
    /// Nil until the API has answered.
    var latest: [Endpoint]?
    var changes = 0
    /// That it may not be watched.
    var refusal: KubernetesError?
    var readers: [AsyncStream<ResolverUpdate>.Continuation] = []
    var isStopped = false
  }

  private final class Board: Sendable {
    let state = Mutex(State())

    /// - Parameter lists: what the client's list becomes by this change, one after another.
    func take<Object>(
      _ event: WatchEvent<Object>, _ log: (@Sendable (String) -> Void)?,
      lists: (ObjectChange<Object>) -> [[Endpoint]]
    ) {
      switch event {
      case .change(let change):
        // A list alone does not show that watching is allowed again.
        if case .listed = change {} else { state.withLock { $0.refusal = nil } }
        for list in lists(change) { publish(list) }
      case .interrupted(let error):
        log?("watch interrupted: \(error.cameBack)")
        state.withLock { state in
          if error.kind == .forbidden || error.kind == .unauthorized { state.refusal = error }
          guard state.latest == nil else { return }
          for reader in state.readers { reader.yield(.failure(error.cameBack)) }
        }
      }
    }

    private func publish(_ list: [Endpoint]) {
      state.withLock { state in
        guard state.latest != list else { return }
        if state.latest != nil { state.changes += 1 }
        state.latest = list
        for reader in state.readers { reader.yield(.endpoints(list)) }
      }
    }
  }

  private let board: Board
  private let task: Task<Void, Never>

  /// - Parameters:
  ///   - port: of the pods.
  ///   - log: told of every interruption, a line each.
  package init(
    client: KubernetesClient, service: String, namespace: String, port: ServiceReference.Port,
    reading: ServiceReading, log: (@Sendable (String) -> Void)? = nil
  ) {
    let board = Board()
    self.board = board
    task = Task {
      switch reading {
      case .union:
        var set = EndpointSliceSet(port: port)
        for await event in client.watchEndpointSlices(of: service, namespace: namespace) {
          board.take(event, log) { change in
            set.apply(change)
            return [set.ready]
          }
        }
      case .kuberesolver(.v6):
        for await event in client.watchEndpointSlices(of: service, namespace: namespace) {
          board.take(event, log) { $0.objects.compactMap { $0.kuberesolverList(port) } }
        }
      case .kuberesolver(.v5):
        for await event in client.watchEndpoints(service, namespace: namespace) {
          board.take(event, log) { $0.objects.compactMap { $0.kuberesolverList(port) } }
        }
      }
    }
  }

  deinit { stop() }

  /// The list as it is now, and from then on as it changes. A list that the API never gave is a
  /// failure each time the API could not be asked.
  package func updates() -> AsyncStream<ResolverUpdate> {
    AsyncStream { reader in
      board.state.withLock { state in
        guard !state.isStopped else { return reader.finish() }
        if let latest = state.latest { reader.yield(.endpoints(latest)) }
        state.readers.append(reader)
      }
    }
  }

  /// That this identity may not watch, or not any more; nil where nothing was refused. Whatever else
  /// interrupts a watch passes.
  package var refusal: KubernetesError? { board.state.withLock { $0.refusal } }

  /// How often the list changed after the first one.
  package var changes: Int { board.state.withLock { $0.changes } }

  package func stop() {
    task.cancel()
    let readers = board.state.withLock { state in
      state.isStopped = true
      defer { state.readers = [] }
      return state.readers
    }
    for reader in readers { reader.finish() }
  }
}

extension ObjectChange {
  /// The objects that a reader without a memory hears of, deleted ones too.
  fileprivate var objects: [Object] {
    switch self {
    case .listed(let list): list
    case .applied(let object), .deleted(let object): [object]
    }
  }
}
