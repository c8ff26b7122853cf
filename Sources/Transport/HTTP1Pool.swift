internal import Balancing
internal import Curl
package import Naming
private import Synchronization

/// One HTTP/1.1 client: libcurl's own keep-alive pool, with one request at a time on a connection, a
/// new connection where none is idle, and a connection's end as the server wants it.
package final class HTTP1Pool: Sendable {
  private struct State {
    var route: [CurlAddress] = []
    /// What libcurl looks up itself.
    var name: TransportAddress?
    /// What is known of a connection's end besides what its socket shows.
    var ends: [Int: ConnectionRecord.Closing] = [:]
    var connectFailure: ConnectFailure?
  }

  private let channel: Int
  private let request: HTTP1Request
  private let sockets: CurlSockets
  private let client: CurlClient
  private let state = Mutex(State())

  /// - Parameters:
  ///   - channel: its number in the report.
  ///   - seed: of the choice among virtual backends.
  package init(channel: Int, request: HTTP1Request, seed: UInt64) {
    self.channel = channel
    self.request = request
    let backends = request.virtualBackends.compactMap(CurlAddress.init)
    let draw = Draw(seed)
    sockets = CurlSockets { draw.next(backends) }
    client = CurlClient(idleConnections: request.idleConnections, sockets: sockets)
  }

  /// What new connections are opened to from now on: the first of them that connects. Addresses have
  /// one port, that of the first.
  package func setAddresses(_ addresses: [TransportAddress]) {
    var route = addresses.compactMap(CurlAddress.init)
    // Whichever it asks for, a virtual backend is drawn.
    if !request.virtualBackends.isEmpty { route = Array(route.prefix(1)) }
    state.withLock { state in
      state.route = route
      state.name = route.isEmpty ? addresses.first : nil
    }
  }

  /// Sends the request and reads the response to its end.
  /// - Returns: every attempt, the final one last.
  package func get() async -> [HTTP1Attempt] {
    let started = MonotonicTime.now()
    let route = state.withLock { $0.route }
    let exchange = client.start(request.curlRequest(route: route))
    var final = HTTP1Attempt(
      result: .answered(status: 0), latencyNanoseconds: 0, isFinal: true)
    do {
      let head = try await exchange.head()
      while try await exchange.next() != nil {}
      final.result = .answered(status: head.status)
      (final.identity, final.fallbackIdentity) = request.identity.values(in: head)
      if head.endsConnection, let connection = exchange.sockets.last {
        state.withLock { $0.ends[connection] = .peerClosed }
      }
    } catch {
      final.result = failed(error, on: exchange.sockets.last)
    }
    final.latencyNanoseconds = MonotonicTime.now().nanoseconds - started.nanoseconds
    final.connection = exchange.sockets.last
    return exchange.sockets.dropLast().map(resent) + [final]
  }

  private func resent(on connection: Int) -> HTTP1Attempt {
    HTTP1Attempt(
      result: .lost(.connectionLost, .interrupted), connection: connection, latencyNanoseconds: 0,
      isFinal: false)
  }

  private func failed(_ error: CurlError, on connection: Int?) -> HTTP1Attempt.Result {
    let failure = ConnectFailure(error, request, isConnected: connection != nil)
    state.withLock { state in
      guard let connection else { return state.connectFailure = failure }
      state.ends[connection] =
        switch error.kind {
        case .timeout: .here("no response within \(request.timeout)")
        case .notHTTP: .here(failure.cameBack)
        default: .broken(failure.cameBack)
        }
    }
    return switch error.kind {
    case .timeout: .lost(.deadline, failure)
    default: .lost(connection == nil ? .nothingToPick : .connectionLost, failure)
    }
  }

  /// Where a connection leads.
  package func target(of connection: Int) -> TransportAddress {
    state.withLock { $0.name } ?? sockets[connection].remote.transportAddress
  }

  /// The connections so far, in the order in which they were started.
  package var records: [ConnectionRecord] {
    let (ends, failure, name) = state.withLock { ($0.ends, $0.connectFailure, $0.name) }
    return sockets.records.enumerated().map { index, socket in
      var record = ConnectionRecord(
        channel: channel, target: name ?? socket.remote.transportAddress,
        local: socket.local?.transportAddress,
        remote: socket.local == nil ? nil : socket.remote.transportAddress,
        usesTLS: request.usesTLS, startedAt: MonotonicTime(nanoseconds: socket.startedAt),
        readyAt: socket.readyAt.map { MonotonicTime(nanoseconds: $0) },
        closedAt: socket.closedAt.map { MonotonicTime(nanoseconds: $0) })
      guard socket.closedAt != nil else { return record }
      guard socket.readyAt != nil else {
        record.closing = .notConnected(failure ?? .anotherWasFaster)
        return record
      }
      record.closing =
        switch (socket.end, ends[index]) {
        case (.peer, _): .peerClosed
        case (_, let known?): known
        case (.broken(let words), nil): .broken(words)
        case (_, nil): .here("it was idle")
        }
      return record
    }
  }

  /// Closes the connections; requests under way are lost.
  package func shutDown() { client.shutDown() }
}

/// kube-proxy's choice, connection by connection.
private final class Draw: Sendable {
  private let generator: Mutex<SplitMix64>

  init(_ seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

  func next(_ backends: [CurlAddress]) -> CurlAddress? {
    generator.withLock { backends.randomElement(using: &$0) }
  }
}

extension CurlAddress {
  fileprivate var transportAddress: TransportAddress {
    IPAddress(ip).map { .ip($0, port: port) } ?? .unresolved(host: ip, port: port)
  }
}

extension CurlResponseHead {
  /// Whether the server keeps the connection no longer (RFC 9112 §9.3).
  fileprivate var endsConnection: Bool {
    let options = header("connection")?.lowercased() ?? ""
    if options.contains("close") { return true }
    return connection.httpVersion == "1.0" && !options.contains("keep-alive")
  }
}

extension IdentityFields {
  /// The last field of each kind, as in HTTP/2 responses.
  fileprivate func values(in head: CurlResponseHead) -> (String?, String?) {
    func last(_ names: [String]) -> String? {
      head.headers.last { names.contains($0.name.lowercased()) }?.value
    }
    return (last(pod), last(host))
  }
}
