import NIOCore
import NIOPosix

/// A gRPC server that answers so many RPCs and then nothing at all, pings included, while the kernel
/// goes on acknowledging what comes: the part of a black hole that needs no packet filter.
final class SilentServer: Sendable {
  let port: Int
  private let listener: any Channel

  private init(_ listener: any Channel, port: Int) {
    self.listener = listener
    self.port = port
  }

  /// - Parameter answering: RPCs per connection.
  static func start(answering count: Int) async throws -> SilentServer {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Handler(answering: count))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return SilentServer(listener, port: listener.localAddress?.port ?? 0)
  }

  func stop() async throws { try await listener.close() }

  /// Reads no more of HTTP/2 than where a request begins.
  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var left: Int
    private var bytes: [UInt8] = []
    private var preface = 24

    init(answering count: Int) { left = count }

    func channelActive(context: ChannelHandlerContext) {
      // SETTINGS, and the acknowledgement of the client's.
      send(Self.frame(4, flags: 0, stream: 0, []) + Self.frame(4, flags: 1, stream: 0, []), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      bytes += unwrapInboundIn(data).readableBytesView
      let skipped = min(preface, bytes.count)
      bytes.removeFirst(skipped)
      preface -= skipped
      while bytes.count >= 9 {
        let length = bytes[..<3].reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= 9 + length else { return }
        let stream = bytes[5..<9].reduce(0) { $0 << 8 | UInt32($1) }
        if bytes[3] == 1, left > 0 {
          left -= 1
          send(Self.frame(1, flags: 5, stream: stream, Self.answer), context)
        }
        bytes.removeFirst(9 + length)
      }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private static func frame(
      _ type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]
    ) -> [UInt8] {
      let id = withUnsafeBytes(of: stream.bigEndian) { Array($0) }
      return [0, 0, UInt8(payload.count), type, flags] + id + payload
    }

    /// Trailers-Only with status 0 (RFC 7541 §6: `:status 200` indexed, the others literal).
    private static let answer: [UInt8] =
      [0x88] + literal("content-type", "application/grpc") + literal("grpc-status", "0")

    private static func literal(_ name: String, _ value: String) -> [UInt8] {
      [0x00, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)]
        + Array(value.utf8)
    }
  }
}
