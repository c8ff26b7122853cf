internal import NIOCore
internal import NIOHTTP1

/// One HTTP/1.1 connection to a pod: GET and HEAD of any path bring a small text and the pod's name;
/// it lives until either side says `Connection: close`. HTTPServerPipelineHandler stands before it,
/// so there is one request at a time.
final class PodHTTP1Connection: ChannelInboundHandler, PodProtocol {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let pod: PodCore
  private let id: Int
  private var context: ChannelHandlerContext?
  private var request: HTTPRequestHead?
  private var behaviour = PodBehaviour.healthy
  private var timer: Scheduled<Void>?
  private var requests = 0
  private var isDraining = false

  init(pod: PodCore, id: Int) {
    self.pod = pod
    self.id = id
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      request = head
      behaviour = pod.behaviour
      requests += 1
      pod.noteTime()
    case .body:
      break
    case .end:
      respondInTime(context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is IOError { pod.ending(id, by: .broken) }
    context.close(mode: .output, promise: nil)
  }

  /// HTTP/1.1 has no way to say that a connection will end but in a response.
  /// A request that takes longer than the grace ends with its connection when the pod is killed.
  func drain(debug: String, grace: Duration?) {
    isDraining = true
    guard request == nil, let context else { return }
    end(context)
  }

  private func respondInTime(_ context: ChannelHandlerContext) {
    if case .never = behaviour.answer { return }
    guard behaviour.delay > .zero else { return respond(context) }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: TimeAmount(behaviour.delay)) {
      guard let context = bound.value.context else { return }
      bound.value.respond(context)
    }
  }

  private func respond(_ context: ChannelHandlerContext) {
    guard let request else { return }
    self.request = nil
    let isLast =
      !request.isKeepAlive || isDraining || requests >= behaviour.http1RequestLimit ?? .max
    let status = status(of: request)
    let text = ByteBuffer(string: "\(status.code) \(status.reasonPhrase)\n")
    var head = HTTPResponseHead(version: .http1_1, status: status)
    head.headers.add(name: "content-type", value: "text/plain")
    head.headers.add(name: "content-length", value: String(text.readableBytes))
    if behaviour.identity == .header {
      head.headers.add(name: Pod.identityHeader, value: pod.name)
    }
    if status == .methodNotAllowed { head.headers.add(name: "allow", value: "GET, HEAD") }
    if isLast {
      head.headers.add(name: "connection", value: "close")
    } else if request.version != .http1_1 {
      head.headers.add(name: "connection", value: "keep-alive")
    }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD {
      context.write(wrapOutboundOut(.body(.byteBuffer(text))), promise: nil)
    }
    // Succeeds when the kernel has the last byte: only then was the request answered.
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenSuccess { [pod, id] in
      pod.answeredHTTP1(Int(status.code), on: id)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    if isLast { end(context) }
  }

  private func status(of request: HTTPRequestHead) -> HTTPResponseStatus {
    guard request.method == .GET || request.method == .HEAD else { return .methodNotAllowed }
    return if case .status(0, _) = behaviour.answer { .ok } else { .internalServerError }
  }

  private func end(_ context: ChannelHandlerContext) {
    pod.ended(id, by: .drained)
    context.close(mode: .output, promise: nil)
  }
}
