/// Decides when the next lookup is due. A value: time and chance are passed in.
package struct LookupSchedule: Sendable {
  package enum Step: Hashable, Sendable {
    case lookUp
    /// Then call `waited()`. Requests that come meanwhile stay in line.
    case wait(until: ContinuousClock.Instant)
    /// Until somebody asks; then call `requested(at:)`.
    case awaitRequest
  }

  package private(set) var step = Step.lookUp

  private let rules: ReResolutionRules
  private var start: ContinuousClock.Instant?
  private var floorEnd: ContinuousClock.Instant?
  private var failures = 0

  package init(rules: ReResolutionRules) { self.rules = rules }

  package mutating func started(at now: ContinuousClock.Instant) { start = now }

  /// The lookup gave a list that the channel could use.
  package mutating func succeeded(at now: ContinuousClock.Instant) {
    failures = 0
    floorEnd = (rules.floorCountsFromStart ? start ?? now : now) + rules.floor
    step = .awaitRequest
  }

  /// The lookup failed, or gave no addresses, which a balancer refuses.
  /// - Parameter jitter: from -1 to 1.
  package mutating func failed(at now: ContinuousClock.Instant, jitter: Double) {
    failures += 1
    step = .wait(until: now + rules.backoff(afterFailures: failures, jitter: jitter))
  }

  /// A balancer wants a new list.
  package mutating func requested(at now: ContinuousClock.Instant) {
    guard let floorEnd, now < floorEnd else {
      step = .lookUp
      return
    }
    if rules.keepsRequestsInsideFloor { step = .wait(until: floorEnd) }
  }

  package mutating func waited() { step = .lookUp }
}
