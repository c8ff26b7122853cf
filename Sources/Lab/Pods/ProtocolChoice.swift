internal import NIOCore

/// The first bytes of a connection decide what it speaks: HTTP/2 where they are the preface of RFC
/// 9113 §3.4, else HTTP/1.1. It then leaves the pipeline to the handlers of that protocol, and
/// passes on what it had kept.
final class ProtocolChoice: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  enum Chosen {
    case http1, http2
  }

  private static let preface = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

  private var kept = ByteBuffer()
  private let add: (Chosen, ChannelPipeline.SynchronousOperations) throws -> Void

  /// - Parameter add: puts the handlers of the protocol at the end of the pipeline.
  init(add: @escaping (Chosen, ChannelPipeline.SynchronousOperations) throws -> Void) {
    self.add = add
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    kept.writeImmutableBuffer(unwrapInboundIn(data))
    let known = min(kept.readableBytes, Self.preface.readableBytes)
    if kept.readableBytesView.prefix(known) != Self.preface.readableBytesView.prefix(known) {
      choose(.http1, context)
    } else if known == Self.preface.readableBytes {
      choose(.http2, context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    guard kept.readableBytes > 0 else { return }
    context.fireChannelRead(wrapInboundOut(kept))
  }

  private func choose(_ chosen: Chosen, _ context: ChannelHandlerContext) {
    let pipeline = context.pipeline.syncOperations
    do {
      try add(chosen, pipeline)
      pipeline.removeHandler(context: context, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }
}
