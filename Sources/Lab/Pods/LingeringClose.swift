private import Glibc
internal import NIOCore

/// The end of a connection, next to the socket. After a half-close it reads on and throws away
/// what comes, until the client closes too or a second has passed: closing a socket with unread
/// bytes would send RST, and a client may then lose a response it had been sent.
final class LingeringClose: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private static let patience = TimeAmount.seconds(1)

  private var context: ChannelHandlerContext?
  private var timer: Scheduled<Void>?
  private var isEnding = false
  /// Nothing is written, nor said at the end.
  var isBlackHole = false

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    self.context = nil
  }

  /// Ends the connection beneath everything else: no TLS closure, no GOAWAY.
  func end(_ ending: Ending) {
    guard let context, !isBlackHole else { return }
    switch ending {
    case .fin:
      close(context: context, mode: .output, promise: nil)
    case .reset:
      isEnding = true
      context.channel.reset()
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isEnding { context.fireChannelRead(data) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !isBlackHole else {
      promise?.fail(Lost())
      return
    }
    context.write(data, promise: promise)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode != .output || !isBlackHole else {
      promise?.fail(Lost())
      return
    }
    if mode == .output, timer == nil {
      isEnding = true
      let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
      timer = context.eventLoop.scheduleTask(in: Self.patience) {
        bound.value.context?.close(promise: nil)
      }
    }
    context.close(mode: mode, promise: promise)
  }

  /// What became of bytes for a black hole.
  struct Lost: Error {}
}

extension Channel {
  /// Closes with RST in place of FIN: SO_LINGER with a time of zero (socket(7)).
  func reset() {
    if let socket = self as? any SocketOptionProvider {
      socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
        self.close(promise: nil)
      }
    } else {
      close(promise: nil)
    }
  }
}
