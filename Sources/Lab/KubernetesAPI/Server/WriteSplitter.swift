internal import NIOCore

/// Sends every byte by itself where the faults say so: readers then meet every event split at every
/// byte.
final class WriteSplitter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let core: APICore

  init(core: APICore) { self.core = core }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    var buffer = unwrapOutboundIn(data)
    while core.faults.splitsWrites, buffer.readableBytes > 1, let byte = buffer.readSlice(length: 1)
    {
      context.writeAndFlush(wrapOutboundOut(byte), promise: nil)
    }
    context.write(wrapOutboundOut(buffer), promise: promise)
  }
}
