package import NIOCore
internal import NIOPosix

/// The user's own server, which every pod of a lab passes its connections on to. It has to speak HTTP/2
/// in cleartext for requests to be counted.
package struct Upstream: Hashable, Sendable {
  let address: SocketAddress

  package init(_ address: SocketAddress) { self.address = address }

  /// Connects once. Throws `Unreachable` where nobody listens there, or the name has no address.
  package static func find(host: String, port: UInt16) async throws -> Upstream {
    do {
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(.seconds(5))
        .connect(host: host, port: Int(port)).get()
      let address = channel.remoteAddress
      try await channel.close()
      guard let address else { throw Unreachable("the connection ended at once") }
      return Upstream(address)
    } catch let error as NIOConnectionError {
      let failed = error.connectionErrors.first?.error
      throw Unreachable(failed.map(words) ?? "the name has no address")
    } catch {
      throw Unreachable(words(error))
    }
  }

  private static func words(_ error: any Error) -> String {
    error is ChannelError ? "no connection within 5 s" : LabCluster.words(error)
  }

  package struct Unreachable: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
  }
}
