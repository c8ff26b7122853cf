internal import Curl

/// Asks one API server. Every call ends within about half a minute; what may pass (HTTP 429 and 5xx,
/// a connection that broke) is tried again for up to ten seconds.
///
/// Ends with `shutDown()` or with the last reference, which streams hold too.
package final class KubernetesClient: Sendable {
  /// How much one answer may have, in bytes: about 200,000 endpoints.
  private static let answerLimit = 64 * 1024 * 1024

  package let access: ClusterAccess

  let timing: Timing
  private let curl = CurlClient()
  private let identities: IdentityStore
  private let pauses = Pauses()
  private let log: (@Sendable (String) -> Void)?

  /// - Parameter log: gets a line for each request: method, URL and what came back; nothing secret.
  package convenience init(_ access: ClusterAccess, log: (@Sendable (String) -> Void)? = nil) {
    self.init(access, timing: Timing(), log: log)
  }

  init(_ access: ClusterAccess, timing: Timing, log: (@Sendable (String) -> Void)? = nil) {
    self.access = access
    self.timing = timing
    self.log = log
    identities = IdentityStore(access, pluginTimeout: timing.plugin)
  }

  /// Cancels what is open; streams end.
  package func shutDown() {
    pauses.endForever()
    identities.shutDown()
    curl.shutDown()
  }

  /// False where the client was shut down or the task cancelled meanwhile.
  func pause(_ duration: Duration) async -> Bool { await pauses.pause(duration) }

  /// The body of a success, after as many attempts as it takes.
  func answer(to request: APIRequest) async throws(APIFailure) -> [UInt8] {
    var plan = RetryPlan(firstPause: timing.firstPause, patience: timing.patience)
    let start = ContinuousClock.now
    while true {
      do throws(APIFailure) {
        return try await authenticated(request.tried) { identity throws(APIFailure) in
          try await self.answer(to: request, as: identity)
        }
      } catch {
        var failure = error
        let elapsed = ContinuousClock.now - start
        guard let pause = plan.next(after: failure, elapsed: elapsed) else {
          if plan.attempts > 1 { failure.error.cameBack += ", at the attempt \(plan.attempts) too" }
          throw failure
        }
        guard await self.pause(pause) else { throw failure }
      }
    }
  }

  /// Does something as somebody: again, once, where the server does not accept the identity and
  /// there is a newer one.
  func authenticated<Value: Sendable>(
    _ tried: String, _ body: (Identity) async throws(APIFailure) -> Value
  ) async throws(APIFailure) -> Value {
    let identity = try await credentials { () async throws(KubernetesError) in
      try await identities.current()
    }
    do throws(APIFailure) { return try await body(identity) } catch {
      guard error.error.kind == .unauthorized,
        let renewed = try await credentials({ () async throws(KubernetesError) in
          try await identities.renewed(after: identity)
        })
      else { throw error }
      return try await body(renewed)
    }
  }

  private func credentials<Value: Sendable>(
    _ body: () async throws(KubernetesError) -> Value
  ) async throws(APIFailure) -> Value {
    do throws(KubernetesError) { return try await body() } catch {
      throw APIFailure(error: error, isCancelled: Task.isCancelled)
    }
  }

  private func answer(
    to request: APIRequest, as identity: Identity
  ) async throws(APIFailure) -> [UInt8] {
    var curlRequest = curlRequest(request, identity)
    curlRequest.totalTimeout = timing.whole
    let response: CurlResponse
    do throws(CurlError) {
      response = try await curl.response(to: curlRequest, limit: Self.answerLimit)
    } catch {
      throw failure(error, request, curlRequest.url)
    }
    note(request, curlRequest.url, "HTTP \(response.head.status), \(response.body.count) bytes")
    guard (200...299).contains(response.head.status) else {
      throw APIFailure(response.head, response.body, to: request, access: access)
    }
    guard isJSON(response.head) else {
      throw APIFailure(
        foreign: response.head, response.body, tried: request.tried, access: access)
    }
    return response.body
  }

  /// Opens a stream of lines.
  /// - Parameter longest: when the server will have ended it.
  func stream(
    _ request: APIRequest, longest: Duration
  ) async throws(APIFailure) -> CurlExchange {
    try await authenticated(request.tried) { identity throws(APIFailure) in
      var curlRequest = self.curlRequest(request, identity)
      curlRequest.idleTimeout = timing.silence
      curlRequest.totalTimeout = longest
      let exchange = curl.start(curlRequest)
      let head: CurlResponseHead
      var body: [UInt8] = []
      do throws(CurlError) {
        head = try await exchange.head()
        note(request, curlRequest.url, "HTTP \(head.status), a stream")
        if head.status == 200, isJSON(head) { return exchange }
        while body.count < 65_536, let bytes = try await exchange.next() { body += bytes }
      } catch {
        throw failure(error, request, curlRequest.url)
      }
      throw head.status == 200
        ? APIFailure(foreign: head, body, tried: request.tried, access: access)
        : APIFailure(head, body, to: request, access: access)
    }
  }

  func failure(_ error: CurlError, _ request: APIRequest, _ url: String) -> APIFailure {
    note(request, url, error.message)
    return APIFailure(error, tried: request.tried, access: access)
  }

  private func isJSON(_ head: CurlResponseHead) -> Bool {
    head.header("Content-Type")?.lowercased().hasPrefix("application/json") ?? false
  }

  private func note(_ request: APIRequest, _ url: String, _ outcome: String) {
    log?("\(request.method) \(url): \(outcome)")
  }

  private func curlRequest(_ request: APIRequest, _ identity: Identity) -> CurlRequest {
    var result = CurlRequest(access.server + request.target, method: request.method)
    result.headers = [
      CurlHeader("Accept", "application/json"), CurlHeader("User-Agent", "lbcheck"),
    ]
    if let authorization = identity.authorization {
      result.headers.append(CurlHeader("Authorization", authorization.revealed))
    }
    if let user = access.impersonation.user {
      result.headers.append(CurlHeader("Impersonate-User", user))
      result.headers += access.impersonation.groups.map { CurlHeader("Impersonate-Group", $0) }
    }
    if let body = request.body {
      result.headers.append(CurlHeader("Content-Type", "application/json"))
      result.body = body
    }
    result.tls = access.tls
    result.tls.certificate = identity.certificate.map { Array($0.revealed.utf8) }
    result.tls.key = identity.key.map { Array($0.revealed.utf8) }
    result.proxy = access.proxy?.revealed
    result.connectTimeout = timing.connect
    result.headTimeout = timing.head
    return result
  }
}
