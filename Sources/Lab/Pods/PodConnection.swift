internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// One HTTP/2 connection to a pod, frame by frame: takes requests, answers them or does what the
/// pod's behaviour says instead, and keeps the flow-control windows open.
final class PodConnection: ChannelInboundHandler, PodProtocol {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  /// A request between its HEADERS and the end of its stream.
  private struct Exchange {
    var request: GRPCRequest
    /// The body so far of a channelz request; nil for others.
    var channelz: [UInt8]?
    let behaviour: PodBehaviour
    /// Whether it began in the cold start.
    let isCold: Bool
    var timer: Scheduled<Void>?
  }

  private enum Drain {
    case none
    case announced(debug: String, timer: Scheduled<Void>)
    case final(lastStream: HTTP2StreamID)
    /// Ended over the head of its requests.
    case closed
  }

  private static let window = 65_535
  private static let drainPing = HTTP2PingData(
    withInteger: DrainFrames.pingData.getInteger(at: 0) ?? 0)

  private let pod: PodCore
  private let id: Int
  private var context: ChannelHandlerContext?
  private var exchanges: [HTTP2StreamID: Exchange] = [:]
  private var requests = 0
  private var lastStream = HTTP2StreamID.rootStream
  private var draining = Drain.none
  private var lifetime: ConnectionLifetime?
  private var pings = PingEnforcer()

