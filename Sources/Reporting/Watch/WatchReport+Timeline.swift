package import Distribution

extension WatchReport {
  /// - Parameters:
  ///   - time: of the end, in nanoseconds since the run began.
  ///   - unixMilliseconds: of the beginning.
  ///   - bounds: by resolver.
  package init(
    _ timeline: Timeline, head: Head, at time: Int64, unixMilliseconds: Int64, interrupted: Bool,
    settled: Bool?, unsettled: [String], during: During?, bounds: [Bound],
    assertions: [Report.Assertion]
  ) {
    self.head = head
    duration = time.inSeconds
    self.interrupted = interrupted
    self.settled = settled
    self.unsettled = unsettled
    self.during = during
    resolvers = timeline.lanes.indices.map {
      Resolver(name: timeline.lanes[$0], timeline, lane: $0, at: time, bound: bounds[$0])
    }
    let fronts = timeline.lanes.indices.map { timeline.front(lane: $0)?.address }
    pods = timeline.lives.map { Pod($0, fronts: fronts) }
    forgottenPods = timeline.forgottenLives
    connections = (timeline.ended + timeline.openConnections).map {
      Connection($0, resolver: timeline.lanes[$0.lane])
    }
    connectionCount = timeline.connectionCount
    lifetime = Lifetime(timeline.lifetime)
    errorsByEvent = timeline.errors.costs.map {
      EventErrors($0, resolver: timeline.lanes[$0.lane])
    }
    events = timeline.eventCount
    latestEvents = timeline.events.suffix(200).map {
      WatchEventLine($0, resolvers: timeline.lanes, startUnixMilliseconds: unixMilliseconds)
    }
    self.assertions = assertions
  }
}
