internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Naming

/// Opens sockets: TCP or Unix, TLS where asked for, with the connection's handler at the end.
struct Connector {
  let security: ClientSecurity?

  /// Starts a connection attempt. The handler hears of success and of every later failure; the
  /// future fails where the socket never connected.
  func connect(
    _ connection: Connection, to address: TransportAddress, on loop: any EventLoop,
    timeout: TimeAmount
  ) -> EventLoopFuture<any Channel> {
    let bound = NIOLoopBound(connection, eventLoop: loop)
    let security = security
    let bootstrap = ClientBootstrap(group: loop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      // The buffer that a connection keeps between reads grows with what comes: most of ten thousand
      // connections never need NIO's 2 KiB to start with.
      .channelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 65_536)
      )
      .connectTimeout(timeout)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let security { try pipeline.addHandler(security.makeHandler()) }
          try pipeline.addHandler(bound.value)
        }
      }
    switch address {
    case .ip(let ip, let port):
      do {
        let socket = try SocketAddress(ipAddress: ip.description, port: Int(port))
        return bootstrap.connect(to: socket)
      } catch {
        return loop.makeFailedFuture(error)
      }
    case .unix(let path):
      return bootstrap.connect(unixDomainSocketPath: path)
    case .unresolved(let host, let port):
      return bootstrap.connect(host: host, port: Int(port))
    }
  }
}

extension TransportAddress {
  /// A socket's end as the report names it.
  init?(_ socket: SocketAddress?) {
    guard let socket else { return nil }
    if let text = socket.ipAddress, let ip = IPAddress(text), let port = socket.port {
      self = .ip(ip, port: UInt16(truncatingIfNeeded: port))
    } else if let path = socket.pathname {
      self = .unix(path: path)
    } else {
      return nil
    }
  }
}
