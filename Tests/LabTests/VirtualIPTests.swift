import Glibc
import Lab
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Naming
import Testing

@Suite("The virtual IP", .timeLimit(.minutes(1)))
struct VirtualIPTests {
  private static let loopback = IPAddress.v4(0x7F00_0001)

  /// A server that tells its name, counts connections, and does with one what the test wants.
  private struct Backend {
    let listener: any Channel

    static func start(
      _ serve: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> Backend {
      let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.backlog, value: 512)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .childChannelInitializer(serve)
        .bind(host: "127.0.0.1", port: 0).get()
      return Backend(listener: listener)
    }

    var port: UInt16 { UInt16(listener.localAddress?.port ?? 0) }
  }

  private static func virtualIP(seed: UInt64 = 1, _ backends: [Backend]) async throws -> VirtualIP {
    let address = try await VirtualIP.start(
      address: loopback, seed: seed, on: MultiThreadedEventLoopGroup.singleton.next())
    try address.setBackends(backends.map { (loopback, $0.port) })
    return address
  }

  /// Which of five backends each of `count` connections reached.
  private static func spread(_ count: Int, seed: UInt64) async throws -> [Int] {
    let backends = try await (0..<5).mapAsync { index in
      try await Backend.start { channel in
        channel.pipeline.addHandler(Greets(UInt8(index)))
      }
    }
    let address = try await virtualIP(seed: seed, backends)
    var reached: [Int] = []
    for _ in 0..<count {
      let client = try await RawClient.connect(address.address, address.port)
      try await until { try await client.received().readableBytes == 1 }
      reached.append(Int(try await client.received().readableBytesView.first ?? 255))
      try await client.close()
    }
    try await address.stop()
    for backend in backends { try await backend.listener.close() }
    return reached
  }

  @Test("spreads connections uniformly, and the same way for the same seed")
  func uniform() async throws {
    let reached = try await Self.spread(300, seed: 42)
    let counts = (0..<5).map { pod in reached.count { $0 == pod } }
    let chiSquare = counts.map { Double(($0 - 60) * ($0 - 60)) / 60 }.reduce(0, +)
    // Four degrees of freedom: above 18.47 in one of a thousand runs; the seed makes it one run.
    #expect(counts.reduce(0, +) == 300)
    #expect(chiSquare < 18.47)
    #expect(chiSquare > 0, "an exactly even spread would be a rotation, not chance")
    #expect(try await Self.spread(40, seed: 42) == Array(reached.prefix(40)))
    #expect(try await Self.spread(40, seed: 43) != Array(reached.prefix(40)))
  }

  @Test("keeps a connection on its pod, also when that is no longer a backend")
  func sticks() async throws {
    let backends = try await (0..<5).mapAsync { _ in
      try await Backend.start { $0.pipeline.addHandler(Echo()) }
    }
    let address = try await Self.virtualIP(backends)
    let client = try await RawClient.connect(address.address, address.port)
    for round in 1...50 {
      if round == 25 { try address.setBackends([]) }
      try await client.send("x")
      try await until { try await client.received().readableBytes == round }
    }
    #expect(try await RawClient.fate(of: address.address, address.port) == .reset)
    try await client.close()
    try await address.stop()
  }

