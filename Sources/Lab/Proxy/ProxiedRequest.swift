internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// One request on its way through the proxy, and the stream of it on either side.
final class ProxiedRequest {
  private let client: ProxyClient
  private let stream: HTTP2StreamID
  private var upstream: (pod: ProxyUpstream, stream: HTTP2StreamID)?
  /// What the client sent before the pod's connection was there.
  private var waiting: [HTTP2Frame.FramePayload] = []
  private var hasResponse = false
  /// Pods that could not be connected to.
  private(set) var failed: Set<SocketAddress> = []

  init(client: ProxyClient, stream: HTTP2StreamID) {
    self.client = client
    self.stream = stream
  }

  /// Nobody waits for it any more.
  var isAbandoned: Bool { !client.isOpen(stream) }

  func send(_ payload: HTTP2Frame.FramePayload) {
    if let upstream {
      upstream.pod.write(payload, on: upstream.stream)
    } else {
      waiting.append(payload)
    }
  }

  /// The pod's connection has a stream for it.
  func begin(on pod: ProxyUpstream, stream: HTTP2StreamID) {
    upstream = (pod, stream)
    for payload in waiting { pod.write(payload, on: stream) }
    waiting = []
  }

  /// The first headers that are no interim response say that this proxy was in the way.
  func respond(_ payload: HTTP2Frame.FramePayload) {
    guard client.isOpen(stream) else { return }
    guard case .headers(var content) = payload, !hasResponse else {
      return client.write(payload, on: stream)
    }
    hasResponse = content.headers.first(name: ":status")?.hasPrefix("1") != true
    if hasResponse {
      content.headers.replaceOrAdd(name: "server", value: L7Proxy.name)
      content.headers.add(name: "via", value: "2 \(L7Proxy.name)")
    }
    client.write(.headers(content), on: stream)
  }

  /// Ends it for the client, unless it has ended there.
  func reset(_ code: HTTP2ErrorCode) {
    guard client.isOpen(stream) else { return }
    client.write(.rstStream(code), on: stream)
  }

  /// Ends it for the pod, unless it has ended there.
  func cancel(_ code: HTTP2ErrorCode) {
    guard let upstream, upstream.pod.isOpen(upstream.stream) else { return }
    upstream.pod.write(.rstStream(code), on: upstream.stream)
  }

  func connectFailed(to pod: SocketAddress) {
    failed.insert(pod)
  }
}
