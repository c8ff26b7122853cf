package import NIOCore
private import NIOPosix

/// A DNS server for the lab: one zone, over UDP and TCP on one port.
package struct DNSServer: Sendable {
  /// The same for UDP and TCP.
  package let port: Int

  package let zone: DNSZone

  private let datagrams: any Channel
  private let listener: any Channel

  /// Binds both sockets. Throws what NIO throws where the host cannot be bound.
  /// - Parameters:
  ///   - host: an address of this machine; the lab stays on loopback.
  ///   - port: 0 for any that is free for both.
  package static func start(
    zone: DNSZone, host: String = "127.0.0.1", port: Int = 0,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws -> DNSServer {
    // With port 0 the kernel picks for UDP; somebody else may have that number for TCP.
    for _ in 0..<16 {
      let datagrams = try await DatagramBootstrap(group: group)
        .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
        .channelOption(.socketOption(.so_rcvbuf), value: 1 << 20)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(DNSDatagramHandler(zone: zone))
          }
        }
        .bind(host: host, port: port).get()
      let bound = datagrams.localAddress?.port ?? port
      do {
        let listener = try await ServerBootstrap(group: group)
          .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
          .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
              let decoder = ByteToMessageHandler(DNSStreamDecoder())
              try channel.pipeline.syncOperations.addHandlers(
                decoder, DNSStreamHandler(zone: zone))
            }
          }
          .bind(host: host, port: bound).get()
        return DNSServer(port: bound, zone: zone, datagrams: datagrams, listener: listener)
      } catch {
        try await datagrams.close()
        if port != 0 { throw error }
      }
    }
    throw NoCommonPort()
  }

  /// Closes both sockets; open TCP connections end when their clients close them.
  package func stop() async throws {
    try await datagrams.close()
    try await listener.close()
  }

  struct NoCommonPort: Error, CustomStringConvertible {
    var description: String { "found no port that is free for both UDP and TCP" }
  }
}

final class DNSDatagramHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  private let responder: DNSResponder

  init(zone: DNSZone) { responder = DNSResponder(zone: zone) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    guard let answer = responder.answer(to: Array(envelope.data.readableBytesView), over: .udp)
    else { return }
    let reply = AddressedEnvelope(
      remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: answer))
    context.write(wrapOutboundOut(reply), promise: nil)
  }

  func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

  /// An ICMP error of one client must not close the socket for the others.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

/// Messages over TCP stand after their length (RFC 1035 §4.2.2).
struct DNSStreamDecoder: ByteToMessageDecoder {
  typealias InboundOut = [UInt8]

  func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) -> DecodingState {
    guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self),
      let message = buffer.getBytes(at: buffer.readerIndex + 2, length: Int(length))
    else { return .needMoreData }
    buffer.moveReaderIndex(forwardBy: 2 + Int(length))
    context.fireChannelRead(Self.wrapInboundOut(message))
    return .continue
  }
}

final class DNSStreamHandler: ChannelInboundHandler {
  typealias InboundIn = [UInt8]
  typealias OutboundOut = ByteBuffer

  private let responder: DNSResponder

  init(zone: DNSZone) { responder = DNSResponder(zone: zone) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let answer = responder.answer(to: unwrapInboundIn(data), over: .tcp) else { return }
    var buffer = context.channel.allocator.buffer(capacity: 2 + answer.count)
    buffer.writeInteger(UInt16(answer.count))
    buffer.writeBytes(answer)
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
