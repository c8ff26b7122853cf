internal import Balancing
internal import HTTP2
internal import NIOCore
private import NIOTLS
internal import Naming

/// One HTTP/2 connection: the glue between a NIO channel and the codec, confined to its loop.
///
/// Bytes go in, events come out and are handed to the channel that owns the connection; what the
/// codec wants to send leaves once per turn of the loop.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let index: Int
  let subchannel: SubchannelID
  private(set) var codec: ClientConnection
  private(set) var isReady = false
  /// Whether it counts among the attempts that are under way on its loop.
  var isOpening = false

  /// Held until the socket is gone: NIO may still call after the run is over. The way back is cut
  /// when the connection ends.
  private let owner: GRPCChannel
  let loop: LoopContext
  private var context: ChannelHandlerContext?
  /// What the NIO channel says, kept here: asking it touches memory that is cold in every write of
  /// a client with many connections.
  private var isWritable = true
  private(set) var hasEnded = false
  private var closing: ConnectionRecord.Closing?
  private var diagnosis: FirstBytes
  private var deadlineTimer: LoopTimer?
  /// Nil where keepalive is off.
  var keepalive: Keepalive?
  var keepaliveTimer: LoopTimer?
  /// Whether the next stream that is opened ends keepalive's wait.
  var keepaliveSleeps = false

  init(index: Int, subchannel: SubchannelID, owner: GRPCChannel, loop: LoopContext, tls: Bool) {
    self.index = index
    self.subchannel = subchannel
    self.owner = owner
    self.loop = loop
    diagnosis = FirstBytes(expectsTLS: tls)
    codec = ClientConnection(
      settings: ClientSettings(), watch: loop.watch, values: loop.values,
      observer: loop.frameObserver(connection: index))
  }

  /// In use: RPCs in flight or waiting.
  var isBusy: Bool { codec.activeStreams > 0 || loop.firstBound(to: index) != nil }
  /// A GOAWAY was seen: no new RPCs.
  var isDraining: Bool { codec.isDraining }
  /// The server broke HTTP/2 as a whole, and not on one stream.
  var hasFailed: Bool { if case .protocolError = closing { true } else { false } }
  /// Why the balancer dropped it: it closes when its last RPC is over.
  var retiring: String?
  /// What its record says of who is in the path, as `ValuePool` ids.
  var seenServer: UInt32 = 0
  var seenMarker: UInt32 = 0
  var maxConcurrentStreams: UInt32 { codec.peerMaxConcurrentStreams }

  /// Starts to connect, unless it was given up before its turn came. Within this time the server's
  /// SETTINGS must have come.
  func open(with connector: Connector, to address: TransportAddress, within allowed: Duration) {
    guard !hasEnded else { return }
    loop.connectStarted(self)
    let nanoseconds = allowed.nanoseconds
    deadlineTimer = loop.after(nanoseconds: nanoseconds) {
      let words = "no HTTP/2 SETTINGS within \(allowed.inSeconds)"
      self.close(.notConnected(self.diagnosis.failure(ending: words)))
    }
    // TCP gets a little longer than the deadline above, which tells what had been reached.
    connector.connect(
      self, to: address, on: loop.eventLoop, timeout: .nanoseconds(nanoseconds) + .seconds(1)
    )
    .assumeIsolated()
    .whenFailure { error in
      self.loop.beginBatch()
      if self.closing == nil { self.closing = .notConnected(self.diagnosis.failure(error)) }
      self.ended()
      self.loop.endBatch()
    }
  }

  // MARK: RPCs

  /// Opens a stream for a probe; nil where the server allows none now.
  func open(_ probe: RequestTemplate, token: UInt32) -> UInt32? {
    loop.needsFlush(index)
    return codec.open(probe, token: token)
  }

  func takeBody(of stream: UInt32) -> [UInt8] { codec.takeBody(of: stream) }

  func ping() {
    codec.ping(0)
    loop.needsFlush(index)
  }

  func cancel(_ stream: UInt32) {
    codec.cancel(stream)
    loop.needsFlush(index)
  }

  /// Opens streams for the RPCs bound here, as many as the server allows. A connection that takes no
  /// more gives them back.
  private func startBound() {
    while let call = loop.firstBound(to: index) {
      guard let stream = codec.open(owner.request(of: call), token: UInt32(call)) else { break }
      loop.removeFirstBound(to: index)
      loop.calls[call].stage = .inFlight
      loop.calls[call].stream = stream
    }
    if keepaliveSleeps, codec.activeStreams > 0 { wakeKeepalive() }
    if codec.isDraining || hasEnded { giveBack() }
  }

  private func giveBack() {
    while let call = loop.firstBound(to: index) {
      loop.removeFirstBound(to: index)
      owner.neverSent(call)
    }
  }

  // MARK: Closing

  /// Ends the connection from this side; the reason is what the report will say.
  func close(_ reason: ConnectionRecord.Closing) {
    guard !hasEnded else { return }
    if closing == nil { closing = reason }
    guard let context else { return ended() }
    if isReady {
      codec.shutDown(code: .noError)
      flush()
    }
    context.close(promise: nil)
  }

  private func ended() {
    guard !hasEnded else { return }
    hasEnded = true
    deadlineTimer?.cancel()
    keepaliveTimer?.cancel()
    codec.connectionClosed()
    deliverEvents()
    owner.connectionEnded(self, closing ?? endedByPeer())
    giveBack()
    loop.forget(self)
  }

  private func endedByPeer() -> ConnectionRecord.Closing {
    isReady
      ? .peerClosed : .notConnected(diagnosis.failure(ending: "the server closed the connection"))
  }

  // MARK: NIO

  func channelActive(context: ChannelHandlerContext) {
    guard !hasEnded else { return context.close(promise: nil) }
    self.context = context
    diagnosis.connected()
    let channel = context.channel
    owner.connectionOpened(self, local: channel.localAddress, remote: channel.remoteAddress)
    if let timeout = owner.userTimeout { setUserTimeout(timeout, of: channel) }
    flush()
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    loop.beginBatch()
    let buffer = unwrapInboundIn(data)
    buffer.withUnsafeReadableBytes { bytes in
      if !isReady { diagnosis.saw(bytes) }
      codec.receive(bytes)
    }
    keepalive?.read(at: loop.now)
    deliverEvents()
    if codec.pendingOutput > 0 || loop.firstBound(to: index) != nil { loop.needsFlush(index) }
    owner.closeIfDrained(self)
    loop.endBatch()
  }

  /// Ends here: there is nobody behind this handler to tell.
  func channelReadComplete(context: ChannelHandlerContext) {}

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    loop.beginBatch()
    ended()
    loop.endBatch()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    loop.needsFlush(index)
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent {
      diagnosis.handshakeCompleted(negotiated)
      if let failure = owner.verify(context.pipeline.syncOperations) {
        closing = .notConnected(failure)
        context.close(promise: nil)
      } else if negotiated != "h2" {
        closing = .notConnected(diagnosis.failure(ending: "no ALPN"))
        context.close(promise: nil)
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if closing == nil {
      closing =
        isReady
        ? .broken(FirstBytes.words(for: error))
        : .notConnected(diagnosis.failure(error))
    }
    context.close(promise: nil)
  }

  /// Starts what is bound here, and sends what the codec has ready.
  func flush() {
    startBound()
    // To a server that does not read nothing more is handed over: the codec bounds what it queues.
    guard let context, isWritable, codec.pendingOutput > 0 else { return }
    let buffer = codec.drainOutput { bytes in
      var buffer = loop.allocator.buffer(capacity: bytes.count)
      buffer.writeBytes(bytes)
      return buffer
    }
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  private func deliverEvents() {
    while let event = codec.nextEvent() {
      switch event {
      case .streamEnded(let end):
        if end.token < Probes.firstToken {
          owner.streamEnded(self, end)
        } else {
          loop.probeEnded(self, end, owner.answer(end))
        }
      case .ready:
        isReady = true
        deadlineTimer?.cancel()
        deadlineTimer = nil
        owner.connectionReady(self)
      case .settingsChanged:
        owner.settingsChanged(self)
      case .goAway(let lastStream, let code, let debug):
        owner.goAway(self, lastStream: lastStream, code: code, debug: debug)
      case .pong:
        keepalive?.answered()
      case .failed(let error):
        closing =
          isReady
          ? .protocolError(error.message)
          : .notConnected(diagnosis.failure(ending: error.message))
        flush()
        context?.close(promise: nil)
      }
    }
  }
}
