private import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// The state of the API server. Lives on its event loop and is used from nowhere else.
final class APICore {
  private static let longestLog = 10_000

  private(set) var state: APIState
  var faults = APIFaults()
  /// What came, whatever was answered.
  private(set) var requests: [APIRequestRecord] = []
  private let tls: NIOSSLContext
  private let bookmarkInterval: TimeAmount
  private let loop: any EventLoop
  private var listener: (any Channel)?
  private var bookmarks: RepeatedTask?
  private var connections: [Int: APIConnection] = [:]
  private var accepted = 0

  init(
    state: APIState, tls: NIOSSLContext, bookmarkInterval: TimeAmount, loop: any EventLoop
  ) {
    self.state = state
    self.tls = tls
    self.bookmarkInterval = bookmarkInterval
    self.loop = loop
  }

  /// Seconds since 1970.
  static var now: Int { time(nil) }

  // MARK: - Listening

  /// Port 0 lets the kernel choose. The future's value is the port that was bound.
  func listen(on address: SocketAddress) -> EventLoopFuture<UInt16> {
    let bound = NIOLoopBound(self, eventLoop: loop)
    bookmarks = loop.scheduleRepeatedTask(
      initialDelay: bookmarkInterval, delay: bookmarkInterval
    ) { _ in bound.value.sendBookmarks() }
    return ServerBootstrap(group: loop, childGroup: loop)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try bound.value.accept(channel) }
      }
      .bind(to: address)
      .map { channel in
        bound.value.listener = channel
        bound.value.state.address = channel.localAddress?.text ?? ""
        return UInt16(channel.localAddress?.port ?? 0)
      }
  }

  /// Nobody can connect any more, and every connection ends.
  func stopListening() -> EventLoopFuture<Void> {
    bookmarks?.cancel()
    for connection in connections.values { connection.disconnect() }
    guard let listener else { return loop.makeSucceededVoidFuture() }
    self.listener = nil
    return listener.close()
  }

  private func accept(_ channel: any Channel) throws {
    accepted += 1
    let end = LingeringClose()
    let connection = APIConnection(core: self, id: accepted, end: end)
    connections[accepted] = connection
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandlers(
      end, NIOSSLServerHandler(context: tls), WriteSplitter(core: self))
    // Assistance would read nothing while a watch is open, not even that its client has gone.
    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
    try pipeline.addHandler(connection)
  }

  func ended(_ id: Int) { connections[id] = nil }

  // MARK: - Requests

  func received(_ request: APIRequest, on connection: APIConnection) {
    let fault = faults.take()
    if requests.count < Self.longestLog {
      requests.append(.init(method: request.method, target: request.target))
    }
    let warns = ResourcePath(request.path)?.kind == .endpoints
    switch fault {
    case .status(let code, let seconds):
      connection.send(APIReply(.trouble(code, retryAfter: seconds)), warnsOfEndpoints: false)
    case .html: connection.send(.webPage, warnsOfEndpoints: false)
    case .hang: break
    case .disconnect: connection.disconnect()
    case nil:
      switch state.answer(request, now: Self.now) {
      case .reply(let reply):
        connection.send(reply, warnsOfEndpoints: warns && ![401, 403].contains(reply.status))
      case .watch(let plan): connection.start(plan, warnsOfEndpoints: warns)
      }
    }
  }

  // MARK: - Changes

  /// Everything that the change does to objects is told to the watches at once. The value is the
  /// version then.
  @discardableResult
  func change(_ body: (inout APIState) -> Void) -> Int {
    body(&state)
    for change in state.store.takeNews() {
      for connection in connections.values { connection.notify(of: change) }
    }
    return state.store.version
  }

  var openWatches: Int { connections.values.count { $0.isWatching } }

  func sendBookmarks() {
    for connection in connections.values { connection.sendBookmark(state.store.version) }
  }

  /// - Parameter bytes: of the next event; nil cuts now.
  func cutWatches(after bytes: Int?) {
    for connection in connections.values where connection.isWatching {
      if let bytes { connection.cutWatch(after: bytes) } else { connection.disconnect() }
    }
  }
}
