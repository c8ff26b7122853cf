private import NIOCore
private import NIOPosix
private import NIOSSL
private import Synchronization

/// An HTTP/1.1 server on loopback whose answers a test writes byte by byte.
package final class ScriptedServer: Sendable {
  package struct Request: Sendable {
    package var method: String
    /// Path and query.
    package var target: String
    /// Names in lower case.
    package var headers: [(name: String, value: String)]
    package var body: String
    /// Counts connections from 1.
    package var connection: Int

    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
  }

  /// Writes the answer to one request; the connection then waits for the next, unless it throws.
  package typealias Answer = @Sendable (Request, ScriptedReply) async throws -> Void

  /// Certificate and key as PEM texts; with an authority, clients need a certificate of its.
  package struct TLS: Sendable {
    package var certificate: String
    package var key: String
    package var clientAuthority: String?

    package init(certificate: String, key: String, clientAuthority: String? = nil) {
      self.certificate = certificate
      self.key = key
      self.clientAuthority = clientAuthority
    }
  }

  package let port: Int
  package var url: String { "\(scheme)://127.0.0.1:\(port)" }

  private let scheme: String
  private let record = Mutex<[Request]>([])
  private let task: Mutex<Task<Void, Never>?>

  /// What was asked so far, in order.
  package var requests: [Request] { record.withLock { $0 } }

  package init(tls: TLS? = nil, _ answer: @escaping Answer) async throws {
    let context = try tls.map(Self.context)
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
          }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    port = server.channel.localAddress?.port ?? 0
    scheme = tls == nil ? "http" : "https"
    task = Mutex(nil)
    let connections = Task { [weak self] in
      _ = try? await server.executeThenClose { clients in
        try await withThrowingDiscardingTaskGroup { group in
          var count = 0
          for try await client in clients {
            count += 1
            let connection = count
            group.addTask {
              try? await client.executeThenClose { inbound, outbound in
                var reader = RequestReader(connection: connection)
                for try await bytes in inbound {
                  reader.buffer += String(buffer: bytes)
                  while let request = reader.next() {
                    self?.record.withLock { $0.append(request) }
                    try await answer(request, ScriptedReply { try await outbound.write($0) })
                  }
                }
              }
            }
          }
        }
      }
    }
    task.withLock { $0 = connections }
  }

  deinit { task.withLock { $0?.cancel() } }

  /// Closes every connection and waits for it.
  package func shutDown() async {
    let running = task.withLock { $0 }
    running?.cancel()
    await running?.value
  }

  private static func context(_ tls: TLS) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(tls.certificate.utf8))
        .map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(tls.key.utf8), format: .pem)))
    if let authority = tls.clientAuthority {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .certificates(
        try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
    }
    return try NIOSSLContext(configuration: configuration)
  }
}

/// Cuts requests out of what a connection brings.
private struct RequestReader {
  let connection: Int
  var buffer = ""

  mutating func next() -> ScriptedServer.Request? {
    // "\r\n" is one Character.
    guard let end = buffer.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = buffer[..<end.lowerBound].split(separator: "\r\n")
    let first = lines[0].split(separator: " ")
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (name: parts[0].lowercased(), value: String(parts.last?.drop { $0 == " " } ?? ""))
    }
    let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
    let rest = buffer[end.upperBound...].utf8
    guard rest.count >= length, first.count >= 2 else { return nil }
    let body = String(decoding: rest.prefix(length), as: UTF8.self)
    buffer = String(decoding: rest.dropFirst(length), as: UTF8.self)
    return ScriptedServer.Request(
      method: String(first[0]), target: String(first[1]), headers: headers, body: body,
      connection: connection)
  }
}
