internal import Distribution
internal import Naming
internal import Reporting
internal import Resolution
internal import Transport

extension WatchReport.Head {
  init(_ plan: WatchPlan, _ recorder: WatchRecorder, blind: [WatchReport.Blind]) {
    let run = plan.run
    self.init(
      version: run.version, source: run.source,
      startedAt: timestamp(unixMilliseconds: recorder.startUnixMilliseconds), seed: run.seed,
      target: Report.Target(run.target), policy: run.policy.rawValue, client: run.client.name,
      rate: plan.rate, seesAPI: recorder.timeline.seesAPI, blind: blind)
  }
}

extension WatchReport {
  static func make(
    _ plan: WatchPlan, _ head: Head, _ recorder: WatchRecorder, _ end: WatchEnd
  ) -> WatchReport {
    let timeline = recorder.timeline
    let evidence = TimelineEvidence(timeline, at: end.time)
    let bounds = timeline.lanes.indices.map { bound($0, timeline, plan) }
    return WatchReport(
      timeline, head: head, at: end.time, unixMilliseconds: recorder.startUnixMilliseconds,
      interrupted: end.interrupted, settled: end.settled,
      unsettled: end.settled == false
        ? unsettled(end.disagreements, timeline, bounds, plan) : [],
      during: plan.during.map {
        During(
          command: $0.command, succeeded: end.outcome?.succeeded,
          words: end.outcome?.words ?? "was still running")
      },
      bounds: bounds,
      assertions: plan.run.assertions.map { Report.Assertion($0.evaluate(on: evidence)) })
  }

  /// What the client's rules and the servers' MaxConnectionAge make of scale-out (gRFC A9).
  private static func bound(
    _ lane: Int, _ timeline: Timeline, _ plan: WatchPlan
  ) -> Bound {
    if let front = timeline.front(lane: lane) {
      return Bound(
        .never,
        reason: "\(front.address) is all that is ever listed; a new connection may reach any pod")
    }
    let rules = plan.run.client.rules
    let publication = Double(plan.dnsInterval.nanoseconds)
    switch timeline.lanes[lane] {
    case "static":
      return Bound(.never, reason: "the addresses stand in the target")
    case "kubernetes":
      return Bound(.watch, reason: "a watch on the API, whatever MaxConnectionAge is")
    default:
      let age = timeline.lifetime.maxAge.range?.upperBound
      let bound = DetectionBound.dns(
        age: age, floor: Double(rules.floor.nanoseconds),
        keepsRequests: rules.keepsRequestsInsideFloor, staleness: 0, publication: publication)
      guard let age else {
        return Bound(
          bound, reason: "DNS is asked again when a connection ends, and none was ended for its age"
        )
      }
      return Bound(
        bound,
        reason: "MaxConnectionAge of at most \((age / 1e9).decimal(1)) s, \(rules.floor.inSeconds) "
          + "between look-ups, \(plan.dnsInterval.inSeconds) for the way into DNS; add what caches "
          + "keep")
    }
  }
}
