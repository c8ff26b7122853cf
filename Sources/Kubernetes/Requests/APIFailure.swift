/// A request that did not succeed, and what that means for trying again.
struct APIFailure: Error, Hashable, Sendable {
  var error: KubernetesError
  /// Whether the same request may succeed a moment later.
  var isTransient = false
  /// What the server asks for before the next attempt.
  var retryAfter: Duration?
  /// Nobody waits for an answer any more.
  var isCancelled = false
}
