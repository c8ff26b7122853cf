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
  /// Takes what is read, and has the partner write it; nil passes it on.
  var filter: ((ByteBuffer) -> Void)?
  /// Called where the network broke this end.
  var broken: (() -> Void)?
  /// Called when there is nothing more to read or write.
  var removed: (() -> Void)?

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
    removed?()
    filter = nil
    broken = nil
    removed = nil
  }

  var loop: (any EventLoop)? { context?.eventLoop }

  // MARK: - For filters

  /// What is written leaves when the partner has read all that there is.
  /// - Parameter written: called when the kernel has it all.
  func write(_ bytes: ByteBuffer, written: (() -> Void)? = nil) {
    guard let context else { return }
    guard let written else { return context.write(wrapOutboundOut(bytes), promise: nil) }
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenSuccess(written)
    context.write(wrapOutboundOut(bytes), promise: promise)
  }

  func writeAndFlush(_ bytes: ByteBuffer) {
    context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
  }

  /// The two ends go ways of their own; what they still read is thrown away.
  func part() {
    let ends = [self, partner].compactMap { $0 }
    for end in ends {
      end.partner = nil
      end.filter = { _ in }
    }
    for end in ends { end.readIfWanted() }
  }

  func close() { context?.close(promise: nil) }

  func reset() { context?.channel.reset() }

  /// Reads wait until the partner can take what they bring.
  func read(context: ChannelHandlerContext) {
    if partner == nil || partner?.context?.channel.isWritable == true {
      context.read()
    } else {
      wantsRead = true
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if let filter {
      filter(unwrapInboundIn(data))
    } else {
      partner?.context?.write(data, promise: nil)
    }
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
    broken?()
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
  func finish() {
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
