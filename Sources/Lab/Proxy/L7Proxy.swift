internal import NIOConcurrencyHelpers
package import NIOCore
internal import NIOPosix
package import Naming

/// A proxy that understands HTTP/2, as Envoy or nginx with `grpc_pass`: it takes each request of
/// whichever connection to the next ready pod in turn, over one connection per pod. In cleartext on
/// both sides. Responses that come through it say so in `server` and `via`.
///
/// Requests whose pod is lost on the way end with RST_STREAM: it answers nothing itself.
package final class L7Proxy: Sendable {
  /// What it calls itself in `server` and `via`.
  package static let name = "lbcheck-lab-proxy"

  package let address: IPAddress
  package let port: UInt16

  private let pods: NIOLockedValueBox<[SocketAddress]>
  private let opened: NIOLockedValueBox<Set<String>>

  /// Its own ends, `address:port`, of all connections that it opened to pods.
  package var ownAddresses: Set<String> { opened.withLockedValue { $0 } }

  /// Starts to listen, without any pod. Throws `IOError` when the address cannot be bound.
  package static func start(
    address: IPAddress, port: UInt16 = 0, on loop: any EventLoop
  ) async throws -> L7Proxy {
    let pods = NIOLockedValueBox<[SocketAddress]>([])
    let opened = NIOLockedValueBox<Set<String>>([])
    let socket = try SocketAddress(ip: address, port: port)
    let listener = try await loop.flatSubmit {
      let core = NIOLoopBound(ProxyCore(pods: pods, opened: opened, loop: loop), eventLoop: loop)
      return ServerBootstrap(group: loop, childGroup: loop)
        .serverChannelOption(.backlog, value: 4096)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { _ = try ProxyClient(core.value, on: channel) }
        }
        .bind(to: socket)
    }.get()
    return L7Proxy(
      address: address, port: UInt16(listener.localAddress?.port ?? 0), pods: pods,
      opened: opened)
  }

  private init(
    address: IPAddress, port: UInt16, pods: NIOLockedValueBox<[SocketAddress]>,
    opened: NIOLockedValueBox<Set<String>>
  ) {
    self.address = address
    self.port = port
    self.pods = pods
    self.opened = opened
  }

  /// The pods that requests go to from now on.
  package func setBackends(_ pods: [(IPAddress, UInt16)]) throws {
    let addresses = try pods.map { try SocketAddress(ip: $0.0, port: $0.1) }
    self.pods.withLockedValue { $0 = addresses }
  }
}
