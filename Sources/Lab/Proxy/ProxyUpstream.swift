internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP2
internal import NIOPosix

/// The proxy's connection to one pod, which carries the requests of all clients. It takes new ones
/// until it cannot be opened, the pod says GOAWAY, or it ends.
final class ProxyUpstream: HTTP2EndOwner {
  let address: SocketAddress
  private let core: ProxyCore
  private var end: HTTP2End?
  private var isConnected = false
  /// Until the connection is there.
  private var waiting: [ProxiedRequest] = []
  private var requests: [HTTP2StreamID: ProxiedRequest] = [:]
  private var next = HTTP2StreamID(1)
  /// What the pod's GOAWAY says of it.
  private var lastStream = HTTP2StreamID.maxID

  init(_ core: ProxyCore, to address: SocketAddress) {
    self.core = core
    self.address = address
  }

  func connect(on loop: any EventLoop) {
    let bound = NIOLoopBound(self, eventLoop: loop)
    ClientBootstrap(group: loop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try bound.value.add(to: channel) }
      }
      .connect(to: address)
      .assumeIsolated()
      .whenComplete { result in
        switch result {
        case .success(let channel):
          guard let own = channel.localAddress?.text else { return }
          self.core.opened.withLockedValue { _ = $0.insert(own) }
        case .failure: self.connectFailed()
        }
      }
  }

  func start(_ request: ProxiedRequest) {
    guard isConnected else { return waiting.append(request) }
    let stream = next
    next = HTTP2StreamID(Int(next) + 2)
    requests[stream] = request
    request.begin(on: self, stream: stream)
  }

  func write(_ payload: HTTP2Frame.FramePayload, on stream: HTTP2StreamID) {
    guard let end else { return }
    end.write(payload, on: stream)
    core.needsFlush(end)
  }

  func isOpen(_ stream: HTTP2StreamID) -> Bool { requests[stream] != nil }

  /// Not when `connect` has succeeded: the preface is sent after that.
  func connectionBegan() {
    isConnected = true
    for request in takeWaiting() { start(request) }
    core.flush()
  }

  func received(_ payload: HTTP2Frame.FramePayload, on stream: HTTP2StreamID) {
    switch payload {
    case .headers, .data:
      requests[stream]?.respond(payload)
    case .goAway(let last, _, _):
      lastStream = last
      core.forget(self)
    default:
      break
    }
  }

  /// What the pod says that it has not processed the client may send again (RFC 9113 §8.7).
  func streamClosed(_ stream: HTTP2StreamID, reason: HTTP2ErrorCode?) {
    let request = requests.removeValue(forKey: stream)
    guard let reason else { return }
    request?.reset(stream > lastStream ? .refusedStream : reason)
  }

  func readEnded() { core.flush() }

  func connectionEnded() {
    end = nil
    core.forget(self)
    let requests = requests.values
    self.requests = [:]
    for request in requests { request.reset(.internalError) }
    core.flush()
  }

  private func add(to channel: any Channel) throws {
    let end = HTTP2End(owner: self)
    self.end = end
    try channel.pipeline.syncOperations.addHandlers(
      NIOHTTP2Handler(
        mode: .client, connectionConfiguration: .patient(), streamConfiguration: .patient), end)
  }

  private func connectFailed() {
    core.forget(self)
    for request in takeWaiting() {
      request.connectFailed(to: address)
      core.forward(request)
    }
    core.flush()
  }

  private func takeWaiting() -> [ProxiedRequest] {
    defer { waiting = [] }
    return waiting.filter { !$0.isAbandoned }
  }
}
