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
  private let listener: any Channel

  /// Starts to listen; the pods chosen follow from the seed and the order of connections.
  package static func start(
    address: IPAddress, port: UInt16 = 0, seed: UInt64, on loop: any EventLoop
  ) async throws -> VirtualIP {
    let backends = NIOLockedValueBox<[SocketAddress]>([])
    let generator = NIOLockedValueBox(SplitMix64(seed: seed))
    let listener = try await ServerBootstrap(group: loop, childGroup: loop)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { client in
        let backend = generator.withLockedValue { generator in
          backends.withLockedValue { $0.randomElement(using: &generator) }
        }
        relay(client, to: backend)
        return client.eventLoop.makeSucceededVoidFuture()
      }
      .bind(to: try SocketAddress(ip: address, port: port))
      .get()
    return VirtualIP(
      address: address, port: UInt16(listener.localAddress?.port ?? 0), backends: backends,
      listener: listener)
  }

  private init(
    address: IPAddress, port: UInt16, backends: NIOLockedValueBox<[SocketAddress]>,
    listener: any Channel
  ) {
    self.address = address
    self.port = port
    self.backends = backends
    self.listener = listener
  }

  /// The pods that connections go to from now on.
  package func setBackends(_ pods: [(IPAddress, UInt16)]) throws {
    let addresses = try pods.map { try SocketAddress(ip: $0.0, port: $0.1) }
    backends.withLockedValue { $0 = addresses }
  }

  /// Stops listening. Relayed connections live on.
  package func stop() async throws {
    try await listener.close()
  }

  private static func relay(_ client: any Channel, to backend: SocketAddress?) {
    guard let backend else { return client.reset() }
    ClientBootstrap(group: client.eventLoop)
      .channelOption(.autoRead, value: false)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(to: backend)
      .whenComplete { result in
        guard case .success(let server) = result else { return client.reset() }
        let (near, far) = Relay.pair()
        do {
          try client.pipeline.syncOperations.addHandler(near)
          try server.pipeline.syncOperations.addHandler(far)
        } catch {
          // One of them has gone in the meantime.
          client.reset()
          return server.reset()
        }
        for channel in [client, server] {
          channel.setOption(.autoRead, value: true).whenSuccess { channel.read() }
        }
      }
  }
}
