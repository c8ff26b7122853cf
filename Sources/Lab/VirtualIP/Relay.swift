internal import NIOCore

/// One end of a relayed connection: what it reads its partner writes, no faster than that goes;
/// half-closes and resets go the same way.
final class Relay: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private weak var partner: Relay?
  private var context: ChannelHandlerContext?
  private var wantsRead = false
  /// FIN has come from the peer.
  private var sawEnd = false
  /// FIN has gone to the peer.
  private var hasFinished = false
  private var wasReset = false

  static func pair() -> (Relay, Relay) {
    let pair = (Relay(), Relay())
    pair.0.partner = pair.1
    pair.1.partner = pair.0
    return pair
  }

  private init() {}

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    partner?.readIfWanted()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  /// Reads wait until the partner can take what they bring.
  func read(context: ChannelHandlerContext) {
    if partner?.context?.channel.isWritable == true {
      context.read()
    } else {
      wantsRead = true
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    partner?.context?.write(data, promise: nil)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    partner?.context?.flush()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { partner?.readIfWanted() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return }
    sawEnd = true
    partner?.finish()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    wasReset = true
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard let partner else { return }
    if !wasReset, hasFinished {
      // Of a FIN that closes the second half of a connection NIO tells only by this.
      if !sawEnd { partner.finish() }
    } else {
      // Gone before FIN went both ways.
      partner.context?.channel.reset()
    }
  }

  /// FIN, after everything that is still to be written. (A half-close of a channel whose other
  /// half is closed becomes a full one, which would drop it.)
  private func finish() {
    guard let context else { return }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
      bound.value.hasFinished = true
      bound.value.context?.close(mode: .output, promise: nil)
    }
  }

  private func readIfWanted() {
    guard wantsRead, let context else { return }
    wantsRead = false
    context.read()
  }
}
