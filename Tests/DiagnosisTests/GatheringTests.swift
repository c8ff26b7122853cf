import Balancing
import Naming
import Testing

@testable import Diagnosis

@Suite("Waiting for more answers")
struct GatheringTests {
  private func time(_ microseconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: microseconds * 1_000)
  }

  /// What a gathering said at each time, in microseconds, with so many RPCs free.
  private func answers(_ looks: [(Int64, free: Int)]) -> [Bool] {
    var gathering = Gathering(concurrency: 100)
    return looks.map { gathering.waits(free: $0.free, ready: 10, at: time($0.0)) }
  }

  @Test("until each connection gets several RPCs")
  func several() {
    // Where one wait has ended, the next has the whole time before it.
    let looks: [(Int64, free: Int)] = [(0, 20), (100, 39), (200, 40), (300, 1), (699, 1)]
    #expect(answers(looks) == [true, true, false, true, true])
  }

  @Test("a slow server is not waited for time and again")
  func slow() {
    let inVain: [(Int64, free: Int)] = [(0, 1), (400, 2)]
    let after = (0..<100).map { (500 + Int64($0), free: 1) }
    let answers = answers(inVain + after + [(1_000, 1)])
    #expect(answers == [true] + Array(repeating: false, count: 101) + [true])
  }

  @Test(
    "not where a write would carry no more RPCs for it",
    arguments: [(100, 1), (100, 100), (10, 10), (1_000, 1_000), (20, 8), (1, 1), (100, 0)])
  func pointless(concurrency: Int, ready: Int) {
    var gathering = Gathering(concurrency: concurrency)
    let waits = gathering.waits(free: 1, ready: ready, at: time(0))
    #expect(!waits)
  }

  @Test("never longer than its time, nor with two fifths of the load free", arguments: 1...20)
  func bounds(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let concurrency = Int.random(in: 1...500, using: &random)
    var gathering = Gathering(concurrency: concurrency)
    var now: Int64 = 0
    var waitingSince: Int64?
    for _ in 0..<5_000 {
      now += Int64.random(in: 0...600_000, using: &random)
      let free = Int.random(in: 1...concurrency, using: &random)
      let ready = Int.random(in: 0...40, using: &random)
      guard gathering.waits(free: free, ready: ready, at: MonotonicTime(nanoseconds: now)) else {
        waitingSince = nil
        continue
      }
      let since = waitingSince ?? now
      waitingSince = since
      #expect(now - since < Gathering.longest)
      #expect(5 * free < 2 * concurrency && free < 4 * ready)
    }
  }
}
