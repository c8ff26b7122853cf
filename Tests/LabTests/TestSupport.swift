import Glibc
import Lab
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Naming
import Testing

/// Waits for something that another thread will make true; the suite's time limit ends it.
func until(_ condition: () async throws -> Bool) async throws {
  while try await !condition() { try await Task.sleep(for: .milliseconds(1)) }
}

/// Runs the body with a cluster of its own.
func withLab(
  _ options: LabOptions = LabOptions(), _ body: (LabCluster) async throws -> Void
) async throws {
  let lab = try await LabCluster.start(options)
  do {
    try await body(lab)
  } catch {
    try? await lab.stop()
    throw error
  }
  try await lab.stop()
}

extension EventLoopFuture where Value: Sendable {
  struct NotInTime: Error {}

  /// `get()` that gives up: a suite's time limit cannot end the wait for a future.
  func soon() async throws -> Value {
    let promise = eventLoop.makePromise(of: Value.self)
    let timer = eventLoop.scheduleTask(in: .seconds(30)) { promise.fail(NotInTime()) }
    whenComplete { result in
      timer.cancel()
      promise.completeWith(result)
    }
    return try await promise.futureResult.get()
  }
}

extension Sequence {
  func mapAsync<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await body(element)) }
    return values
  }
}

extension SocketAddress {
  var textOfTest: String { "\(ipAddress ?? ""):\(port ?? 0)" }
}

/// A TCP connection without any protocol: bytes out, and everything that comes back.
struct RawClient: Sendable {
  enum End: Equatable, Sendable { case fin, reset }

  let channel: any Channel
  private let collector: NIOLoopBound<Collector>

  static func connect(_ address: IPAddress, _ port: UInt16) async throws -> RawClient {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(to: SocketAddress(ipAddress: "\(address)", port: Int(port))) { channel in
        channel.eventLoop.makeCompletedFuture {
          let collector = Collector(channel.eventLoop)
          try channel.pipeline.syncOperations.addHandler(collector)
          return RawClient(
            channel: channel, collector: NIOLoopBound(collector, eventLoop: channel.eventLoop))
        }
      }
  }

  func send(_ text: String) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: text))
  }

  func send(_ bytes: ByteBuffer) async throws {
    try await channel.writeAndFlush(bytes)
  }

  /// FIN of this side.
  func finish() async throws {
    try await channel.close(mode: .output)
  }

  func received() async throws -> ByteBuffer {
    let collector = collector
    return try await channel.eventLoop.submit { collector.value.bytes }.get()
  }

  func hasEnded() async throws -> Bool {
    let collector = collector
    return try await channel.eventLoop.submit { collector.value.hasEnded }.get()
  }

  /// Waits for the other side's end.
  func end() async throws -> End {
    let collector = collector
    return try await channel.eventLoop.flatSubmit { collector.value.end.futureResult }.soon()
  }

  func close() async throws {
    try? await channel.close()
  }

  /// How a connection ends to which nothing is sent. A reset may come before `connect` returns.
  static func fate(of address: IPAddress, _ port: UInt16) async throws -> End {
    do {
      return try await connect(address, port).end()
    } catch let error as IOError where error.errnoCode == ECONNRESET {
      return .reset
    }
  }

  /// RST in place of FIN.
  func reset() async throws {
    let socket = try #require(channel as? any SocketOptionProvider)
    try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    try await channel.close()
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var bytes = ByteBuffer()
    private(set) var hasEnded = false
    let end: EventLoopPromise<End>

    init(_ loop: any EventLoop) { end = loop.makePromise() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      bytes.writeImmutableBuffer(unwrapInboundIn(data))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case ChannelEvent.inputClosed = event { finish(.fin) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      finish(.reset)
      context.close(promise: nil)
    }

    /// Comes also for a connection that never was.
    func handlerRemoved(context: ChannelHandlerContext) {
      finish(.fin)
    }

    private func finish(_ end: End) {
      hasEnded = true
      self.end.succeed(end)
    }
  }
}

/// What the server chose by ALPN, once the handshake is done.
func negotiatedProtocol(
  _ pod: Pod, _ tls: NIOSSLContext, _ name: String
) async throws -> String? {
  let chosen = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: String?.self)
  let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandlers(
          NIOSSLClientHandler(context: tls, serverHostname: name), ReportsALPN(chosen))
      }
    }
    .connect(host: "\(pod.address)", port: Int(pod.port)).get()
  let value = try await chosen.futureResult.soon()
  try? await channel.close()
  return value
}

private final class ReportsALPN: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  private let chosen: EventLoopPromise<String?>

  init(_ chosen: EventLoopPromise<String?>) { self.chosen = chosen }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case TLSUserEvent.handshakeCompleted(let negotiated) = event else { return }
    chosen.succeed(negotiated)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    chosen.fail(error)
  }
}
