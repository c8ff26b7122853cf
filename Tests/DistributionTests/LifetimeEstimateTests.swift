import Distribution
import Naming
import Testing

@Suite("What connections' ends tell of MaxConnectionAge")
struct LifetimeEstimateTests {
  private func age(_ nanoseconds: Double) -> ClosedRange<Int64> {
    Int64(nanoseconds)...Int64(nanoseconds)
  }

  @Test("the truth is always in the range, which only narrows", arguments: 0..<200)
  func property(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let truth = Double.random(in: 1e9...3600e9, using: &random)
    var estimate = LifetimeEstimate()
    var width = Double.infinity
    for _ in 0..<50 {
      let exact = truth * Double.random(in: 0.9...1.1, using: &random)
      let doubt = Double.random(in: 0...0.02e9, using: &random)
      // What the client sees is a range around the age that the server had.
      estimate.goAway(
        .maxAge, age: Int64(exact - doubt)...Int64((exact + doubt).rounded(.up)), idle: 0...0)
      let range = try #require(estimate.maxAge.range)
      #expect(range.lowerBound <= truth + 1 && truth - 1 <= range.upperBound)
      #expect(!estimate.maxAge.isMixed)
      #expect(range.upperBound - range.lowerBound <= width)
      width = range.upperBound - range.lowerBound
    }
    // One connection leaves 20 %; fifty leave little.
    #expect(width < 0.1 * truth + 0.1e9)
  }

  @Test("servers that differ are said to, and the range holds them all")
  func mixed() throws {
    var estimate = LifetimeEstimate()
    estimate.goAway(.maxAge, age: age(10e9), idle: 0...0)
    estimate.goAway(.maxAge, age: age(60e9), idle: 0...0)
    #expect(estimate.maxAge.isMixed)
    let range = try #require(estimate.maxAge.range)
    #expect(range.contains(10e9) && range.contains(60e9))
  }

  @Test("nothing is claimed of what was not seen; other reasons do not count")
  func none() {
    var estimate = LifetimeEstimate()
    estimate.goAway(.gracefulStop, age: age(1e9), idle: 0...0)
    estimate.goAway(.tooManyPings, age: age(1e9), idle: 0...0)
    estimate.goAway(.other, age: age(1e9), idle: 0...0)
    estimate.lived(5)
    estimate.lived(3)
    #expect(estimate.maxAge.range == nil && estimate.maxIdle.range == nil)
    #expect(estimate.oldest == 5)
    #expect(estimate.counts == [.gracefulStop: 1, .tooManyPings: 1, .other: 1])
  }

  @Test("the idle limit and the grace")
  func idleAndGrace() throws {
    var estimate = LifetimeEstimate()
    estimate.goAway(.maxIdle, age: age(100e9), idle: age(30e9))
    #expect(try #require(estimate.maxIdle.range).contains(30e9))
    estimate.drained(2, cutRPCs: false)
    estimate.drained(7, cutRPCs: false)
    estimate.drained(10, cutRPCs: true)
    estimate.drained(9, cutRPCs: true)
    #expect(estimate.longestDrain == 7 && estimate.shortestCut == 9)
  }

  @Test(
    "the debug data of each implementation",
    arguments: [
      ("max_age", .maxAge), ("max_idle", .maxIdle), ("graceful_stop", .gracefulStop),
      ("app_requested", .gracefulStop), ("too_many_pings", .tooManyPings),
      ("Server shutdown", .gracefulStop), ("", .other), ("bye", .other),
    ] as [(String, LifetimeEstimate.Reason)])
  func reasons(debug: String, reason: LifetimeEstimate.Reason) {
    #expect(LifetimeEstimate.Reason(debug: debug) == reason)
  }

  @Test(
    "when a new pod is noticed through DNS (gRFC A9 and the clients' floors), in seconds",
    arguments: [
      // A, F, kept, bound
      (60, 30, true, 66), (60, 30, false, 66), (20, 30, true, 30), (30, 30, true, 33),
      (20, 30, false, 52), (30, 30, false, 63),
    ] as [(Double, Double, Bool, Double)])
  func bound(age: Double, floor: Double, keeps: Bool, expected: Double) throws {
    let bound = DetectionBound.dns(
      age: age * 1e9, floor: floor * 1e9, keepsRequests: keeps, staleness: 0, publication: 0)
    guard case .within(let time) = bound else {
      Issue.record("\(bound)")
      return
    }
    #expect(abs(time / 1e9 - expected) < 1e-9)
    let later = DetectionBound.dns(
      age: age * 1e9, floor: floor * 1e9, keepsRequests: keeps, staleness: 5e9, publication: 1e9)
    #expect(later == .within(time + 6e9))
  }

  @Test("without MaxConnectionAge never; the first GOAWAY of several connections")
  func never() {
    #expect(
      DetectionBound.dns(
        age: nil, floor: 30e9, keepsRequests: true, staleness: 0, publication: 0) == .never)
    #expect(abs(DetectionBound.firstGoAway(age: 60, connections: 1) - 60) < 1e-9)
    #expect(abs(DetectionBound.firstGoAway(age: 60, connections: 3) - 57) < 1e-9)
    #expect(abs(DetectionBound.firstGoAway(age: 60, connections: 10) - 55.0909) < 1e-3)
  }

  /// A client with the rules of the table against servers that age its connections: no seed finds a
  /// delay beyond the bound.
  @Test("no simulated client waits longer than the bound", arguments: 0..<300)
  func simulated(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let age = Double.random(in: 5...120, using: &random)
    let keeps = Bool.random(using: &random)
    let floor = 30.0
    let count = Int.random(in: 1...8, using: &random)
    func life() -> Double { age * Double.random(in: 0.9...1.1, using: &random) }
    var ends = (0..<count).map { _ in life() }
    var lookups = [0.0]
    while lookups.last! < 2000 {
      let index = ends.indices.min { ends[$0] < ends[$1] }!
      let now = ends[index]
      // A request that was kept runs when the floor ends, before any later one.
      if now >= lookups.last! + floor {
        lookups.append(now)
      } else if keeps {
        let due = lookups.last! + floor
        // Ends until then say the same.
        for other in ends.indices where ends[other] < due {
          while ends[other] < due { ends[other] += life() }
        }
        lookups.append(due)
        continue
      }
      ends[index] = now + life()
    }
    let longest = zip(lookups, lookups.dropFirst()).map { $1 - $0 }.max() ?? 0
    let bound = DetectionBound.dns(
      age: age, floor: floor, keepsRequests: keeps, staleness: 0, publication: 0)
    guard case .within(let limit) = bound else {
      Issue.record("\(bound)")
      return
    }
    #expect(longest <= limit + 1e-9, "A \(age), kept \(keeps), \(count) connections")
  }
}
