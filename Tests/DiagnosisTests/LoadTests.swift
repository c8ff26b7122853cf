import Balancing
import Naming
import Testing

@testable import Diagnosis

@Suite("The load and its shares")
struct LoadTests {
  @Test("shares add up, every channel is served evenly, no loop is without a slot")
  func shares() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<2000 {
      let channels = Int.random(in: 1...50, using: &random)
      let concurrency = Int.random(in: 1...50, using: &random)
      let loops = min(channels, concurrency, Int.random(in: 1...8, using: &random))
      let rpcs = Int.random(in: 1...10_000, using: &random)
      let load = Load(
        amount: .rpcs(rpcs), concurrency: concurrency, rate: 1000, channels: channels)
      let shares = load.shares(loops: loops)
      #expect(shares.flatMap(\.channels).sorted() == Array(0..<channels))
      #expect(shares.reduce(0) { $0 + $1.concurrency } == concurrency)
      #expect(shares.allSatisfy { $0.concurrency > 0 })
      #expect(abs(shares.reduce(0) { $0 + $1.rate } - 1000) < 1e-6)
      var sum = 0
      for share in shares {
        guard case .rpcs(let count) = share.amount else { continue }
        sum += count
        #expect(
          abs(Double(count) / Double(share.channels.count) - Double(rpcs) / Double(channels)) <= 1)
      }
      #expect(sum == rpcs)
    }
  }

  private func time(_ milliseconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: milliseconds * 1_000_000)
  }

  @Test("a rate is kept, and a stall is not made up in one burst")
  func pace() {
    var pace = Pace(rate: 100, start: time(0))
    var taken = 0
    for now in 0..<1000 where pace.take(at: time(Int64(now))) { taken += 1 }
    #expect(taken == 100)
    let again = pace.take(at: time(999))
    #expect(!again)
    #expect(pace.delay(at: time(999)) == 1_000_000)
    var burst = 0
    while pace.take(at: time(60_000)) { burst += 1 }
    #expect((10...11).contains(burst))
  }

  @Test("no rate, no limit")
  func unlimited() {
    var pace = Pace(rate: 0, start: time(0))
    let taken = (0..<1000).count { _ in pace.take(at: time(0)) }
    #expect(taken == 1000)
    #expect(pace.delay(at: time(0)) == nil)
  }
}
