// The fuzz target compiles this file together with the sources, as one module.
#if canImport(HTTP2)
  @testable import HTTP2
#endif

/// One input of the fuzzer, read as a script of what the server sends and the client does. Traps
/// where an invariant breaks. Used by Tests/fuzz/HTTP2Fuzz.swift and by the tests that replay its finds.
struct FuzzRun {
  private let input: [UInt8]

  init(_ input: [UInt8]) {
    self.input = input
  }

  /// Runs the script with the server's bytes whole and cut one by one: both must come to the same.
  func check() {
    let whole = Player(input, single: false)
    whole.play()
    let single = Player(input, single: true)
    single.play()
    precondition(whole.events == single.events, "events depend on how the bytes are cut")
    precondition(whole.sent == single.sent, "output depends on how the bytes are cut")
    precondition(whole.bodies == single.bodies, "bodies depend on how the bytes are cut")
  }
}

private final class Player {
  private var rest: ArraySlice<UInt8>
  private let single: Bool
  private var connection: ClientConnection
  private var opened: Set<UInt32> = []
  private var received = 0
  private(set) var events: [Event] = []
  private(set) var sent: [UInt8] = []
  private(set) var bodies: [UInt8] = []

  private static let requests = [0, 1, 20, 2_000, 70_000].map { count in
    RequestTemplate(
      fields: [
        HeaderField(":method", "POST"), HeaderField(":path", "/\(count)"),
        HeaderField("authorization", "secret"), HeaderField("te", "trailers"),
      ], body: Array(repeating: 1, count: count), keptBody: count == 20 ? 100 : 0)
  }

  init(_ input: [UInt8], single: Bool) {
    self.single = single
    rest = input[...]
    let options = rest.popFirst() ?? 0
    var settings = ClientSettings()
    if options & 1 != 0 { settings.headerTableSize = 100 }
    if options & 2 != 0 { settings.initialWindowSize = 500 }
    if options & 4 != 0 { settings.connectionWindow = 65_535 }
    if options & 8 != 0 { settings.maxHeaderListSize = 300 }
    if options & 16 != 0 { settings.headerTableSize = 20_000 }
    settings.maxQueuedReplies = 50
    settings.maxIdleFrames = 100
    connection = ClientConnection(
      settings: settings, watch: WatchList([["grpc-status"], ["x-pod", "server"]]),
      values: ValuePool(limit: 8), observer: options & 32 != 0 ? Reader() : nil)
    if options & 64 == 0 { feed([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0]) }
  }

  func play() {
    while let op = rest.popFirst() {
      switch op & 7 {
      case 0, 1:
        // Bytes as they are.
        feed(take(Int(op >> 3) + 1))
      case 2, 3, 4:
        // A frame with a header that fits: type, flags, stream, payload.
        let type = rest.popFirst() ?? 0
        let flags = rest.popFirst() ?? 0
        let stream = rest.popFirst() ?? 0
        let payload = take(op & 7 == 4 ? Int(rest.popFirst() ?? 0) * 8 : Int(op >> 3))
        feed(
          [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), type % 12, flags, 0, 0, 0]
            + [stream & 31] + payload)
      case 5:
        let request = Self.requests[Int(op >> 3) % Self.requests.count]
        if let stream = connection.open(request, token: UInt32(op)) { opened.insert(stream) }
      case 6:
        let stream = UInt32(op >> 3)
        let before = connection.activeStreams
        connection.cancel(stream)
        if connection.activeStreams < before { opened.remove(stream) }
      default:
        if op & 8 == 0 { drain() } else { connection.ping(UInt64(op >> 4)) }
      }
      takeEvents()
      checkInvariants()
    }
    connection.connectionClosed()
    takeEvents()
    drain()
    precondition(opened.isEmpty, "a stream did not end")
    precondition(connection.activeStreams == 0 && connection.nextEvent() == nil)
  }

  private func take(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  private func feed(_ bytes: [UInt8]) {
    received += bytes.count
    for piece in single ? bytes.map({ [$0] }) : [bytes] {
      piece.withUnsafeBytes { connection.receive($0) }
    }
  }

  private func drain() {
    sent += connection.drainOutput { Array($0) }
  }

  private func takeEvents() {
    while let event = connection.nextEvent() {
      events.append(event)
      guard case .streamEnded(let end) = event else { continue }
      bodies += connection.takeBody(of: end.stream)
      precondition(
        opened.remove(end.stream) != nil, "a stream ended twice, or was never opened")
    }
  }

  private func checkInvariants() {
    precondition(connection.activeStreams == opened.count)
    precondition(connection.sendWindow >= 0 && connection.receiveWindow >= 0)
    precondition(connection.sendWindow <= Int(Int32.max))
    precondition(connection.unsentBodies.count <= opened.count)
    precondition(connection.queuedReplies <= 51 && connection.idleFrames <= 101)
    precondition(connection.bodies.count <= opened.count)
    precondition(connection.bodies.values.allSatisfy { $0.count <= 100 })
    precondition(connection.partialFrame.count < 9 + 16_384)
    precondition(connection.partialBlock.bytes.count <= 65_536)
    precondition(connection.pings.count <= 1_000_000)
    precondition(!connection.canOpen || !connection.isDraining)
  }
}

/// Renders every frame, so that the rendering is fuzzed as well.
private final class Reader: FrameObserver {
  func frame(_ frame: ObservedFrame) {
    for line in frame.lines() {
      precondition(line.utf8.allSatisfy { 0x20...0x7e ~= $0 }, "text that is not escaped")
    }
  }
}
