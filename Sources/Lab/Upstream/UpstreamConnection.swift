internal import NIOCore
internal import NIOPosix

/// One connection to a pod that stands for the user's own server: bytes go there and back unchanged,
/// and the frames among them are counted. What the pod has to say itself, GOAWAY and the PING that
/// belongs to it, goes between two frames of the server. A connection that does not begin with the
/// preface of HTTP/2 is passed on without being understood.
final class UpstreamConnection: PodProtocol {
  private enum Speaks {
    case unknown(ByteBuffer)
    case http2
    case other
  }

  private enum Drain {
    case none
    case announced(debug: String, timer: Scheduled<Void>)
    case final
  }

  private static let preface = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

  private let pod: PodCore
  private let id: Int
  private let client: Relay
  private let server: Relay
  private var speaks = Speaks.unknown(ByteBuffer())
  private var requests = FrameScanner(
    wanted: [
      FrameScanner.FrameType.settings, FrameScanner.FrameType.ping,
      FrameScanner.FrameType.resetStream,
    ], skipped: UpstreamConnection.preface.readableBytes)
  private var responses = FrameScanner(
    wanted: [
      FrameScanner.FrameType.headers, FrameScanner.FrameType.continuation,
      FrameScanner.FrameType.resetStream, FrameScanner.FrameType.goAway,
    ])
  private var streams = RelayedStreams()
  /// Frames of the pod's own, for the next boundary.
  private var waiting = ByteBuffer()
  private var draining = Drain.none
  private var lifetime: ConnectionLifetime?

  /// Connects the two channels, both without automatic reads so far.
  static func start(
    pod: PodCore, id: Int, client: any Channel, server: any Channel
  ) throws -> UpstreamConnection {
    let (near, far) = Relay.pair()
    let connection = UpstreamConnection(pod: pod, id: id, client: near, server: far)
    near.filter = { connection.sent($0) }
    far.filter = { connection.received($0) }
    near.broken = { pod.ending(id, by: .broken) }
    near.removed = { connection.lifetime?.cancel() }
    try client.pipeline.syncOperations.addHandler(near)
    try server.pipeline.syncOperations.addHandler(far)
    return connection
  }

  private init(pod: PodCore, id: Int, client: Relay, server: Relay) {
    self.pod = pod
    self.id = id
    self.client = client
    self.server = server
  }

  // MARK: - Passing on

  private func sent(_ bytes: ByteBuffer) {
    switch speaks {
    case .http2: passRequests(bytes)
    case .other: server.write(bytes)
    case .unknown(var kept):
      kept.writeImmutableBuffer(bytes)
      let known = min(kept.readableBytes, Self.preface.readableBytes)
      if kept.readableBytesView.prefix(known) != Self.preface.readableBytesView.prefix(known) {
        speaks = .other
        pod.notUnderstood(on: id)
        server.write(kept)
      } else if known == Self.preface.readableBytes {
        speaks = .http2
        beginLifetime()
        passRequests(kept)
      } else {
        speaks = .unknown(kept)
      }
    }
  }

  private func passRequests(_ bytes: ByteBuffer) {
    requests.feed(bytes)
    let isCold = pod.isCold
    while let frame = requests.next() {
      if frame.type == FrameScanner.FrameType.ping, isAnswerToOurs(frame) {
        if let passed = requests.takeLeavingOutLast() { server.write(passed) }
        sendFinalGoAway()
        continue
      }
      switch streams.sent(frame, isCold: isCold) {
      case .began:
        lifetime?.requestsBegan()
        _ = pod.received(on: id, open: streams.count)
      case .ended(let loss): lost(loss)
      case .answered, nil: break
      }
    }
    if let passed = requests.take() { server.write(passed) }
    endIfDrained()
  }

  private func received(_ bytes: ByteBuffer) {
    guard case .http2 = speaks else { return client.write(bytes) }
    responses.feed(bytes)
    var answers: [(PodCounts.Status, isCold: Bool)] = []
    while let frame = responses.next() {
      switch streams.received(frame) {
      case .answered(let status, let isCold):
        if streams.isEmpty { lifetime?.requestsEnded() }
        answers.append((status, isCold))
      case .ended(let loss): lost(loss)
      case .began, nil: break
      }
      if frame.type == FrameScanner.FrameType.goAway, let goAway = streams.goAway {
        pod.sent(goAway, on: id)
      }
    }
    if let passed = responses.take() {
      // Succeeds when the kernel has the last byte: only then were the requests answered.
      client.write(passed) { [pod, id] in
        for (status, isCold) in answers { pod.answered(status, on: id, isCold: isCold) }
      }
    }
    sendWaiting()
    endIfDrained()
  }

  private func lost(_ loss: PodCounts.Loss) {
    if streams.isEmpty { lifetime?.requestsEnded() }
    pod.lost(loss, on: id)
  }

  // MARK: - Draining

  /// Age, idleness and grace are the pod's own, whatever the server has.
  private func beginLifetime() {
    guard let loop = client.loop else { return }
    let behaviour = pod.behaviour
    lifetime = ConnectionLifetime(behaviour, jitter: pod.jitter(), on: loop) { [weak self] event in
      switch event {
      case .drain(let debug): self?.drain(debug: debug, grace: behaviour.maxConnectionAgeGrace)
      case .close: self?.end()
      }
    }
  }

  /// As `PodConnection.drain` does it, between frames of the server.
  func drain(debug: String, grace: Duration?) {
    guard case .none = draining else { return }
    guard case .http2 = speaks, let loop = client.loop else { return end() }
    lifetime?.drainBegan(grace: grace)
    draining = .announced(
      debug: debug,
      timer: loop.assumeIsolated().scheduleTask(in: DrainFrames.patience) { [weak self] in
        self?.sendFinalGoAway()
        self?.endIfDrained()
      })
    // A limit that the server has set may not be raised again (RFC 9113 §6.8).
    if streams.goAway == nil { say(lastStream: Int(Int32.max), debug: debug) }
    waiting.writeImmutableBuffer(DrainFrames.ping)
    sendWaiting()
  }

  func killed() {
    client.part()
    server.reset()
  }

  private func isAnswerToOurs(_ frame: FrameScanner.Frame) -> Bool {
    guard case .announced = draining else { return false }
    return frame.isAcknowledgement && frame.payload == DrainFrames.pingData
  }

  private func sendFinalGoAway() {
    guard case .announced(let debug, let timer) = draining else { return }
    timer.cancel()
    draining = .final
    say(lastStream: min(Int(streams.last), streams.goAway?.lastStream ?? .max), debug: debug)
    sendWaiting()
  }

  private func say(lastStream: Int, debug: String) {
    pod.sent(.init(lastStream: lastStream, code: 0, debug: debug), on: id)
    waiting.writeImmutableBuffer(DrainFrames.goAway(lastStream: UInt32(lastStream), debug: debug))
  }

  private func sendWaiting() {
    guard waiting.readableBytes > 0, responses.isAtBoundary else { return }
    client.writeAndFlush(waiting)
    waiting = ByteBuffer()
  }

  private func endIfDrained() {
    guard case .final = draining, streams.isEmpty, waiting.readableBytes == 0 else { return }
    end()
  }

  private func end() {
    lifetime?.cancel()
    pod.ended(id, by: .drained)
    client.part()
    client.finish()
    server.close()
  }
}
