internal import NIOCore

/// The pod's end of a connection that never becomes HTTP/2.
final class UnfriendlyGreeting: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let badRequest = """
    HTTP/1.1 400 Bad Request\r
    content-type: text/plain\r
    content-length: 12\r
    connection: close\r
    \r
    Bad Request\n
    """

  private let greeting: PodBehaviour.Greeting
  private var isDone = false

  init(_ greeting: PodBehaviour.Greeting) {
    self.greeting = greeting
  }

  func channelActive(context: ChannelHandlerContext) {
    switch greeting {
    case .closed:
      context.close(promise: nil)
    case .garbage:
      // As a frame header: a length over the limit of 16,384 (RFC 9113 §4.2), no known type.
      write(ByteBuffer(repeating: 0xC3, count: 64), context)
    case .http1, .http2, .silent:
      break
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard greeting == .http1, !isDone else { return }
    isDone = true
    write(ByteBuffer(string: Self.badRequest), context)
    context.close(mode: .output, promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
  }
}
