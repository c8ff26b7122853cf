package import Naming

/// What a client takes from a service config that it accepts
/// (`grpc/service_config/service_config.proto`, gRFCs A2, A6, A17, A24).
package struct ServiceConfig: Hashable, Sendable {
  /// Which RPCs a method config is for.
  package enum Scope: Hashable, Sendable {
    case all
    /// `pkg.Service`
    case service(String)
    /// `pkg.Service/Method`
    case method(String)
  }

  /// What holds for the RPCs of its scope.
  package struct MethodConfig: Hashable, Sendable {
    package var waitForReady: Bool?
    package var timeout: Duration?
    package var retry: RetryPolicy?

    package init(
      waitForReady: Bool? = nil, timeout: Duration? = nil, retry: RetryPolicy? = nil
    ) {
      self.waitForReady = waitForReady
      self.timeout = timeout
      self.retry = retry
    }
  }

  /// Retries that were asked for (gRFC A6); transparent ones need none.
  package struct RetryPolicy: Hashable, Sendable {
    /// From 2 to 5, the first one included.
    package var maxAttempts: Int
    package var initialBackoff: Duration
    package var maxBackoff: Duration
    package var backoffMultiplier: Double
    package var retryableStatuses: Set<GRPCStatus>
  }

  /// When failures outweigh successes, nothing is retried.
  package struct RetryThrottling: Hashable, Sendable {
    /// Above 0.
    package var maxTokens: Double
    /// What a success brings; a failure costs 1.
    package var tokenRatio: Double

    package init(maxTokens: Double, tokenRatio: Double) {
      self.maxTokens = maxTokens
      self.tokenRatio = tokenRatio
    }
  }

  /// The policy's name; nil where the config names none, which means pick_first.
  package var policy: String?
  package var methods: [Scope: MethodConfig] = [:]
  package var throttling: RetryThrottling?
  /// The service name of client-side health checks, perhaps empty; nil for no checks.
  package var healthCheckedService: String?

  /// What holds for a method: its own config, else its service's, else the one for all.
  /// - Parameter path: `/pkg.Service/Method`.
  package func config(forPath path: String) -> MethodConfig? {
    let name = String(path.drop { $0 == "/" })
    let service = String(name.prefix { $0 != "/" })
    return methods[.method(name)] ?? methods[.service(service)] ?? methods[.all]
  }
}
