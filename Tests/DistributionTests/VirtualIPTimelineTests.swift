import Distribution
import Testing

@Suite("The timeline of a watch through a virtual IP")
struct VirtualIPTimelineTests {
  /// Pods a and b, and the virtual IP that a channel has instead of them.
  private func story() -> TimelineTests.Story {
    var story = TimelineTests.Story(["dns", "kubernetes"])
    story.event(.ready, at: 0, "a", pod: "pod-a")
    story.event(.ready, at: 0, "b", pod: "pod-b")
    story.event(.inDNS, at: 0, "vip")
    story.timeline.begin()
    story.event(.listed, at: 0, lane: 0, "vip")
    story.event(.connected(connection: 1, took: 5), at: 0, lane: 0, "vip")
    for address in ["a", "b"] {
      story.event(.listed, at: 0, lane: 1, address)
      story.event(.connected(connection: 1, took: 5), at: 0, lane: 1, address)
    }
    return story
  }

  private func pod(_ name: String, _ story: TimelineTests.Story) throws -> PodLife {
    try #require(story.timeline.lives.last { $0.pod == name })
  }

  @Test("an answer belongs to the pod that it names, and the virtual IP gets no pod's name")
  func named() throws {
    var story = story()
    #expect(story.timeline.front(lane: 0)?.address == "vip")
    #expect(story.timeline.front(lane: 1) == nil)
    for time in 1...4 { story.answered(at: Double(time), "vip", pod: "pod-a") }
    story.event(.ready, at: 5, "c", pod: "pod-c")
    story.answered(at: 7, "vip", pod: "pod-c")
    #expect(try pod("pod-a", story).lanes[0].answered == 4)
    #expect(try pod("pod-c", story).blindSpot(0) == 2 * TimelineTests.second)
    let vip = try #require(story.timeline.lives.first { $0.address == "vip" })
    #expect(vip.pod == nil && vip.lanes[0].answered == 0)
    story.event(.terminating, at: 8, "c", pod: "pod-c")
    story.answered(at: 9, "vip", pod: "pod-c")
    // It may go on until the pod is gone.
    #expect(try story.observed("lingering<=5s", at: 10) == nil)
    story.event(.gone, at: 10, "c", pod: "pod-c")
    #expect(try story.observed("lingering<=5s", at: 10) == true)
    #expect(try story.observed("blind-spot<=1s", at: 10) == false)
  }

  @Test("a pod waits where every answer names another, and is not seen where they name none")
  func nameless() throws {
    var named = story()
    named.event(.ready, at: 5, "c", pod: "pod-c")
    named.answered(at: 6, "vip", pod: "pod-a")
    #expect(named.timeline.statistics(lane: 0, at: 9_000_000_000).unreached.count == 1)
    #expect(try named.observed("blind-spot<=2s", at: 9) == false)

    var nameless = named
    // A name that the API does not know is as good as none.
    nameless.answered(at: 7, "vip", pod: "host-9")
    #expect(nameless.timeline.lives.first { $0.address == "vip" }?.pod == nil)
    let statistics = nameless.timeline.statistics(lane: 0, at: 9_000_000_000)
    #expect(statistics.unreached.count == 0 && statistics.unseen == 1)
    // The other channel has an RPC to it, in time; of this one nobody knows.
    nameless.event(.listed, at: 5, lane: 1, "c")
    nameless.answered(at: 5.5, lane: 1, "c")
    #expect(try nameless.observed("blind-spot<=2s", at: 9) == nil)
    #expect(try nameless.observed("blind-spot<=100ms", at: 9) == false)
    nameless.event(.gone, at: 10, "c", pod: "pod-c")
    nameless.advance(to: 60)
    #expect(nameless.timeline.statistics(lane: 0, at: 60_000_000_000).missed == 0)
  }

  @Test("it has settled when no pod is terminating any more, whatever is in no list")
  func settles() {
    var story = story()
    func kinds() -> [Disagreement.Kind] {
      story.timeline.disagreements(connectsAll: true).map(\.kind)
    }
    #expect(kinds() == [])
    story.event(.terminating, at: 5, "b", pod: "pod-b")
    #expect(kinds() == [.terminating, .stillListed])
    story.event(.unlisted, at: 5, lane: 1, "b")
    #expect(kinds() == [.terminating, .stillConnected])
    story.event(.closed(connection: 1, .drained, ""), at: 6, lane: 1, "b")
    #expect(kinds() == [.terminating])
    story.event(.gone, at: 6, "b", pod: "pod-b")
    #expect(kinds() == [])
    story.event(.closed(connection: 1, .fin, ""), at: 7, lane: 0, "vip")
    #expect(kinds() == [.notConnected])
    story.event(.ready, at: 8, "c", pod: "pod-c")
    #expect(kinds() == [.notConnected, .notListed])
  }

  @Test("an endpoint that the API names no pod of takes the name that it answers with")
  func unnamedEndpoint() {
    var story = TimelineTests.Story()
    story.event(.ready, at: 0, "a")
    story.answered(at: 1, "a", pod: "pod-a")
    story.answered(at: 2, "a", pod: "pod-x")
    #expect(story.timeline.lives.map(\.pod) == ["pod-a"])
  }

  @Test("without the API, an address that several pods answer from has no pod's name")
  func withoutAPI() {
    var story = TimelineTests.Story(seesAPI: false)
    story.event(.inDNS, at: 0, "vip")
    story.event(.listed, at: 0, lane: 0, "vip")
    story.answered(at: 1, "vip", pod: "pod-a")
    #expect(story.timeline.lives.map(\.pod) == ["pod-a"])
    for time in 2...5 { story.answered(at: Double(time), "vip", pod: "pod-\(time % 2)") }
    #expect(story.timeline.lives.map(\.pod) == [nil])
    #expect(story.timeline.lives.map { $0.lanes[0].answered } == [5])
  }
}
