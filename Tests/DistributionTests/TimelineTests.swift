import Distribution
import Naming
import Testing

@Suite("The timeline of a watch")
struct TimelineTests {
  static let second: Int64 = 1_000_000_000

  /// A timeline that is told of events in seconds.
  struct Story {
    var timeline: Timeline

    init(_ lanes: [String] = ["dns"], seesAPI: Bool = true) {
      timeline = Timeline(lanes: lanes, seesAPI: seesAPI)
    }

    mutating func event(
      _ kind: TimelineEvent.Kind, at time: Double, lane: Int? = nil, _ address: String? = "a",
      pod: String? = nil
    ) {
      _ = timeline.record(
        TimelineEvent(kind, at: Int64(time * 1e9), lane: lane, address: address, pod: pod))
    }

    mutating func answered(
      at time: Double, lane: Int = 0, _ address: String = "a", pod: String? = nil
    ) {
      let first = timeline.answered(
        lane: lane, address: address, pod: pod, sent: Int64(time * 1e9), at: Int64(time * 1e9),
        isOK: true, status: "")
      if let first { _ = timeline.record(first) }
    }

    mutating func lost(
      _ cause: LossCause, at time: Double, sent: Double? = nil, _ address: String? = "a",
      isFinal: Bool = true
    ) {
      let event = timeline.lost(
        lane: 0, address: address, connection: 1, cause: cause,
        sent: Int64((sent ?? time) * 1e9), at: Int64(time * 1e9), isFinal: isFinal)
      if let event { _ = timeline.record(event) }
    }

    mutating func advance(to time: Double) { timeline.advance(to: Int64(time * 1e9)) }

    func observed(_ assertion: String, at time: Double) throws -> Bool? {
      try Assertion(parsing: assertion)
        .evaluate(on: TimelineEvidence(timeline, at: Int64(time * 1e9))).held
    }
  }

  @Test("blind spot and lingering of a pod that comes and goes")
  func life() throws {
    var story = Story()
    story.timeline.begin()
    story.event(.ready, at: 10)
    story.event(.inDNS, at: 10.5)
    story.event(.listed, at: 40, lane: 0)
    story.event(.connected(connection: 1, took: 5), at: 40.1, lane: 0)
    story.answered(at: 41)
    story.answered(at: 59)
    story.event(.terminating, at: 60)
    story.answered(at: 63)
    story.event(
      .goAway(
        connection: 1,
        GoAwayNotice(code: "NO_ERROR", lastStream: 7, debug: "graceful_stop", age: 5)), at: 63.5,
      lane: 0)
    story.event(.closed(connection: 1, .drained, ""), at: 63.6, lane: 0)
    story.event(.unlisted, at: 64, lane: 0)
    story.event(.gone, at: 65)
    let statistics = story.timeline.statistics(lane: 0, at: 70 * Self.second)
    #expect(statistics.blindSpot.max == 31 * Self.second)
    #expect(statistics.noticed.max == 30 * Self.second)
    #expect(statistics.lingering.max == 3 * Self.second)
    #expect(try story.observed("blind-spot<=31s", at: 70) == true)
    #expect(try story.observed("blind-spot<30s", at: 70) == false)
    #expect(try story.observed("lingering<=5s", at: 70) == true)
    #expect(try story.observed("lingering<3s", at: 70) == false)
    #expect(try story.observed("errors==0", at: 70) == true)
  }

  @Test("what was not measured is undecided, never passed")
  func undecided() throws {
    var story = Story()
    #expect(try story.observed("errors==0", at: 1) == nil)
    story.event(.ready, at: 0)
    story.event(.listed, at: 0, lane: 0)
    story.timeline.begin()
    story.answered(at: 1)
    #expect(try story.observed("blind-spot<=70s", at: 2) == nil)
    #expect(try story.observed("lingering<=5s", at: 2) == nil)
    #expect(try story.observed("max-connection-age<=2m", at: 2) == nil)
    // A pod that waits still: undecided while it may be in time, failed when it cannot be.
    story.event(.ready, at: 10, nil)
    story.event(.ready, at: 10, "b")
    #expect(try story.observed("blind-spot<=70s", at: 50) == nil)
    #expect(try story.observed("blind-spot<=70s", at: 90) == false)
  }

  @Test("without the API, DNS tells when pods begin and end")
  func dnsOnly() throws {
    var story = Story(seesAPI: false)
    story.timeline.begin()
    story.event(.inDNS, at: 5)
    story.event(.listed, at: 6, lane: 0)
    story.answered(at: 8)
    story.event(.leftDNS, at: 20)
    story.answered(at: 24)
    story.event(.unlisted, at: 25, lane: 0)
    let statistics = story.timeline.statistics(lane: 0, at: 30 * Self.second)
    #expect(statistics.blindSpot.max == 3 * Self.second)
    #expect(statistics.lingering.max == 4 * Self.second)
  }

  @Test("the same address again is another pod, though the channel heard of it first")
  func nextLife() {
    var story = Story()
    story.timeline.begin()
    story.event(.ready, at: 1)
    story.event(.listed, at: 1, lane: 0)
    story.answered(at: 2)
    story.event(.terminating, at: 5)
    story.event(.unlisted, at: 5, lane: 0)
    story.event(.gone, at: 6)
    story.event(.listed, at: 9.9, lane: 0)
    story.event(.ready, at: 10)
    story.answered(at: 12)
    let lives = story.timeline.lives
    #expect(lives.count == 2)
    #expect(lives.last?.blindSpot(0) == 2 * Self.second)
    #expect(lives.last?.noticed(0) == 0)
  }

