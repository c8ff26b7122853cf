import HTTP2

/// A connection with what tests do to it. The server's preface has been exchanged unless asked not.
final class Client {
  var connection: ClientConnection
  let values = ValuePool()
  private var skippedPreface = false

  init(
    _ settings: ClientSettings = ClientSettings(), watch: [[String]] = [],
    named: Set<UInt8> = [], observer: (any FrameObserver)? = nil,
    server: KeyValuePairs<UInt16, UInt32>? = [:]
  ) {
    connection = ClientConnection(
      settings: settings, watch: WatchList(watch, named: named), values: values, observer: observer)
    if let server {
      receive(.settings(server), .settingsAck)
      _ = sent()
      _ = events()
    }
  }

  func receive(_ frames: Frame...) {
    receive(frames.flatMap(\.bytes))
  }

  func receive(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { connection.receive($0) }
  }

  /// Everything written since the last call, as bytes without the preface.
  func sentBytes() -> [UInt8] {
    let bytes = connection.drainOutput { Array($0) }
    guard !skippedPreface else { return bytes }
    skippedPreface = true
    return Array(bytes.dropFirst(24))
  }

  func sent() -> [Frame] {
    Frame.parse(sentBytes())
  }

  func events() -> [Event] {
    var events: [Event] = []
    while let event = connection.nextEvent() { events.append(event) }
    return events
  }

  func ends() -> [StreamEnd] {
    events().compactMap { if case .streamEnded(let end) = $0 { end } else { nil } }
  }

  // #expect cannot look into a value that cannot be copied.
  var canOpen: Bool { connection.canOpen }
  var isDraining: Bool { connection.isDraining }
  var activeStreams: Int { connection.activeStreams }
  var pendingOutput: Int { connection.pendingOutput }
  var peerMaxConcurrentStreams: UInt32 { connection.peerMaxConcurrentStreams }

  @discardableResult
  func open(_ request: RequestTemplate = .get, token: UInt32 = 0) -> UInt32? {
    connection.open(request, token: token)
  }
}

extension RequestTemplate {
  /// No body.
  static let get = RequestTemplate(
    fields: [
      HeaderField(":method", "GET"), HeaderField(":scheme", "http"), HeaderField(":path", "/"),
      HeaderField(":authority", "pod"),
    ], body: [])

  /// As a gRPC client sends it.
  static func post(_ bodyCount: Int, path: String = "/pkg.Service/Method") -> RequestTemplate {
    RequestTemplate(
      fields: [
        HeaderField(":method", "POST"), HeaderField(":scheme", "http"),
        HeaderField(":path", path), HeaderField(":authority", "pod:50051"),
        HeaderField("content-type", "application/grpc"), HeaderField("te", "trailers"),
        HeaderField("authorization", "Bearer secret"),
      ], body: (0..<bodyCount).map { UInt8(truncatingIfNeeded: $0) })
  }
}
