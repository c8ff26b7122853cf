import Lab
import NIOCore
import NIOHPACK

/// A client that writes HTTP/2 frames as it likes, also those that no library would send.
struct ScriptedClient: Sendable {
  private let raw: RawClient

  /// Sends the preface and SETTINGS, and acknowledges the server's.
  static func connect(_ pod: Pod, window: UInt32 = 65_535) async throws -> ScriptedClient {
    let client = ScriptedClient(raw: try await RawClient.connect(pod.address, pod.port))
    try await client.raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    var settings = ByteBuffer(integer: UInt16(4))
    settings.writeInteger(window)
    try await client.send(type: 4, payload: settings)
    try await client.send(type: 4, flags: 1)
    return client
  }

  /// A whole health check: HEADERS, and DATA with END_STREAM.
  func open(stream: UInt32) async throws {
    var block = ByteBuffer()
    var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
    try encoder.encode(
      headers: [
        ":method": "POST", ":scheme": "http", ":path": "/grpc.health.v1.Health/Check",
        ":authority": "lab", "content-type": "application/grpc", "te": "trailers",
      ], to: &block)
    try await send(type: 1, flags: 4, stream: stream, payload: block)
    try await send(type: 0, flags: 1, stream: stream, payload: ByteBuffer(repeating: 0, count: 5))
  }

  func reset(stream: UInt32) async throws {
    try await send(type: 3, stream: stream, payload: ByteBuffer(integer: UInt32(8)))
  }

  func openWindow(stream: UInt32) async throws {
    try await send(type: 8, stream: stream, payload: ByteBuffer(integer: UInt32(100)))
  }

  /// Acknowledges the first PING that came.
  func answerPing() async throws {
    let ping = try await frames().first { $0.type == 6 }
    try await send(type: 6, flags: 1, payload: ping?.payload ?? ByteBuffer())
  }

  func waitForFrame(type: UInt8) async throws {
    try await until { try await frameTypes().contains(type) }
  }

  func frameTypes() async throws -> [UInt8] {
    try await frames().map(\.type)
  }

  func end() async throws -> RawClient.End {
    try await raw.end()
  }

  private func frames() async throws -> [(type: UInt8, payload: ByteBuffer)] {
    var bytes = try await raw.received()
    var frames: [(UInt8, ByteBuffer)] = []
    while let head = bytes.getInteger(at: bytes.readerIndex, as: UInt32.self),
      let frame = bytes.readSlice(length: 9 + Int(head >> 8))
    {
      frames.append((UInt8(head & 0xFF), frame.getSlice(at: 9, length: Int(head >> 8)) ?? frame))
    }
    return frames
  }

  private func send(
    type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: ByteBuffer = ByteBuffer()
  ) async throws {
    var frame = ByteBuffer(integer: UInt32(payload.readableBytes) << 8 | UInt32(type))
    frame.writeInteger(flags)
    frame.writeInteger(stream)
    frame.writeImmutableBuffer(payload)
    try await raw.send(frame)
  }
}
