internal import Curl

extension APIFailure {
  /// How much of a page that is no JSON is shown, in characters.
  private static let excerptLength = 80

  /// A response that is no success.
  init(_ head: CurlResponseHead, _ body: [UInt8], to request: APIRequest, access: ClusterAccess) {
    let status = try? decoded(APIStatus.self, body).get()
    guard let status, status.isStatus else {
      self.init(foreign: head, body, tried: request.tried, access: access)
      return
    }
    self.init(status, code: head.status, to: request, access: access)
    retryAfter = Self.retryAfter(head) ?? retryAfter
  }

  /// A `Status` in the body of a response or in an ERROR event.
  init(_ status: APIStatus, code: Int, to request: APIRequest, access: ClusterAccess) {
    let kind: KubernetesError.Kind
    var next: String?
    switch code {
    case 401:
      kind = .unauthorized
      next = "Renew the credentials of \(access.source): log in to the cluster again"
    case 403:
      kind = .forbidden
      next = request.whenForbidden
    case 404:
      kind = .notFound
      next = request.whenNotFound
    case 410: kind = .gone
    case 429: kind = .rateLimited
    case 500...599: kind = .serverError
    default: kind = .other
    }
    let words = status.message ?? status.reason ?? "no message"
    self.init(
      error: KubernetesError(
        kind, tried: request.tried, on: access.server, cameBack: "HTTP \(code): \(words)",
        next: next))
    isTransient = code == 429 || code >= 500
    retryAfter = status.details?.retryAfterSeconds.map { .seconds(max(0, $0)) }
  }

  /// What no API server says; a success too, where it is no JSON.
  init(foreign head: CurlResponseHead, _ body: [UInt8], tried: String, access: ClusterAccess) {
    let type = head.header("Content-Type") ?? "no content type"
    let text = String(decoding: body.prefix(4096), as: UTF8.self).trimmed
    let excerpt = text.isEmpty ? "" : ": \(text.prefix(Self.excerptLength))"
    let kind: KubernetesError.Kind
    var next: String? =
      "Check the server in \(access.source): a proxy, a login page or another web server answers"
    switch head.status {
    case 401:
      kind = .unauthorized
      next = "Renew the credentials of \(access.source): log in to the cluster again"
    case 429: kind = .rateLimited
    case 500...599: kind = .serverError
    default: kind = .notKubernetes
    }
    self.init(
      error: KubernetesError(
        kind, tried: tried, on: access.server, cameBack: "HTTP \(head.status), \(type)\(excerpt)",
        next: next))
    isTransient = kind == .rateLimited || kind == .serverError
    retryAfter = Self.retryAfter(head)
  }

  /// In seconds (RFC 9110 §10.2.3); API servers do not send dates.
  private static func retryAfter(_ head: CurlResponseHead) -> Duration? {
    head.header("Retry-After").flatMap { Int($0) }.map { .seconds(max(0, $0)) }
  }
}
