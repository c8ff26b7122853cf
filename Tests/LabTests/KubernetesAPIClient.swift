import Lab
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Testing

@testable import Lab

/// A small HTTPS client for the lab's API server, with a connection for every request.
struct KubernetesClient: Sendable {
  let api: KubernetesAPI
  let token: String?
  private let tls: NIOSSLContext

  init(_ api: KubernetesAPI, token: String?) throws {
    self.api = api
    self.token = token
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(
      try NIOSSLCertificate.fromPEMBytes(Array(api.authority.utf8)))
    tls = try NIOSSLContext(configuration: configuration)
  }

  init(_ api: KubernetesAPI, _ identity: LabIdentity = .administrator) async throws {
    try self.init(api, token: try await api.token(identity))
  }

  /// A whole response.
  func get(_ target: String, headers: [(String, String)] = []) async throws -> Reply {
    try await send("GET", target, headers: headers)
  }

  func post(_ target: String, _ body: String) async throws -> Reply {
    try await send("POST", target, body: body)
  }

  func send(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: String = ""
  ) async throws -> Reply {
    let stream = try await open(target, method: method, headers: headers, body: body)
    try await stream.end()
    let reply = try await stream.reply()
    try await stream.close()
    return reply
  }

  /// A response that may go on.
  func open(
    _ target: String, method: String = "GET", headers: [(String, String)] = [], body: String = ""
  ) async throws -> Stream {
    let tls = tls
    let stream = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: Int(api.port)) { channel in
        channel.eventLoop.makeCompletedFuture {
          let collector = Collector(channel.eventLoop)
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(ByteCounter(collector))
          try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
          try pipeline.addHTTPClientHandlers()
          try pipeline.addHandler(collector)
          return Stream(
            channel: channel, collector: NIOLoopBound(collector, eventLoop: channel.eventLoop))
        }
      }
    var all = HTTPHeaders(headers)
    all.add(name: "Host", value: "127.0.0.1")
    if let token { all.add(name: "Authorization", value: "Bearer \(token)") }
    if !body.isEmpty { all.add(name: "Content-Length", value: "\(body.utf8.count)") }
    let head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: method), uri: target, headers: all)
    stream.channel.write(HTTPClientRequestPart.head(head), promise: nil)
    stream.channel.write(
      HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
    try await stream.channel.writeAndFlush(HTTPClientRequestPart.end(nil))
    return stream
  }

  struct Reply: Sendable {
    var status = 0
    /// By lower-case name.
    var headers: [String: String] = [:]
    var body = ""
    /// What came over the connection before TLS was taken off.
    var encryptedBytes = 0
    /// Whether it came to its proper end.
    var isComplete = false

    var json: JSONValue { get throws { try JSONReader.value(of: body.utf8) } }

    /// The names of a list's items.
    var names: [String] {
      get throws {
        try #require(try json["items"]).elements.compactMap { $0["metadata"]?["name"]?.text }
      }
    }

    var next: String? { get throws { try json["metadata"]?["continue"]?.text } }
  }

  struct Stream: Sendable {
    fileprivate let channel: any Channel
    fileprivate let collector: NIOLoopBound<Collector>

    func reply() async throws -> Reply {
      let collector = collector
      return try await channel.eventLoop.submit { collector.value.reply }.get()
    }

    /// Waits for the end of the response or of its connection.
    func end() async throws {
      let collector = collector
      try await channel.eventLoop.flatSubmit { collector.value.end.futureResult }.soon()
    }

    /// The whole events of a watch so far.
    func events() async throws -> [Event] {
      let lines = try await reply().body.split(separator: "\n", omittingEmptySubsequences: false)
      return try lines.dropLast().map { try Event(JSONReader.value(of: $0.utf8)) }
    }

    /// Waits for so many events.
    func events(_ count: Int) async throws -> [Event] {
      try await until { try await events().count >= count }
      return try await events()
    }

    func close() async throws { try? await channel.close() }
  }

  /// An event of a watch.
  struct Event: Hashable, Sendable {
    let type: String
    let object: JSONValue

    init(_ json: JSONValue) throws {
      type = try #require(json["type"]?.text)
      object = try #require(json["object"])
    }

    var name: String? { object["metadata"]?["name"]?.text }
    var version: Int? { object["metadata"]?["resourceVersion"]?.text.flatMap { Int($0) } }
  }

  fileprivate final class Collector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    var reply = Reply()
    let end: EventLoopPromise<Void>

    init(_ loop: any EventLoop) { end = loop.makePromise() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        reply.status = Int(head.status.code)
        reply.headers = Dictionary(
          head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { "\($0),\($1)" }
        )
      case .body(let part):
        reply.body += String(buffer: part)
      case .end:
        reply.isComplete = true
        end.succeed()
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end.succeed() }
  }
}

/// Stands next to the socket.
private final class ByteCounter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let collector: KubernetesClient.Collector

  init(_ collector: KubernetesClient.Collector) { self.collector = collector }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    collector.reply.encryptedBytes += unwrapInboundIn(data).readableBytes
    context.fireChannelRead(data)
  }
}

/// Runs the body with an API server without a lab.
func withKubernetes(
  _ options: KubernetesOptions = KubernetesOptions(),
  _ body: (KubernetesAPI, KubernetesClient) async throws -> Void
) async throws {
  let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  do {
    let api = try await KubernetesAPI.start(options, on: group.next())
    try await body(api, try await KubernetesClient(api))
  } catch {
    try? await group.shutdownGracefully()
    throw error
  }
  try await group.shutdownGracefully()
}
