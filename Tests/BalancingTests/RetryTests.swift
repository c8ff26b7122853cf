import Balancing
import Naming
import Testing

/// gRFC A6: retries that a service config asks for.
@Suite("Configured retries")
struct RetryTests {
  private static func policy(_ attempts: Int = 5) throws -> ServiceConfig.RetryPolicy {
    let text = """
      {"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":\(attempts),"initialBackoff":"1s",
      "maxBackoff":"3s","backoffMultiplier":2,"retryableStatusCodes":["UNAVAILABLE"]}}]}
      """
    let reading = try #require(ServiceConfigReader.read(Array(text.utf8), as: [.go]).first)
    return try #require(reading.config?.config(forPath: "/a/b")?.retry)
  }

  private let unavailable = FailedAttempt(status: .unavailable)

  @Test("the back-off grows to its limit, and maxAttempts includes the first")
  func growth() throws {
    let policy = try Self.policy()
    var (state, throttle) = (RetryState(), RetryThrottle?.none)
    let delays = (0..<5).map { _ in
      state.next(after: unavailable, policy, throttle: &throttle, jitter: 1)
    }
    #expect(delays == [.seconds(1), .seconds(2), .seconds(3), .seconds(3), nil])
    #expect(state.retries == 4)
  }

  @Test("the jitter is a factor, also of the limit")
  func jitter() throws {
    var (state, throttle) = (RetryState(), RetryThrottle?.none)
    let policy = try Self.policy()
    let delays = [0.8, 1.2, 1.2].map {
      state.next(after: unavailable, policy, throttle: &throttle, jitter: $0)
    }
    #expect(delays == [.milliseconds(800), .milliseconds(2400), .milliseconds(3600)])
  }

  @Test(
    "no retry of another status, of what the application has seen, or where the server forbids it",
    arguments: [
      FailedAttempt(status: .internal), FailedAttempt(status: nil),
      FailedAttempt(status: .unavailable, sawHeaders: true),
      FailedAttempt(status: .unavailable, pushback: .stop),
    ])
  func final(attempt: FailedAttempt) throws {
    var (state, throttle) = (RetryState(), RetryThrottle?.none)
    #expect(
      state.next(after: attempt, try Self.policy(), throttle: &throttle, jitter: 1) == nil)
    #expect(state.retries == 0)
  }

  @Test("the server's own delay is taken as it is, and the back-off begins anew after it")
  func pushback() throws {
    let policy = try Self.policy()
    var (state, throttle) = (RetryState(), RetryThrottle?.none)
    _ = state.next(after: unavailable, policy, throttle: &throttle, jitter: 1)
    let told = FailedAttempt(
      status: .unavailable, pushback: Pushback(field: "7000"))
    #expect(state.next(after: told, policy, throttle: &throttle, jitter: 1.2) == .seconds(7))
    #expect(
      state.next(after: unavailable, policy, throttle: &throttle, jitter: 1) == .seconds(1))
  }

  @Test("what grpc-retry-pushback-ms means")
  func pushbackField() {
    #expect(Pushback(field: nil) == .none)
    #expect(Pushback(field: "0") == .wait(.zero))
    for text in ["-1", "", "soon", "1.5"] { #expect(Pushback(field: text) == .stop) }
  }

  @Test("with half of the tokens gone nothing is retried until successes bring them back")
  func throttled() throws {
    let policy = try Self.policy()
    var throttle: RetryThrottle? = RetryThrottle(
      ServiceConfig.RetryThrottling(maxTokens: 4, tokenRatio: 0.5))
    func isRetried() -> Bool {
      var state = RetryState()
      return state.next(after: unavailable, policy, throttle: &throttle, jitter: 1) != nil
    }
    #expect(isRetried())
    #expect(!isRetried())
    for _ in 0..<3 { throttle?.succeeded() }
    // 3.5 tokens: one failure leaves 2.5, the next one 1.5.
    #expect(isRetried())
    #expect(!isRetried())
  }

  @Test("statuses that are not to be retried cost no token")
  func unthrottled() throws {
    let policy = try Self.policy()
    var throttle: RetryThrottle? = RetryThrottle(
      ServiceConfig.RetryThrottling(maxTokens: 4, tokenRatio: 0.5))
    var state = RetryState()
    for _ in 0..<10 {
      _ = state.next(
        after: FailedAttempt(status: .internal), policy, throttle: &throttle, jitter: 1)
    }
    #expect(state.next(after: unavailable, policy, throttle: &throttle, jitter: 1) != nil)
  }
}
