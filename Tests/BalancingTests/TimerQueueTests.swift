import Naming
import Testing

@testable import Balancing

@Suite("Timer queue")
struct TimerQueueTests {
  @Test("gives out what is due, earliest first, in any order of insertion")
  func order() {
    var random = SplitMix64(seed: 5)
    var queue = TimerQueue()
    var model: [Int64] = []
    for _ in 0..<3_000 {
      if Int.random(in: 0..<3, using: &random) > 0 {
        let time = Int64.random(in: 0..<500, using: &random)
        queue.insert(.retry(id(Int(time))), at: MonotonicTime(nanoseconds: time))
        model.append(time)
      } else {
        let now = Int64.random(in: 0..<500, using: &random)
        let due = model.min().flatMap { $0 <= now ? $0 : nil }
        let popped = queue.popDue(at: MonotonicTime(nanoseconds: now))
        #expect(popped?.time.nanoseconds == due)
        #expect(popped.map { $0.subject == .retry(id(Int($0.time.nanoseconds))) } ?? true)
        if let due, let index = model.firstIndex(of: due) { model.remove(at: index) }
      }
      #expect(queue.earliest?.nanoseconds == model.min())
    }
  }
}
