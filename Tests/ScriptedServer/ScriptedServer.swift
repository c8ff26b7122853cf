private import NIOCore
private import NIOPosix
private import NIOSSL
private import Synchronization

/// An HTTP/1.1 server on loopback whose answers a test writes byte by byte.
package final class ScriptedServer: Sendable {
  package struct Request: Sendable {
    package var method: String
    /// Path and query.
    package var target: String
    /// Names in lower case.
    package var headers: [(name: String, value: String)]
    package var body: String
    /// Counts connections from 1.
    package var connection: Int

    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
  }

  /// Writes the answer to one request; the connection then waits for the next, unless it throws.
  package typealias Answer = @Sendable (Request, ScriptedReply) async throws -> Void

  /// Certificate and key as PEM texts; with an authority, clients need a certificate of its.
  package struct TLS: Sendable {
    package var certificate: String
    package var key: String
    package var clientAuthority: String?

    package init(certificate: String, key: String, clientAuthority: String? = nil) {
      self.certificate = certificate
      self.key = key
      self.clientAuthority = clientAuthority
    }
  }

  package let port: Int
  package var url: String { "\(scheme)://127.0.0.1:\(port)" }

  private let scheme: String
  private let record: Record
  private let listener: any Channel

  private final class Record: Sendable {
    let requests = Mutex<[Request]>([])
    let connections = Mutex<[any Channel]>([])
  }

  /// What was asked so far, in order.
  package var requests: [Request] { record.requests.withLock { $0 } }

  package init(tls: TLS? = nil, _ answer: @escaping Answer) async throws {
    let context = try tls.map(Self.context)
    let record = Record()
    self.record = record
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
          }
          let (bytes, arrivals) = AsyncStream.makeStream(of: ByteBuffer.self)
          try channel.pipeline.syncOperations.addHandler(Feeder(arrivals))
          let number = record.connections.withLock {
            $0.append(channel)
            return $0.count
          }
          Task { await Self.serve(channel, bytes, number, record, answer) }
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = listener.localAddress?.port ?? 0
    scheme = tls == nil ? "http" : "https"
  }

  deinit {
    listener.close(promise: nil)
    for channel in record.connections.withLock({ $0 }) { channel.close(promise: nil) }
  }

  /// Closes every connection; nobody listens any more.
  package func shutDown() async {
    try? await listener.close()
    for channel in record.connections.withLock({ $0 }) { try? await channel.close() }
  }

  private static func serve(
    _ channel: any Channel, _ bytes: AsyncStream<ByteBuffer>, _ connection: Int, _ record: Record,
    _ answer: Answer
  ) async {
    var reader = RequestReader(connection: connection)
    let reply = ScriptedReply { try await channel.writeAndFlush($0) }
    do {
      for await buffer in bytes {
        reader.buffer += String(buffer: buffer)
        while let request = reader.next() {
          record.requests.withLock { $0.append(request) }
          try await answer(request, reply)
        }
      }
    } catch {}
    try? await channel.close()
  }

  private static func context(_ tls: TLS) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(tls.certificate.utf8))
        .map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(tls.key.utf8), format: .pem)))
    if let authority = tls.clientAuthority {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .certificates(
        try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
    }
    return try NIOSSLContext(configuration: configuration)
  }
}

/// Hands what arrives to the connection's task.
private final class Feeder: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let arrivals: AsyncStream<ByteBuffer>.Continuation

  init(_ arrivals: AsyncStream<ByteBuffer>.Continuation) {
    self.arrivals = arrivals
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    arrivals.yield(unwrapInboundIn(data))
  }

  func channelInactive(context: ChannelHandlerContext) { arrivals.finish() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// Cuts requests out of what a connection brings.
private struct RequestReader {
  let connection: Int
  var buffer = ""

  mutating func next() -> ScriptedServer.Request? {
    // "\r\n" is one Character.
    guard let end = buffer.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = buffer[..<end.lowerBound].split(separator: "\r\n")
    let first = lines[0].split(separator: " ")
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (name: parts[0].lowercased(), value: String(parts.last?.drop { $0 == " " } ?? ""))
    }
    let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
    let rest = buffer[end.upperBound...].utf8
    guard rest.count >= length, first.count >= 2 else { return nil }
    let body = String(decoding: rest.prefix(length), as: UTF8.self)
    buffer = String(decoding: rest.dropFirst(length), as: UTF8.self)
    return ScriptedServer.Request(
      method: String(first[0]), target: String(first[1]), headers: headers, body: body,
      connection: connection)
  }
}