  init(pod: PodCore, id: Int) {
    self.pod = pod
    self.id = id
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let behaviour = pod.behaviour
    lifetime = ConnectionLifetime(behaviour, jitter: pod.jitter(), on: context.eventLoop) {
      [weak self] event in
      switch event {
      case .drain(let debug): self?.drain(debug: debug, grace: behaviour.maxConnectionAgeGrace)
      case .close: self?.close()
      }
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    for exchange in exchanges.values { exchange.timer?.cancel() }
    if case .announced(_, let timer) = draining { timer.cancel() }
    lifetime?.cancel()
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let headers) where exchanges[frame.streamID] == nil:
      begin(frame.streamID, headers.headers, isWhole: headers.endStream, context)
    case .headers(let trailers):
      if trailers.endStream { finish(frame.streamID, context) }
    case .data(let data):
      if case .byteBuffer(let bytes) = data.data {
        exchanges[frame.streamID]?.request.consume(bytes)
        exchanges[frame.streamID]?.channelz?.append(contentsOf: bytes.readableBytesView)
      }
      if data.endStream { finish(frame.streamID, context) }
    case .ping(Self.drainPing, ack: true):
      sendFinalGoAway(context)
    case .ping(_, ack: false):
      received(ping: context)
    default:
      break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
    endIfDrained(context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    endIfDrained(context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case let update as NIOHTTP2WindowUpdatedEvent:
      refill(update, context)
    case let closed as StreamClosedEvent:
      guard let exchange = exchanges.removeValue(forKey: closed.streamID) else { return }
      exchange.timer?.cancel()
      if exchanges.isEmpty { lifetime?.requestsEnded() }
      if let reason = closed.reason, reason != .noError, exchange.channelz == nil {
        pod.lost(.cancelled, on: id)
      }
    default:
      break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is any NIOHTTP2Error { pod.violated(error) }
    if error is NIOHTTP2Errors.StreamError { return }
    if error is any NIOHTTP2Error { pod.ending(id, by: .violation) }
    if error is IOError { pod.ending(id, by: .broken) }
    context.close(mode: .output, promise: nil)
  }

  // MARK: - Requests

  private func begin(
    _ stream: HTTP2StreamID, _ headers: HPACKHeaders, isWhole: Bool,
    _ context: ChannelHandlerContext
  ) {
    // RFC 9113 §6.8: streams above the announced last one are ignored.
    if case .closed = draining { return }
    if case .final(let last) = draining, stream > last { return }
    lastStream = max(lastStream, stream)
    if let request = try? GRPCRequest(headers), request.path.hasPrefix(ChannelzAnswer.prefix) {
      pod.askedForChannelz()
      exchanges[stream] = Exchange(
        request: request, channelz: [], behaviour: pod.behaviour, isCold: false)
      return
    }
    requests += 1
    let isCold = pod.isCold
    let number = pod.received(on: id, open: exchanges.count + 1)
    let behaviour = pod.behaviour
    if let every = behaviour.refuseEvery, number.isMultiple(of: every) {
      pod.lost(.refused, on: id)
      write(.rstStream(.refusedStream), on: stream, context)
    } else if let every = behaviour.resetEvery, number.isMultiple(of: every) {
      pod.lost(.reset, on: id)
      write(.rstStream(HTTP2ErrorCode(networkCode: Int(behaviour.resetCode))), on: stream, context)
    } else {
      accept(stream, headers, isWhole: isWhole, behaviour, isCold, context)
    }
    if let limit = behaviour.goAwayAfter, requests >= limit {
      drain(debug: "max_age", grace: behaviour.maxConnectionAgeGrace)
    }
    if !exchanges.isEmpty { lifetime?.requestsBegan() }
  }

  private func accept(
    _ stream: HTTP2StreamID, _ headers: HPACKHeaders, isWhole: Bool, _ behaviour: PodBehaviour,
    _ isCold: Bool, _ context: ChannelHandlerContext
  ) {
    do {
      let request = try GRPCRequest(headers)
      exchanges[stream] = Exchange(
        request: request, channelz: nil, behaviour: behaviour, isCold: isCold)
      if isWhole {
        finish(stream, context)
      } else if GRPCResponse.isUnsupported(request.path) {
        respond(on: stream, with: .status(12, "not in the lab"), context)
        write(.rstStream(.noError), on: stream, context)
      }
    } catch {
      pod.rejected(Int(error.status) ?? 400, on: id, isCold: isCold)
      let headers: HPACKHeaders = [":status": error.status]
      write(.headers(.init(headers: headers, endStream: true)), on: stream, context)
      // RFC 9113 §8.1: the rest of the request is not wanted.
      if !isWhole { write(.rstStream(.noError), on: stream, context) }
    }
  }

  /// The request has arrived in full.
  private func finish(_ stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
    guard let exchange = exchanges[stream] else { return }
    if let body = exchange.channelz {
      guard exchange.behaviour.channelz != .never else { return }
      let answer = pod.channelz().response(to: exchange.request.path, Array(body.dropFirst(5)))
      return respond(on: stream, with: answer, context)
    }
    guard case .status(let code, let message) = exchange.behaviour.answer else { return }
    let response = GRPCResponse(
      to: exchange.request, status: code, message: message,
      isServing: exchange.behaviour.isServing)
    guard exchange.behaviour.delay > .zero else {
      respond(on: stream, with: response, context)
      return
    }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    exchanges[stream]?.timer = context.eventLoop.scheduleTask(
      in: TimeAmount(exchange.behaviour.delay)
    ) {
      bound.value.respondLate(on: stream, with: response)
    }
  }

  private func respondLate(on stream: HTTP2StreamID, with response: GRPCResponse) {
    guard let context else { return }
    respond(on: stream, with: response, context)
    context.flush()
    endIfDrained(context)
  }

  private func respond(
    on stream: HTTP2StreamID, with response: GRPCResponse, _ context: ChannelHandlerContext
  ) {
    let isProbe = exchanges[stream]?.channelz != nil
    let isCold = exchanges[stream]?.isCold ?? false
    let identity = isProbe ? .none : exchanges[stream]?.behaviour.identity ?? .none
    var headers = GRPCResponse.headers
    if identity == .header { headers.add(name: Pod.identityHeader, value: pod.name) }
    var trailers: HPACKHeaders = [:]
    if let body = response.body {
      write(.headers(.init(headers: headers)), on: stream, context)
      write(.data(.init(data: .byteBuffer(body))), on: stream, context)
    } else {
      trailers = headers
    }
    response.addStatus(to: &trailers)
    if identity == .trailer { trailers.add(name: Pod.identityHeader, value: pod.name) }
    // Succeeds when the kernel has the last byte: only then was the request answered.
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenSuccess { [pod, id] in
      if !isProbe { pod.answered(.grpc(response.code), on: id, isCold: isCold) }
    }
    write(.headers(.init(headers: trailers, endStream: true)), on: stream, context, written)
  }

  // MARK: - Draining

  /// The graceful end of RFC 9113 §6.8 as gRPC servers do it (gRFC A9): GOAWAY without a limit and
  /// a PING; at its answer GOAWAY with the real last stream; the end when all streams have ended.
  func drain(debug: String, grace: Duration?) {
    guard let context, case .none = draining else { return }
    lifetime?.drainBegan(grace: grace)
    sendGoAway(lastStream: .maxID, code: .noError, debug: debug, context)
    write(.ping(Self.drainPing, ack: false), on: .rootStream, context)
    context.flush()
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let timer = context.eventLoop.scheduleTask(in: DrainFrames.patience) {
      guard let context = bound.value.context else { return }
      bound.value.sendFinalGoAway(context)
      bound.value.endIfDrained(context)
    }
    draining = .announced(debug: debug, timer: timer)
  }

  private func received(ping context: ChannelHandlerContext) {
    guard let enforcement = pod.behaviour.keepaliveEnforcement,
      pings.isTooMany(at: LabInstant.now, hasCalls: !exchanges.isEmpty, enforcement)
    else { return }
    sendGoAway(
      lastStream: lastStream, code: .enhanceYourCalm, debug: "too_many_pings", context)
    close()
  }

  /// Without regard to requests that are open.
  private func close() {
    guard let context else { return }
    if case .announced(_, let timer) = draining { timer.cancel() }
    draining = .closed
    lifetime?.cancel()
    pod.ended(id, by: .drained)
    context.close(mode: .output, promise: nil)
  }

  private func sendFinalGoAway(_ context: ChannelHandlerContext) {
    guard case .announced(let debug, let timer) = draining else { return }
    timer.cancel()
    draining = .final(lastStream: lastStream)
    sendGoAway(lastStream: lastStream, code: .noError, debug: debug, context)
  }

  private func endIfDrained(_ context: ChannelHandlerContext) {
    guard case .final = draining, exchanges.isEmpty else { return }
    pod.ended(id, by: .drained)
    context.close(mode: .output, promise: nil)
  }

  /// Written past swift-nio-http2: its state machine refuses all new streams after the first
  /// GOAWAY, also those that this one still permits.
  private func sendGoAway(
    lastStream: HTTP2StreamID, code: HTTP2ErrorCode, debug: String,
    _ context: ChannelHandlerContext
  ) {
    let frame = DrainFrames.goAway(
      lastStream: UInt32(Int(lastStream)), code: UInt32(code.networkCode), debug: debug)
    let http2 = try? context.pipeline.syncOperations.context(handlerType: NIOHTTP2Handler.self)
    http2?.writeAndFlush(NIOAny(IOData.byteBuffer(frame)), promise: nil)
    pod.sent(.init(lastStream: Int(lastStream), code: code.networkCode, debug: debug), on: id)
  }

  // MARK: - Frames

  /// Gives back what was consumed once half a window is gone (RFC 9113 §6.9). Also for streams
  /// that were reset: their bytes count against the connection.
  private func refill(_ update: NIOHTTP2WindowUpdatedEvent, _ context: ChannelHandlerContext) {
    guard let left = update.inboundWindowSize, left < Self.window / 2 else { return }
    guard update.streamID == .rootStream || exchanges[update.streamID] != nil else { return }
    write(.windowUpdate(windowSizeIncrement: Self.window - left), on: update.streamID, context)
  }

  private func write(
    _ payload: HTTP2Frame.FramePayload, on stream: HTTP2StreamID, _ context: ChannelHandlerContext,
    _ promise: EventLoopPromise<Void>? = nil
  ) {
    switch payload {
    case .headers, .data: pings.sentData()
    default: break
    }
    context.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)), promise: promise)
  }
}
