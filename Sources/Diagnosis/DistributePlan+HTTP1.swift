internal import Naming
internal import Reporting
internal import Transport

extension DistributePlan {
  /// Over libcurl's keep-alive pools.
  func sendHTTP1(
    _ load: Load, _ names: Names, _ backends: Backends, _ control: RunControl
  ) async throws -> Counts {
    let addresses = backends.endpoints.flatMap(\.addresses)
    try check(addresses, isEmulated: backends.isEmulated)
    // The same words for the same unusable files.
    _ = try clientSecurity(backends)
    var random = SplitMix64(seed: seed)
    let seeds = (0..<load.channels).map { _ in random.next() }
    let counts = await HTTP1Run.counts(
      load: load, sources: names.sources(backends, lookup.reading, seeds: seeds, log: stepLog),
      request: try HTTP1Request(
        authority: host(backends), path: path, like: request, security: security,
        identity: identity.fields, idleConnections: load.concurrency,
        virtualBackends: backends.isEmulated ? addresses : []),
      identity: identity, addresses: addresses, seed: random.next(), control: control,
      earlyEnd: earlyEnd(backends))
    if counts.warmupAnswered == 0, !control.isStopped { throw problem(counts, addresses) }
    return counts
  }

  /// The `Host` header. Of a target that lists its addresses it is the first one.
  private func host(_ backends: Backends) -> String {
    guard case .fixed(let addresses) = target.kind else { return backends.authority(target) }
    return addresses.first?.description ?? target.authority
  }

  /// What libcurl cannot be told to do.
  private func check(_ addresses: [TransportAddress], isEmulated: Bool) throws(Problem) {
    var ports: Set<UInt16> = []
    for address in addresses {
      switch address {
      case .ip(_, let port), .unresolved(_, let port): ports.insert(port)
      case .unix:
        throw Problem(
          phase: .connect, tried: "to open an HTTP/1.1 connection", on: address.description,
          cameBack: "--protocol http1 is for TCP", next: "name a host and a port")
      }
    }
    if ports.count > 1, !isEmulated {
      throw Problem(
        phase: .connect, tried: "to open an HTTP/1.1 connection", on: target.given,
        cameBack: "an HTTP client takes its addresses to have one port, and these have "
          + ports.sorted().map(String.init).joined(separator: ", "),
        next: "choose an address per connection, as kube-proxy does, with --policy cluster_ip")
    }
  }

  /// Why no request was answered.
  private func problem(_ counts: Counts, _ addresses: [TransportAddress]) -> Problem {
    let connection = counts.connections.last { $0.record.readyAt != nil } ?? counts.connections.last
    let failure = counts.lastFailure
    let phase: Problem.Phase =
      switch failure?.phase {
      case .connect: .connect
      case .tls: .tls
      case .http1, .http2, nil: .rpc
      }
    return Problem(
      phase: phase,
      tried: phase == .rpc ? "to GET \(path) over HTTP/1.1" : "to open an HTTP/1.1 connection",
      on: (connection?.record.target ?? addresses.first)?.description,
      cameBack: failure?.cameBack ?? "no answer",
      next: failure?.hint ?? "check that the server is healthy")
  }
}