  @Test("passes a half-close on, and what the server still says after it")
  func halfClose() async throws {
    let size = 16 << 20
    let backend = try await Backend.start { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(SpeaksAtEnd(size))
      }
    }
    let address = try await Self.virtualIP([backend])
    let client = try await RawClient.connect(address.address, address.port)
    // Reads slowly, so that bytes are still on their way when the server's FIN comes.
    try await client.channel.setOption(.autoRead, value: false).get()
    let allocator = FixedSizeRecvByteBufferAllocator(capacity: 1 << 14)
    try await client.channel.setOption(.recvAllocator, value: allocator).get()
    try await client.channel.setOption(.maxMessagesPerRead, value: 1).get()
    try await client.send("hello")
    try await client.finish()
    try await until {
      client.channel.read()
      return try await client.hasEnded()
    }
    #expect(try await client.end() == .fin)
    let received = try await client.received()
    #expect(received.readableBytes == size + 5)
    #expect(received.getString(at: size, length: 5) == "hello")
    try await client.close()
    try await address.stop()
  }

  @Test("holds a sender back while the receiver does not read, and loses nothing")
  func backPressure() async throws {
    let accepted = NIOLockedValueBox<(any Channel)?>(nil)
    let received = NIOLockedValueBox(0)
    let backend = try await Backend.start { channel in
      accepted.withLockedValue { $0 = channel }
      return channel.pipeline.addHandler(Counts(received)).flatMap {
        channel.setOption(.autoRead, value: false)
      }
    }
    let address = try await Self.virtualIP([backend])
    let client = try await RawClient.connect(address.address, address.port)
    try await until { accepted.withLockedValue { $0 } != nil }
    let chunks = 1_000
    let written = NIOLockedValueBox(0)
    for _ in 0..<chunks {
      client.channel.writeAndFlush(ByteBuffer(repeating: 1, count: 1 << 16)).whenSuccess {
        written.withLockedValue { $0 += 1 }
      }
    }
    // Four socket buffers take some MiB; then nothing moves.
    var before = -1
    while written.withLockedValue({ $0 }) != before {
      before = written.withLockedValue { $0 }
      try await Task.sleep(for: .milliseconds(300))
    }
    #expect(before < chunks)
    let pod = try #require(accepted.withLockedValue { $0 })
    try await pod.setOption(.autoRead, value: true).get()
    pod.read()
    try await until { received.withLockedValue { $0 } == chunks << 16 }
    try await client.close()
    try await address.stop()
  }

  @Test("passes a reset on, from the client to the pod")
  func resetByClient() async throws {
    let ended = NIOLockedValueBox(false)
    let backend = try await Backend.start { channel in
      channel.pipeline.addHandler(ReportsReset(ended))
    }
    let address = try await Self.virtualIP([backend])
    let client = try await RawClient.connect(address.address, address.port)
    try await client.send("x")
    try await until { try await client.received().readableBytes == 1 }
    try await client.reset()
    try await until { ended.withLockedValue { $0 } }
    try await address.stop()
  }

  @Test("passes a reset on, from the pod to the client")
  func resetByPod() async throws {
    try await withPod { pod in
      let address = try await VirtualIP.start(
        address: Self.loopback, seed: 1, on: MultiThreadedEventLoopGroup.singleton.next())
      try address.setBackends([(pod.address, pod.port)])
      let raw = try await RawClient.connect(address.address, address.port)
      try await raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
      try await until { try await raw.received().readableBytes > 0 }
      try await pod.kill(.reset)
      #expect(try await raw.end() == .reset)
      // The backend now refuses connections.
      #expect(try await RawClient.fate(of: address.address, address.port) == .reset)
      try await address.stop()
    }
  }

  @Test("carries gRPC, all requests of a connection to one pod")
  func carriesGRPC() async throws {
    try await withPod { pod in
      let address = try await VirtualIP.start(
        address: Self.loopback, seed: 1, on: MultiThreadedEventLoopGroup.singleton.next())
      try address.setBackends([(pod.address, pod.port)])
      let client = try await TestClient.connect(address.address, address.port)
      for _ in 0..<20 { #expect(try await client.call().podName == "mygrpc-0") }
      #expect(try await pod.counts().connections.map(\.answered) == [20])
      try await pod.kill()
      try await client.channel.closeFuture.soon()
      try await address.stop()
    }
  }
}

private final class Greets: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let name: UInt8

  init(_ name: UInt8) { self.name = name }

  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(integer: name)), promise: nil)
  }
}

private final class Echo: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.writeAndFlush(data, promise: nil)
  }
}

/// At the client's FIN sends so many bytes, then what it was sent, then FIN.
private final class SpeaksAtEnd: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let size: Int
  private var heard = ByteBuffer()

  init(_ size: Int) { self.size = size }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    heard.writeImmutableBuffer(unwrapInboundIn(data))
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return }
    context.write(wrapOutboundOut(ByteBuffer(repeating: 9, count: size)), promise: nil)
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(heard)).whenComplete { _ in channel.close(promise: nil) }
  }
}

private final class ReportsReset: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  private let flag: NIOLockedValueBox<Bool>

  init(_ flag: NIOLockedValueBox<Bool>) { self.flag = flag }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.writeAndFlush(data, promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if (error as? IOError)?.errnoCode == ECONNRESET {
      flag.withLockedValue { $0 = true }
    }
    context.close(promise: nil)
  }
}

private final class Counts: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  private let count: NIOLockedValueBox<Int>

  init(_ count: NIOLockedValueBox<Int>) { self.count = count }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data).readableBytes
    count.withLockedValue { $0 += bytes }
  }
}
