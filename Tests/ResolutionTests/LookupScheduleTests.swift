import Resolution
import Testing

@Suite("When a name is looked up again")
struct LookupScheduleTests {
  private let start = ContinuousClock.now

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test("grpc-go: at once, then only when asked, and 30 s after the previous success at most")
  func floor() {
    var schedule = LookupSchedule(rules: .go)
    #expect(schedule.step == .lookUp)
    schedule.started(at: at(0))
    schedule.succeeded(at: at(1))
    #expect(schedule.step == .awaitRequest)
    schedule.requested(at: at(5))
    #expect(schedule.step == .wait(until: at(31)))
    schedule.waited()
    #expect(schedule.step == .lookUp)
    schedule.started(at: at(31))
    schedule.succeeded(at: at(32))
    schedule.requested(at: at(62))
    #expect(schedule.step == .lookUp)
  }

  @Test("C-core: the floor counts from the start of the lookup")
  func floorFromStart() {
    var schedule = LookupSchedule(rules: .core)
    schedule.started(at: at(0))
    schedule.succeeded(at: at(4))
    schedule.requested(at: at(5))
    #expect(schedule.step == .wait(until: at(30)))
  }

  @Test("grpc-java: a request inside the floor is forgotten")
  func dropped() {
    var schedule = LookupSchedule(rules: .java)
    schedule.started(at: at(0))
    schedule.succeeded(at: at(0))
    schedule.requested(at: at(29))
    #expect(schedule.step == .awaitRequest)
    schedule.requested(at: at(30))
    #expect(schedule.step == .lookUp)
  }

  /// Runs a schedule whose lookups take no time, and returns when they began.
  private func lookups(_ rules: ReResolutionRules, requests: [Double]) -> [Double] {
    var schedule = LookupSchedule(rules: rules)
    var times: [Double] = []
    var now = 0.0
    func follow() {
      while true {
        if case .wait(let until) = schedule.step, until <= at(now) { schedule.waited() }
        guard schedule.step == .lookUp else { return }
        times.append(now)
        schedule.started(at: at(now))
        schedule.succeeded(at: at(now))
      }
    }
    for moment in 0...200 {
      now = Double(moment)
      follow()
      if requests.contains(now) { schedule.requested(at: at(now)) }
      follow()
    }
    return times
  }

  @Test("§9: of three GOAWAYs at once grpc-go makes three lookups, C-core two, grpc-java one")
  func buffered() {
    let requests = [55.0, 56, 57]
    #expect(lookups(.go, requests: requests) == [0, 55, 85, 115])
    #expect(lookups(.core, requests: requests) == [0, 55, 85])
    #expect(lookups(.java, requests: requests) == [0, 55])
    #expect(lookups(.swift, requests: requests) == [0, 55, 56, 57], "no floor")
  }

  @Test("§2: a request during a lookup is kept by grpc-go only")
  func duringLookup() {
    for (rules, expected) in [
      (ReResolutionRules.go, LookupSchedule.Step.wait(until: at(32))), (.core, .awaitRequest),
      (.java, .awaitRequest),
    ] {
      var schedule = LookupSchedule(rules: rules)
      schedule.started(at: at(0))
      schedule.requested(at: at(1))
      schedule.succeeded(at: at(2))
      #expect(schedule.step == expected)
    }
  }

  @Test("on another time scale every duration shrinks alike")
  func scaled() {
    for rules in [ReResolutionRules.go, .core, .java, .swift] {
      let small = rules.scaled(by: 0.01)
      #expect(small.floor == rules.floor * 0.01)
      #expect(small.maximumBackoff == .milliseconds(1200))
      let wait = small.backoff(afterFailures: 3, jitter: 0.5) / .seconds(1)
      let full = rules.backoff(afterFailures: 3, jitter: 0.5) / .seconds(1)
      #expect(abs(wait - full / 100) < 1e-9)
    }
  }

  @Test("failures are retried without being asked, at growing intervals up to a cap")
  func backoff() {
    var schedule = LookupSchedule(rules: .go)
    var waits: [Double] = []
    for _ in 0..<12 {
      schedule.started(at: at(0))
      schedule.failed(at: at(0), jitter: 0)
      guard case .wait(let until) = schedule.step else {
        Issue.record("no wait after a failure")
        return
      }
      waits.append((until - at(0)) / .seconds(1))
      schedule.waited()
      #expect(schedule.step == .lookUp)
    }
    for (wait, expected) in zip(
      waits, [1.6, 2.56, 4.096, 6.5536, 10.48576, 16.777, 26.844, 42.95, 68.72, 109.95, 120, 120])
    {
      #expect(abs(wait - expected) < 0.01)
    }
    schedule.succeeded(at: at(0))
    schedule.failed(at: at(0), jitter: 0)
    guard case .wait(let until) = schedule.step else {
      Issue.record("no wait after a failure")
      return
    }
    #expect(abs((until - at(1.6)) / .seconds(1)) < 0.001)
  }

  @Test("the jitter is 20 % at most, also of the cap")
  func jitter() {
    for (count, base) in [(1, 1.6), (2, 2.56), (50, 120)] {
      let low = ReResolutionRules.go.backoff(afterFailures: count, jitter: -1) / .seconds(1)
      let high = ReResolutionRules.go.backoff(afterFailures: count, jitter: 1) / .seconds(1)
      #expect(abs(low - base * 0.8) < 0.001)
      #expect(abs(high - base * 1.2) < 0.001)
    }
    #expect(ReResolutionRules.core.backoff(afterFailures: 1, jitter: 0) == .seconds(1))
  }
}
