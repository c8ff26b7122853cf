/// Decides when the next lookup is due. A value: time and chance are passed in.
package struct LookupSchedule: Sendable {
  package enum Step: Hashable, Sendable {
    /// Call `started(at:)`, look up, and then `succeeded` or `failed`.
    case lookUp
    /// Then call `waited()`.
    case wait(until: ContinuousClock.Instant)
    /// Until a request changes it.
    case awaitRequest
  }

  package private(set) var step = Step.lookUp

  private let rules: ReResolutionRules
  private var start: ContinuousClock.Instant?
  private var floorEnd: ContinuousClock.Instant?
  private var failures = 0
  /// A request came that could not be thought about yet.
  private var isAsked = false

  package init(rules: ReResolutionRules) { self.rules = rules }

  package mutating func started(at now: ContinuousClock.Instant) { start = now }

  /// The lookup gave a list that the channel could use.
  package mutating func succeeded(at now: ContinuousClock.Instant) {
    failures = 0
    floorEnd = (rules.floorCountsFromStart ? start ?? now : now) + rules.floor
    step = .awaitRequest
    if isAsked {
      isAsked = false
      requested(at: now)
    }
  }

  /// The lookup failed, or gave no addresses, which a balancer refuses.
  /// - Parameter jitter: from -1 to 1.
  package mutating func failed(at now: ContinuousClock.Instant, jitter: Double) {
    failures += 1
    step = .wait(until: now + rules.backoff(afterFailures: failures, jitter: jitter))
  }

  /// A balancer wants a new list; at any time.
  package mutating func requested(at now: ContinuousClock.Instant) {
    guard step == .awaitRequest else {
      isAsked = rules.buffersRequests
      return
    }
    guard let floorEnd, now < floorEnd else {
      step = .lookUp
      return
    }
    if rules.keepsRequestsInsideFloor { step = .wait(until: floorEnd) }
  }

  package mutating func waited() { step = .lookUp }
}
