internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP2

/// Gives requests to pods in turn. Lives on the proxy's event loop and is used from nowhere else,
/// but for the list of pods.
final class ProxyCore {
  let pods: NIOLockedValueBox<[SocketAddress]>
  /// The proxy's ends of its connections to pods.
  let opened: NIOLockedValueBox<Set<String>>
  private let loop: any EventLoop
  private var upstreams: [SocketAddress: ProxyUpstream] = [:]
  private var turn = 0
  private var dirty: [HTTP2End] = []

  init(
    pods: NIOLockedValueBox<[SocketAddress]>, opened: NIOLockedValueBox<Set<String>>,
    loop: any EventLoop
  ) {
    self.pods = pods
    self.opened = opened
    self.loop = loop
  }

  /// To the next ready pod that has not failed it. Where there is none it is refused: no pod has
  /// seen it, so a gRPC client may try again.
  func forward(_ request: ProxiedRequest) {
    let pods = pods.withLockedValue { $0 }
    for offset in pods.indices {
      let pod = pods[(turn + offset) % pods.count]
      guard !request.failed.contains(pod) else { continue }
      turn = (turn + offset + 1) % pods.count
      return upstream(to: pod).start(request)
    }
    request.reset(.refusedStream)
  }

  private func upstream(to pod: SocketAddress) -> ProxyUpstream {
    if let upstream = upstreams[pod] { return upstream }
    let upstream = ProxyUpstream(self, to: pod)
    upstreams[pod] = upstream
    upstream.connect(on: loop)
    return upstream
  }

  /// It takes no new requests.
  func forget(_ upstream: ProxyUpstream) {
    if upstreams[upstream.address] === upstream { upstreams[upstream.address] = nil }
  }

  func needsFlush(_ end: HTTP2End) {
    if dirty.last !== end { dirty.append(end) }
  }

  func flush() {
    let ends = dirty
    dirty = []
    for end in ends { end.flush() }
  }
}
