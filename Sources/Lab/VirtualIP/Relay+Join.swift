internal import NIOCore
internal import NIOPosix

extension ServerBootstrap {
  /// Connections that a relay will read, when there is somebody to pass on to, and close half by half.
  func relayedChildren() -> ServerBootstrap {
    childChannelOption(.autoRead, value: false)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
  }
}

extension Relay {
  /// Opens a connection to `address` for a client that has been accepted, and lets both be read once
  /// `add` has put their relays in. Where that is not possible the client's connection is reset.
  static func join(
    _ client: any Channel, to address: SocketAddress,
    _ add: @escaping @Sendable (_ client: any Channel, _ server: any Channel) throws -> Void
  ) {
    ClientBootstrap(group: client.eventLoop)
      .channelOption(.autoRead, value: false)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(to: address)
      .whenComplete { result in
        guard case .success(let server) = result else { return client.reset() }
        do {
          try add(client, server)
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
