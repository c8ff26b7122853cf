internal import HTTP2

/// The probes that are under way on a loop, by the token of their stream.
struct Probes {
  struct Entry {
    var connection: Int32
    var template: RequestTemplate
    /// 0 while it waits for a stream.
    var stream: UInt32 = 0
    var timer: LoopTimer?
    var done: (ProbeResult) -> Void
  }

  /// Tokens of probes are above those of the load's RPCs, which are places in a slab.
  static let firstToken: UInt32 = 1 << 31

  var entries: [UInt32: Entry] = [:]
  var next = firstToken
}

extension LoopContext {
  /// Calls apart from the load and its counts. `done` hears of it once, on the loop, and may probe
  /// again.
  /// - Parameter connection: its index; one that takes no more streams loses the probe.
  package func probe(_ probe: Probe, on connection: Int, done: @escaping (ProbeResult) -> Void) {
    let token = probes.next
    probes.next = token == .max ? Probes.firstToken : token + 1
    probesSent += 1
    probes.entries[token] = Probes.Entry(
      connection: Int32(connection), template: probe.template, done: done)
    probes.entries[token]?.timer = after(nanoseconds: probe.timeout.nanoseconds) {
      self.expireProbe(token)
    }
    startProbe(token)
  }

  /// Connections that may be probed: READY, and neither side is ending them.
  package func takesProbes(_ connection: Int) -> Bool {
    self.connection(Int32(connection)).map { $0.isReady && !$0.isDraining && $0.retiring == nil }
      ?? false
  }

  /// Opens its stream, or lets it wait until another stream of the connection has ended.
  private func startProbe(_ token: UInt32) {
    guard let entry = probes.entries[token] else { return }
    guard let connection = connection(entry.connection), !connection.isDraining else {
      // Not from within the call that asked for it.
      probes.entries[token]?.timer?.cancel()
      probes.entries[token]?.timer = after(nanoseconds: 0) { self.endProbe(token, .failure(.lost)) }
      return
    }
    if let stream = connection.open(entry.template, token: token) {
      probes.entries[token]?.stream = stream
    }
  }

  private func expireProbe(_ token: UInt32) {
    guard let entry = probes.entries[token] else { return }
    if entry.stream != 0 { connection(entry.connection)?.cancel(entry.stream) }
    endProbe(token, .failure(.deadline))
  }

  func probeEnded(_ connection: Connection, _ end: StreamEnd, _ answer: Attempt.Result) {
    let body = connection.takeBody(of: end.stream)
    endProbe(end.token, Self.result(end, answer, body))
    for (token, entry) in probes.entries
    where entry.stream == 0 && Int(entry.connection) == connection.index {
      startProbe(token)
    }
  }

  private func endProbe(_ token: UInt32, _ result: ProbeResult) {
    guard let entry = probes.entries.removeValue(forKey: token) else { return }
    entry.timer?.cancel()
    entry.done(result)
  }

  private static func result(
    _ end: StreamEnd, _ answer: Attempt.Result, _ body: [UInt8]
  ) -> ProbeResult {
    switch end.ending {
    case .endStreamHeaders, .endStreamData: break
    case .refused, .reset, .connectionLost, .protocolError: return .failure(.lost)
    }
    guard case .answered(let status) = answer else { return .failure(.notGRPC(Int(end.status))) }
    guard status == 0 else { return .failure(.status(status)) }
    guard end.bodyBytes <= Probe.largestBody else { return .failure(.tooLarge) }
    return messages(inBody: body).map { .success($0) } ?? .failure(.malformed)
  }
}
