package import NIOCore
package import Naming

/// A gRPC server with an address of its own: it answers `grpc.health.v1.Health/Check` with SERVING
/// and every other unary method with OK and an empty message, says its name in `x-pod-name`, counts
/// what it did and misbehaves when told to. On the same port it is an HTTP/1.1 server.
package final class Pod: Sendable {
  /// The response header (or trailer) that names the pod.
  package static let identityHeader = "x-pod-name"

  package let name: String
  package let address: IPAddress
  package let port: UInt16

  private let loop: any EventLoop
  private let core: NIOLoopBound<PodCore>

  /// What a pod is to its lab.
  struct Place: Sendable {
    /// Among the lab's pods.
    var index = 0
    /// Decides the jitter of its connections' ages.
    var seed: UInt64 = 0
    /// Where it sends what it is asked, in place of an answer of its own.
    var upstream: Upstream?
    var coldStart: ColdStart?
    /// Where it notes what happens to it.
    var log: LabEventLog?
  }

  /// Starts to listen. Port 0 lets the kernel choose one. Throws `IOError` when the address cannot
  /// be bound.
  static func start(
    name: String, address: IPAddress, port: UInt16 = 0, behaviour: PodBehaviour = .healthy,
    tls: ServerTLS? = nil, place: Place, on loop: any EventLoop
  ) async throws -> Pod {
    let socket = try SocketAddress(ip: address, port: port)
    return try await loop.flatSubmit {
      let core = PodCore(
        name: name, behaviour: behaviour, tls: tls, place: place, loop: loop)
      let bound = NIOLoopBound(core, eventLoop: loop)
      return core.listen(on: socket).map { port in
        Pod(name: name, address: address, port: port, loop: loop, core: bound)
      }
    }.get()
  }

  /// The same without a lab.
  package static func start(
    name: String, address: IPAddress, port: UInt16 = 0, behaviour: PodBehaviour = .healthy,
    tls: ServerTLS? = nil, upstream: Upstream? = nil, on loop: any EventLoop
  ) async throws -> Pod {
    try await start(
      name: name, address: address, port: port, behaviour: behaviour, tls: tls,
      place: Place(upstream: upstream), on: loop)
  }

  private init(
    name: String, address: IPAddress, port: UInt16, loop: any EventLoop, core: NIOLoopBound<PodCore>
  ) {
    self.name = name
    self.address = address
    self.port = port
    self.loop = loop
    self.core = core
  }

  /// In force, for connections and requests that arrive from then on, when this returns.
  package func setBehaviour(_ behaviour: PodBehaviour) async throws {
    try await withCore { $0.behaviour = behaviour }
  }

  /// Everything that the kernel was given before the call is in the counts: a client that has its
  /// response finds it answered.
  package func counts() async throws -> PodCounts {
    try await withCore { $0.counts }
  }

  /// A crash: stops listening and ends all connections at once. Requests without a complete
  /// response get none and are not counted as answered.
  package func kill(_ ending: Ending = .fin) async throws {
    let core = core
    try await loop.flatSubmit {
      core.value.stopListening().map { core.value.endConnections(ending) }
    }.get()
  }

  /// A graceful stop: stops listening and sends GOAWAY with the debug data `graceful_stop` on all
  /// connections; each ends when its requests have been answered. Returns when it has begun.
  package func drain() async throws {
    let core = core
    try await loop.flatSubmit {
      core.value.stopListening().map { core.value.drainConnections(debug: "graceful_stop") }
    }.get()
  }

  /// Nothing arrives any more and nothing leaves, without a word to the clients: their connections
  /// stay as they are, new ones are not opened. Until `revive`.
  package func blackHole() async throws {
    let core = core
    try await loop.flatSubmit { core.value.blackHole() }.get()
  }

  /// Succeeds when the pod has no connection, at once where it has none.
  func ended() -> EventLoopFuture<Void> {
    let core = core
    return loop.flatSubmit { core.value.ended() }
  }

  /// GOAWAY with the debug data `max_age` on all connections of now, as a server's
  /// MaxConnectionAge would send it (gRFC A9); the pod keeps listening.
  package func ageConnections() async throws {
    try await withCore { $0.drainConnections(debug: "max_age") }
  }

  /// Listens again on the same address and port after `kill` or `drain`, and is heard again after
  /// `blackHole`: what the clients' kernels have kept arrives then. Throws `IOError` when
  /// somebody else has taken the port.
  package func revive() async throws {
    let core = core
    let socket = try SocketAddress(ip: address, port: port)
    try await loop.flatSubmit {
      core.value.endBlackHole().flatMap { core.value.listenAgain(on: socket) }
    }.get()
  }

  private func withCore<Value: Sendable>(
    _ body: @escaping @Sendable (PodCore) -> Value
  ) async throws -> Value {
    let core = core
    return try await loop.submit { body(core.value) }.get()
  }
}
