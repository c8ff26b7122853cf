import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import Naming

@testable import Lab

/// How one RPC of a `TestClient` ended.
struct Reply: Sendable {
  enum End: Equatable, Sendable {
    case endStream, connectionLost
    case reset(Int)
  }

  var headers: HPACKHeaders?
  var trailers: HPACKHeaders?
  var body: [UInt8] = []
  var end = End.endStream

  /// From the trailers, or from the only headers.
  var grpcStatus: Int? {
    ((trailers ?? headers)?.first(name: "grpc-status")).flatMap { Int($0) }
  }

  var podName: String? { headers?.first(name: "x-pod-name") }
}

struct GoAway: Equatable, Sendable {
  var lastStream: Int
  var code: Int
  var debug: String
}

/// One HTTP/2 connection, driven frame by frame.
struct TestClient: Sendable {
  static let emptyMessage: [UInt8] = [0, 0, 0, 0, 0]
  static let grpcHeaders: HPACKHeaders = ["content-type": "application/grpc", "te": "trailers"]

  let channel: any Channel
  private let handler: NIOLoopBound<TestClientHandler>

  /// Returns when the server's SETTINGS have arrived; throws when the connection ends before.
  static func connect(
    _ address: IPAddress, _ port: UInt16, tls: NIOSSLContext? = nil, name: String? = nil
  ) async throws -> TestClient {
    let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(to: SocketAddress(ipAddress: "\(address)", port: Int(port))) { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls {
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
          }
          let handler = TestClientHandler(channel)
          try pipeline.addHandlers(NIOHTTP2Handler(mode: .client), handler)
          return TestClient(
            channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
        }
      }
    try await client.onLoop { $0.settings.futureResult }
    return client
  }

  static func connect(_ pod: Pod) async throws -> TestClient {
    try await connect(pod.address, pod.port)
  }

  func call(
    _ path: String = "/grpc.health.v1.Health/Check", body: [UInt8]? = emptyMessage,
    method: String = "POST", headers: HPACKHeaders = grpcHeaders
  ) async throws -> Reply {
    try await start(path, body: body, method: method, headers: headers).soon()
  }

  /// The request is on its way when this returns. A body of nil leaves the request open.
  func start(
    _ path: String = "/grpc.health.v1.Health/Check", body: [UInt8]? = emptyMessage,
    method: String = "POST", headers: HPACKHeaders = grpcHeaders
  ) async throws -> EventLoopFuture<Reply> {
    var all: HPACKHeaders = [":method": method, ":scheme": "http", ":path": path]
    all.add(name: ":authority", value: "lab")
    all.add(contentsOf: headers)
    let (handler, request) = (handler, all)
    return try await channel.eventLoop.submit {
      handler.value.send(request, body: body)
    }.get()
  }

  /// Resets the newest stream with CANCEL.
  func cancelNewest() async throws {
    try await onLoop { handler in handler.cancelNewest() }
  }

  func goAways() async throws -> [GoAway] {
    try await onLoop { handler in handler.loop.makeSucceededFuture(handler.goAways) }
  }

  /// SETTINGS_MAX_CONCURRENT_STREAMS as the server announced it.
  func maxConcurrentStreams() async throws -> Int? {
    try await onLoop { handler in handler.settings.futureResult }
  }

  func setReading(_ isReading: Bool) async throws {
    try await channel.setOption(.autoRead, value: isReading).get()
    if isReading { channel.read() }
  }

  func close() async throws {
    try? await channel.close()
  }

  @discardableResult
  private func onLoop<Value: Sendable>(
    _ body: @escaping @Sendable (TestClientHandler) -> EventLoopFuture<Value>
  ) async throws -> Value {
    let handler = handler
    return try await channel.eventLoop.flatSubmit { body(handler.value) }.soon()
  }
}

final class TestClientHandler: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  struct ConnectionEnded: Error {}

  let loop: any EventLoop
  let settings: EventLoopPromise<Int?>
  private(set) var goAways: [GoAway] = []
  private let channel: any Channel
  private var calls: [HTTP2StreamID: (reply: Reply, promise: EventLoopPromise<Reply>)] = [:]
  private var requests = 0
  private var newest = HTTP2StreamID.rootStream

  init(_ channel: any Channel) {
    self.channel = channel
    loop = channel.eventLoop
    settings = loop.makePromise()
  }

  func send(_ headers: HPACKHeaders, body: [UInt8]?) -> EventLoopFuture<Reply> {
    newest = HTTP2StreamID(requests * 2 + 1)
    requests += 1
    let promise = loop.makePromise(of: Reply.self)
    guard channel.isActive else {
      promise.succeed(Reply(end: .connectionLost))
      return promise.futureResult
    }
    calls[newest] = (Reply(), promise)
    write(.headers(.init(headers: headers)))
    if let body {
      write(.data(.init(data: .byteBuffer(ByteBuffer(bytes: body)), endStream: true)))
    }
    channel.flush()
    return promise.futureResult
  }

  func cancelNewest() -> EventLoopFuture<Void> {
    channel.writeAndFlush(HTTP2Frame(streamID: newest, payload: .rstStream(.cancel)))
  }

  private func write(_ payload: HTTP2Frame.FramePayload) {
    channel.write(HTTP2Frame(streamID: newest, payload: payload), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    let stream = frame.streamID
    switch frame.payload {
    case .settings(.settings(let values)):
      settings.succeed(values.last { $0.parameter == .maxConcurrentStreams }?.value)
    case .headers(let headers):
      if calls[stream]?.reply.headers == nil {
        calls[stream]?.reply.headers = headers.headers
      } else {
        calls[stream]?.reply.trailers = headers.headers
      }
      if headers.endStream { end(stream, .endStream) }
    case .data(let data):
      if case .byteBuffer(let bytes) = data.data {
        calls[stream]?.reply.body += Array(bytes.readableBytesView)
      }
      if data.endStream { end(stream, .endStream) }
    case .rstStream(let code):
      end(stream, .reset(code.networkCode))
    case .goAway(let last, let code, let debug):
      let text = debug.map { String(buffer: $0) } ?? ""
      goAways.append(GoAway(lastStream: Int(last), code: code.networkCode, debug: text))
    default:
      break
    }
  }

  /// Comes also for a connection that never was.
  func handlerRemoved(context: ChannelHandlerContext) {
    settings.fail(ConnectionEnded())
    for stream in calls.keys { end(stream, .connectionLost) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    settings.fail(error)
    if !(error is NIOHTTP2Errors.StreamError) { context.close(promise: nil) }
  }

  private func end(_ stream: HTTP2StreamID, _ end: Reply.End) {
    guard let call = calls.removeValue(forKey: stream) else { return }
    var reply = call.reply
    reply.end = end
    call.promise.succeed(reply)
  }
}

/// Runs the body with a pod of its own, and ends the pod.
func withPod<Value>(
  _ behaviour: PodBehaviour = .healthy, tls: ServerTLS? = nil,
  _ body: (Pod) async throws -> Value
) async throws -> Value {
  let pod = try await Pod.start(
    name: "mygrpc-0", address: .v4(0x7F00_0001), behaviour: behaviour, tls: tls,
    on: MultiThreadedEventLoopGroup.singleton.next())
  do {
    let value = try await body(pod)
    try await pod.kill()
    return value
  } catch {
    try? await pod.kill()
    throw error
  }
}
