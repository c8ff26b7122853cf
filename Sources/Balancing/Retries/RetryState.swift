package import Naming

/// How far one RPC has come with the retries that its service config asks for (gRFC A6). Two bytes in
/// each RPC's slot; transparent retries are not among them.
package struct RetryState: Hashable, Sendable {
  /// Retries so far: what `grpc-previous-rpc-attempts` says.
  package private(set) var retries: UInt8 = 0
  /// Those since the server last said how long to wait.
  private var sincePushback: UInt8 = 0

  package init() {}

  /// Whether a failed attempt is followed by another, and how long after: nil for the end of the RPC.
  ///
  /// The order of the questions is grpc-go's (`csAttempt.shouldRetry`): an attempt counts against the
  /// throttle only if its status is one to retry, or if the server forbids a retry.
  /// - Parameter jitter: drawn evenly from 0.8…1.2.
  package mutating func next(
    after attempt: FailedAttempt, _ policy: ServiceConfig.RetryPolicy,
    throttle: inout RetryThrottle?, jitter: Double
  ) -> Duration? {
    guard !attempt.sawHeaders else { return nil }
    if attempt.pushback == .stop {
      _ = throttle?.failed()
      return nil
    }
    guard let status = attempt.status, policy.retryableStatuses.contains(status) else { return nil }
    guard throttle?.failed() != false, Int(retries) + 1 < policy.maxAttempts else { return nil }
    retries += 1
    if case .wait(let time) = attempt.pushback {
      sincePushback = 0
      return time
    }
    defer { sincePushback += 1 }
    let growth = (0..<sincePushback).reduce(1.0) { product, _ in product * policy.backoffMultiplier
    }
    return min(policy.initialBackoff * growth, policy.maxBackoff) * jitter
  }
}

/// What matters of an attempt that did not end with OK.
package struct FailedAttempt: Hashable, Sendable {
  /// Nil for a number that gRPC does not define.
  package var status: GRPCStatus?
  /// Response headers came before the end, so that the application has seen something of the answer.
  package var sawHeaders: Bool
  package var pushback: Pushback

  package init(status: GRPCStatus?, sawHeaders: Bool = false, pushback: Pushback = .none) {
    self.status = status
    self.sawHeaders = sawHeaders
    self.pushback = pushback
  }
}

/// What the server says of the next attempt: `grpc-retry-pushback-ms` (gRFC A6).
package enum Pushback: Hashable, Sendable {
  case none
  case wait(Duration)
  case stop

  /// - Parameter field: the trailer's value; nil where there is none. Anything but a whole number from
  ///   0 on forbids a retry.
  package init(field: String?) {
    guard let field else {
      self = .none
      return
    }
    self = UInt32(field).map { .wait(.milliseconds(Int64($0))) } ?? .stop
  }
}
