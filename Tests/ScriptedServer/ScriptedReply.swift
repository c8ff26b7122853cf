internal import NIOCore

/// The answer to one request, as bytes.
package struct ScriptedReply: Sendable {
  /// Thrown by an answer that wants the connection closed.
  package struct HangUp: Error {
    package init() {}
  }

  private let write: @Sendable (ByteBuffer) async throws -> Void

  init(_ write: @escaping @Sendable (ByteBuffer) async throws -> Void) {
    self.write = write
  }

  package func raw(_ bytes: some Sequence<UInt8> & Sendable) async throws {
    try await write(ByteBuffer(bytes: bytes))
  }

  /// A whole response with its length.
  package func whole(
    _ status: Int, _ body: String, type: String = "application/json",
    headers: [(String, String)] = []
  ) async throws {
    let all = [("Content-Type", type), ("Content-Length", "\(body.utf8.count)")] + headers
    try await raw((Self.head(status, all) + body).utf8)
  }

  /// The head of a response whose body comes in chunks.
  package func begin(_ status: Int, type: String = "application/json") async throws {
    try await raw(
      Self.head(status, [("Content-Type", type), ("Transfer-Encoding", "chunked")]).utf8)
  }

  package func chunk(_ bytes: some Collection<UInt8> & Sendable) async throws {
    if bytes.isEmpty { return }
    let size = String(bytes.count, radix: 16)
    try await raw(Array("\(size)\r\n".utf8) + bytes + Array("\r\n".utf8))
  }

  /// After the last chunk.
  package func end() async throws { try await raw("0\r\n\r\n".utf8) }

  private static func head(_ status: Int, _ headers: [(String, String)]) -> String {
    let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
    return "HTTP/1.1 \(status) Scripted\r\n\(lines)\r\n"
  }
}
