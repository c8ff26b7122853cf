import ArgumentParser
import Lab
import Reporting

/// `HOST:PORT` of the user's own server.
struct UpstreamArgument: Sendable {
  private let host: String
  private let port: UInt16

  init(_ text: String) throws {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
      port > 0
    else { throw Self.malformed(text) }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw Self.malformed(text)
    }
    guard !host.isEmpty else { throw Self.malformed(text) }
    self.host = String(host)
    self.port = port
  }

  /// Connects once, so that a server that is not there is found before the client starts. Throws
  /// `Problem`.
  func find() async throws -> Upstream {
    do {
      return try await Upstream.find(host: host, port: port)
    } catch {
      throw Problem(
        phase: .connect, tried: "to connect to the server behind the pods (--upstream)",
        on: "\(host):\(port)", cameBack: "\(error)",
        next: "Start your server first, and give the address that it listens on")
    }
  }

  private static func malformed(_ text: String) -> ValidationError {
    ValidationError(
      "--upstream: '\(printable(text))' is not HOST:PORT, such as localhost:50051 or [::1]:50051")
  }
}
