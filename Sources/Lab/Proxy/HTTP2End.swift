internal import NIOCore
internal import NIOHTTP2

/// What stands behind an `HTTP2End`. It hears of frames first, then of what they ended.
protocol HTTP2EndOwner: AnyObject {
  /// Frames may be written.
  func connectionBegan()
  func received(_ payload: HTTP2Frame.FramePayload, on stream: HTTP2StreamID)
  /// - Parameter reason: nil where both sides had said END_STREAM.
  func streamClosed(_ stream: HTTP2StreamID, reason: HTTP2ErrorCode?)
  func isOpen(_ stream: HTTP2StreamID) -> Bool
  /// Everything that one read brought was told.
  func readEnded()
  /// The connection is gone.
  func connectionEnded()
}

/// One HTTP/2 connection of the proxy, frame by frame, behind a NIOHTTP2Handler, which queues what
/// flow control holds back.
final class HTTP2End: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  private static let window = 65_535

  private var owner: (any HTTP2EndOwner)?
  private var context: ChannelHandlerContext?

  init(owner: any HTTP2EndOwner) {
    self.owner = owner
  }

  func write(_ payload: HTTP2Frame.FramePayload, on stream: HTTP2StreamID) {
    let frame = HTTP2Frame(streamID: stream, payload: payload)
    context?.write(wrapOutboundOut(frame), promise: nil)
  }

  func flush() {
    context?.flush()
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    let owner = owner
    self.owner = nil
    owner?.connectionEnded()
  }

  func channelActive(context: ChannelHandlerContext) {
    owner?.connectionBegan()
    context.flush()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    owner?.received(frame.payload, on: frame.streamID)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    owner?.readEnded()
    context.flush()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case let update as NIOHTTP2WindowUpdatedEvent:
      refill(update)
    case let closed as StreamClosedEvent:
      owner?.streamClosed(closed.streamID, reason: closed.reason)
    default:
      break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is NIOHTTP2Errors.StreamError { return }
    context.close(promise: nil)
  }

  /// Gives back what was passed on once half a window is gone (RFC 9113 §6.9).
  private func refill(_ update: NIOHTTP2WindowUpdatedEvent) {
    guard let left = update.inboundWindowSize, left < Self.window / 2 else { return }
    guard update.streamID == .rootStream || owner?.isOpen(update.streamID) == true else { return }
    write(.windowUpdate(windowSizeIncrement: Self.window - left), on: update.streamID)
  }
}
