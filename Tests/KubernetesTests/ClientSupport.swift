import Curl
import ScriptedServer
import Synchronization

@testable import Kubernetes

extension Timing {
  /// Everything that can be waited for comes at once.
  static var quick: Timing {
    var timing = Timing()
    timing.firstPause = .milliseconds(1)
    timing.watchPause = .milliseconds(1)
    return timing
  }
}

extension KubernetesClient {
  /// A client of a scripted server.
  static func of(
    _ server: ScriptedServer, credentials: Credentials = Credentials(),
    impersonation: Impersonation = Impersonation(), tls: CurlTLS = CurlTLS(),
    timing: Timing = .quick, log: (@Sendable (String) -> Void)? = nil
  ) -> KubernetesClient {
    KubernetesClient(
      ClusterAccess(
        server: server.url, namespace: "demo", source: "a test", tls: tls,
        credentials: credentials, impersonation: impersonation),
      timing: timing, log: log)
  }
}

extension ScriptedReply {
  /// A recorded body with its recorded status.
  func recording(_ name: String) async throws {
    let fixture = try Fixture.named(name)
    try await whole(
      try fixture.exchange.status, String(decoding: try fixture.body, as: UTF8.self))
  }
}

extension ScriptedServer.Request {
  /// The value of a parameter in the query.
  func parameter(_ name: String) -> String? {
    let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts[0] == name { return parts.count > 1 ? String(parts[1]) : "" }
    }
    return nil
  }
}

/// Counts calls from any thread.
final class Counter: Sendable {
  private let count = Atomic(0)

  /// How many there were, this one too.
  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

/// Collects lines from any thread.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func append(_ line: String) { lines.withLock { $0.append(line) } }
}
