internal import NIOConcurrencyHelpers
package import NIOCore
internal import NIOPosix
package import Naming

/// The ClusterIP of a Service: an address that belongs to no pod. Each connection to it is passed
/// on, byte by byte, to one ready pod chosen uniformly at random, as kube-proxy's iptables rules
/// do; it knows nothing of HTTP. Connections stay on their pod whatever becomes of its readiness.
///
/// One difference remains: a real virtual IP without ready pods refuses connections, this one
/// accepts and resets them.
package final class VirtualIP: Sendable {
  package let address: IPAddress
  package let port: UInt16

  private let backends: NIOLockedValueBox<[SocketAddress]>
  /// The client's address by the one under which the pod sees the connection.
  private let relayed: NIOLockedValueBox<[String: String]>
  private let listener: any Channel

  /// Starts to listen; the pods chosen follow from the seed and the order of connections.
  package static func start(
    address: IPAddress, port: UInt16 = 0, seed: UInt64, on loop: any EventLoop
  ) async throws -> VirtualIP {
    let backends = NIOLockedValueBox<[SocketAddress]>([])
    let relayed = NIOLockedValueBox<[String: String]>([:])
    let generator = NIOLockedValueBox(SplitMix64(seed: seed))
    let listener = try await ServerBootstrap(group: loop, childGroup: loop)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .relayedChildren()
      .childChannelInitializer { client in
        let backend = generator.withLockedValue { generator in
          backends.withLockedValue { $0.randomElement(using: &generator) }
        }
        guard let backend else {
          client.reset()
          return client.eventLoop.makeSucceededVoidFuture()
        }
        Relay.join(client, to: backend) { client, server in
          let (near, far) = Relay.pair()
          try client.pipeline.syncOperations.addHandler(near)
          try server.pipeline.syncOperations.addHandler(far)
          if let inner = server.localAddress?.text, let outer = client.remoteAddress?.text {
            relayed.withLockedValue { $0[inner] = outer }
          }
        }
        return client.eventLoop.makeSucceededVoidFuture()
      }
      .bind(to: try SocketAddress(ip: address, port: port))
      .get()
    return VirtualIP(
      address: address, port: UInt16(listener.localAddress?.port ?? 0), backends: backends,
      relayed: relayed, listener: listener)
  }

  private init(
    address: IPAddress, port: UInt16, backends: NIOLockedValueBox<[SocketAddress]>,
    relayed: NIOLockedValueBox<[String: String]>, listener: any Channel
  ) {
    self.address = address
    self.port = port
    self.backends = backends
    self.relayed = relayed
    self.listener = listener
  }

  /// The pods that connections go to from now on.
  package func setBackends(_ pods: [(IPAddress, UInt16)]) throws {
    let addresses = try pods.map { try SocketAddress(ip: $0.0, port: $0.1) }
    backends.withLockedValue { $0 = addresses }
  }

  /// Every connection that was passed on: the client's `address:port` by the one that the pod sees.
  package var clients: [String: String] { relayed.withLockedValue { $0 } }

  /// Stops listening. Relayed connections live on.
  package func stop() async throws {
    try await listener.close()
  }
}