  @Test("an error has the event that explains it, or none")
  func errors() {
    var story = Story()
    story.event(.ready, at: 0)
    story.event(.connected(connection: 1, took: 5), at: 0, lane: 0)
    story.timeline.begin()
    story.answered(at: 1)
    // The connection's end is told after the RPCs that it took along.
    story.lost(.connectionLost, at: 5)
    story.event(.closed(connection: 1, .reset, "ECONNRESET"), at: 5, lane: 0)
    story.event(.connectFailed("refused"), at: 5.1, lane: 0)
    story.lost(.nothingToPick, at: 5.2, nil)
    // Alive and well, and yet an RPC was reset.
    story.event(.connected(connection: 2, took: 5), at: 20, lane: 0)
    story.answered(at: 20)
    story.lost(.reset, at: 30)
    story.lost(.refused, at: 31, isFinal: false)
    story.timeline.conclude()
    let errors = story.timeline.errors
    #expect(errors.costs.map(\.event) == ["reset", "connect_failed"])
    #expect(errors.costs.map(\.errors) == [1, 1])
    #expect(errors.unexplained == [["reset": 1]])
    #expect(errors.failed == [3])
    #expect(story.timeline.lives[0].lanes[0].retried == 1)
  }

  @Test("a pod that falls silent explains the deadlines that follow")
  func silence() {
    var story = Story()
    story.event(.ready, at: 0)
    story.event(.connected(connection: 1, took: 5), at: 0, lane: 0)
    story.timeline.begin()
    story.answered(at: 1)
    for time in 0..<10 { story.lost(.deadline, at: 7 + Double(time), sent: 2 + Double(time)) }
    story.advance(to: 60)
    #expect(story.timeline.errors.unexplained == [[:]])
    #expect(story.timeline.errors.costs.map(\.event) == ["silent"])
    #expect(story.timeline.errors.costs.map(\.errors) == [10])
    #expect(story.timeline.events.count { $0.kind == .silent } == 1)
  }

  @Test("a deadline of a pod that answers others is nobody's fault but its own")
  func slow() {
    var story = Story()
    story.event(.ready, at: 0)
    story.timeline.begin()
    story.answered(at: 1)
    story.answered(at: 4)
    story.lost(.deadline, at: 7, sent: 2)
    story.advance(to: 60)
    #expect(story.timeline.errors.unexplained == [["deadline": 1]])
  }

  /// 24 hours at 20 RPCs per second, with a rolling restart of 10 pods every ten minutes.
  @Test("a day of RPCs and events stays bounded, and its numbers are exact")
  func day() {
    var story = Story()
    story.timeline.begin()
    var events = 0
    let pods = 10
    var generation = Array(repeating: 0, count: pods)
    func address(_ pod: Int) -> String { "\(pod)/\(generation[pod])" }
    var sent = 0
    for second in 0..<86_400 {
      let time = Double(second)
      if second % 60 == 0 {
        let pod = (second / 60) % pods
        if generation[pod] > 0 {
          let number = generation[pod] * pods + pod
          story.event(.terminating, at: time, address(pod))
          story.event(.closed(connection: number, .fin, ""), at: time, lane: 0, address(pod))
          story.event(.unlisted, at: time, lane: 0, address(pod))
          story.event(.gone, at: time, address(pod))
          events += 4
        }
        generation[pod] += 1
        let number = generation[pod] * pods + pod
        story.event(.ready, at: time, address(pod))
        story.event(.listed, at: time, lane: 0, address(pod))
        story.event(.connected(connection: number, took: 1), at: time, lane: 0, address(pod))
        events += 3
      }
      for rpc in 0..<20 {
        let pod = rpc % pods
        guard generation[pod] > 0 else { continue }
        sent += 1
        story.answered(at: time + Double(rpc) / 20, address(pod))
      }
      story.advance(to: time)
      if second % 3600 == 0 {
        #expect(story.timeline.lives.count <= 620)
        #expect(story.timeline.ended.count <= 400)
        #expect(story.timeline.events.count <= 1000)
        #expect(story.timeline.present.count <= pods + 1)
      }
    }
    let timeline = story.timeline
    #expect(timeline.errors.sent == [sent])
    #expect(timeline.eventCount == events + 1440)
    #expect(timeline.connectionCount == 1440)
    let statistics = timeline.statistics(lane: 0, at: 86_400 * Self.second)
    #expect(statistics.blindSpot.count == 1440)
    #expect(statistics.lingering.count == 1430)
    #expect(timeline.forgottenLives > 0)
  }

  @Test("least, median and most of many values in a bounded space")
  func spread() throws {
    var spread = Spread(seed: 1)
    #expect(spread.median == nil && spread.min == nil)
    for value in 0..<100_000 { spread.add(Int64(value)) }
    #expect(spread.min == 0 && spread.max == 99_999 && spread.count == 100_000)
    let median = try #require(spread.median)
    #expect((40_000...60_000).contains(median))
  }
}
