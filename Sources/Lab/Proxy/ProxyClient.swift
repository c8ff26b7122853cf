internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// A client's connection to the proxy: every request on it goes to the pod whose turn it is.
final class ProxyClient: HTTP2EndOwner {
  private let core: ProxyCore
  private var end: HTTP2End?
  private var requests: [HTTP2StreamID: ProxiedRequest] = [:]

  init(_ core: ProxyCore, on channel: any Channel) throws {
    self.core = core
    let end = HTTP2End(owner: self)
    self.end = end
    try channel.pipeline.syncOperations.addHandlers(
      NIOHTTP2Handler(
        mode: .server, connectionConfiguration: .patient(), streamConfiguration: .patient), end)
  }

  func write(_ payload: HTTP2Frame.FramePayload, on stream: HTTP2StreamID) {
    guard let end else { return }
    end.write(payload, on: stream)
    core.needsFlush(end)
  }

  func isOpen(_ stream: HTTP2StreamID) -> Bool { requests[stream] != nil }

  func connectionBegan() {}

  func received(_ payload: HTTP2Frame.FramePayload, on stream: HTTP2StreamID) {
    switch payload {
    case .headers(var content) where requests[stream] == nil:
      let request = ProxiedRequest(client: self, stream: stream)
      requests[stream] = request
      content.headers.add(name: "via", value: "2 \(L7Proxy.name)")
      request.send(.headers(content))
      core.forward(request)
    case .headers, .data:
      requests[stream]?.send(payload)
    default:
      break
    }
  }

  func streamClosed(_ stream: HTTP2StreamID, reason: HTTP2ErrorCode?) {
    let request = requests.removeValue(forKey: stream)
    if let reason { request?.cancel(reason) }
  }

  func readEnded() { core.flush() }

  func connectionEnded() {
    end = nil
    let requests = requests.values
    self.requests = [:]
    for request in requests { request.cancel(.cancel) }
    core.flush()
  }
}
