/// Whether a channel may retry at all, by how many of its RPCs fail (gRFC A6, "Throttling Retry
/// Attempts and Hedged RPCs").
package struct RetryThrottle: Hashable, Sendable {
  private let settings: ServiceConfig.RetryThrottling
  private var tokens: Double

  package init(_ settings: ServiceConfig.RetryThrottling) {
    self.settings = settings
    tokens = settings.maxTokens
  }

  package mutating func succeeded() {
    tokens = min(settings.maxTokens, tokens + settings.tokenRatio)
  }

  /// Counts a failure. False where it may not be followed by a retry: half of the tokens are gone.
  package mutating func failed() -> Bool {
    tokens = max(0, tokens - 1)
    return tokens > settings.maxTokens / 2
  }
}
