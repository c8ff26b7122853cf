internal import NIOCore
internal import NIOHTTP1

/// One connection to the API server: requests one after the other, the last of which may be a
/// watch.
final class APIConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private static let largestBody = 1 << 20
  private static let endpointsWarning =
    #"299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice""#

  /// A watch under way.
  private struct Watch {
    let plan: WatchPlan
    let timer: Scheduled<Void>
    /// Ends the connection after so many bytes of the next event.
    var cutAfter: Int?
  }

  private let core: APICore
  private let id: Int
  private let end: LingeringClose
  private var context: ChannelHandlerContext?
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()
  private var watch: Watch?

  init(core: APICore, id: Int, end: LingeringClose) {
    self.core = core
    self.id = id
    self.end = end
  }

  var isWatching: Bool { watch != nil }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    stopWatching()
    core.ended(id)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  // MARK: - Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.clear()
    case .body(var part):
      guard body.readableBytes + part.readableBytes <= Self.largestBody else {
        return disconnect()
      }
      body.writeBuffer(&part)
    case .end:
      // Nobody asks for anything more while a watch is under way.
      guard let head, watch == nil else { return disconnect() }
      core.received(
        APIRequest(
          method: head.method.rawValue, target: head.uri,
          headers: head.headers.map { ($0.name, $0.value) }, body: Array(body.readableBytesView)),
        on: self)
    }
  }

  // MARK: - Responses

  func send(_ reply: APIReply, warnsOfEndpoints: Bool) {
    var headers = headers(type: reply.type, warnsOfEndpoints: warnsOfEndpoints)
    if reply.status == 403 { headers.add(name: "X-Content-Type-Options", value: "nosniff") }
    if let seconds = reply.retryAfter {
      headers.add(name: "Retry-After", value: String(seconds))
    }
    // Longer bodies are chunked, as Go's server does it.
    if reply.body.utf8.count <= 2_048 {
      headers.add(name: "Content-Length", value: String(reply.body.utf8.count))
    }
    sendHead(status: reply.status, headers)
    sendPart(reply.body.utf8)
    sendEnd()
  }

  private func headers(type: String, warnsOfEndpoints: Bool) -> HTTPHeaders {
    var headers: HTTPHeaders = ["Cache-Control": "no-cache, private", "Content-Type": type]
    if warnsOfEndpoints { headers.add(name: "Warning", value: Self.endpointsWarning) }
    if head?.isKeepAlive == false { headers.add(name: "Connection", value: "close") }
    return headers
  }

  private func sendHead(status: Int, _ headers: HTTPHeaders) {
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
    context?.write(wrapOutboundOut(.head(head)), promise: nil)
  }

  private func sendPart(_ bytes: some Sequence<UInt8>) {
    let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes)))
    context?.write(wrapOutboundOut(part), promise: nil)
  }

  private func sendEnd() {
    guard let context else { return }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    if head?.isKeepAlive == false { context.close(promise: nil) }
  }

  /// Ends the connection beneath TLS, after what has been written.
  func disconnect() {
    stopWatching()
    context?.flush()
    end.end(.fin)
  }

  // MARK: - Watches

  func start(_ plan: WatchPlan, warnsOfEndpoints: Bool) {
    guard let context else { return }
    sendHead(
      status: 200, headers(type: "application/json", warnsOfEndpoints: warnsOfEndpoints))
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    // A real server draws a time between 30 and 60 minutes.
    let seconds = min(max(plan.timeoutSeconds ?? 1_800, 0), 86_400)
    let timer = context.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) {
      bound.value.endWatch()
    }
    watch = Watch(plan: plan, timer: timer)
    for event in plan.initial { send(event) }
    context.flush()
    if plan.version == nil { endWatch() }
  }

  func notify(of change: ObjectStore.Change) {
    guard let watch, change.version > watch.plan.version ?? .max,
      let event = watch.plan.selection.event(for: change)
    else { return }
    send(event)
    context?.flush()
  }

  /// Where the watch wants them.
  func sendBookmark(_ version: Int) {
    guard let watch, watch.plan.wantsBookmarks else { return }
    send(.bookmark(watch.plan.selection.kind, version: version, endsInitial: false))
    context?.flush()
  }

  func cutWatch(after bytes: Int) { watch?.cutAfter = bytes }

  private func send(_ event: WatchEvent) {
    guard let watch else { return }
    let line = event.line(watch.plan.form, now: APICore.now)
    guard let bytes = watch.cutAfter else { return sendPart(line.utf8) }
    sendPart(line.utf8.prefix(bytes))
    disconnect()
  }

  /// A watch that has lasted its time ends like any response.
  private func endWatch() {
    guard watch != nil else { return }
    stopWatching()
    sendEnd()
  }

  private func stopWatching() {
    watch?.timer.cancel()
    watch = nil
  }
}
