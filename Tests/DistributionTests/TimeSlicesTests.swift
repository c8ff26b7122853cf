import Distribution
import Naming
import Testing

@Suite("Time slices")
struct TimeSlicesTests {
  private let millisecond: Int64 = 1_000_000

  private func sums(_ slices: TimeSlices) -> [Int] {
    slices.slices.reduce(into: []) { sums, slice in
      for (row, count) in slice.answered.enumerated() {
        while sums.count <= row { sums.append(0) }
        sums[row] += count
      }
    }
  }

  @Test("what is counted between two looks belongs to the slice that they enclose")
  func places() {
    var slices = TimeSlices()
    slices.cut(at: 1 * millisecond, answered: [3], lost: 0)
    slices.cut(at: 2 * millisecond, answered: [3], lost: 1)
    slices.cut(at: 5 * millisecond, answered: [3, 4], lost: 1)
    slices.cut(at: 5 * millisecond + 7, answered: [5, 4], lost: 1)
    #expect(slices.step == millisecond)
    #expect(slices.slices.map(\.answered) == [[3], [], [0, 4], [], [], [2]])
    #expect(slices.slices.map(\.lost) == [0, 1, 0, 0, 0, 0])
    #expect(slices.next == 6 * millisecond)
  }

  @Test("a long window has longer slices, not more of them")
  func length() {
    var slices = TimeSlices()
    for time in 1...1000 { slices.cut(at: Int64(time) * millisecond, answered: [time], lost: 0) }
    #expect(slices.step == 32 * millisecond)
    #expect(slices.slices.map { $0.answered[0] } == Array(repeating: 32, count: 31) + [8])
  }

  @Test("nothing disappears, whatever is counted when", arguments: 0..<50)
  func invariants(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    var all = TimeSlices()
    var totals = [0, 0, 0, 0]
    var lost = 0
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      var answered: [Int] = []
      var lostHere = 0
      var time: Int64 = 0
      var slices = TimeSlices(rows: Int.random(in: 0...3000, using: &random))
      for _ in 0..<Int.random(in: 0...300, using: &random) {
        // On time, late, or far too late.
        time = max(
          slices.next,
          time
            + Int64.random(in: 0...(1 << Int64.random(in: 0...34, using: &random)), using: &random))
        if Bool.random(using: &random), answered.count < 4 { answered.append(0) }
        for row in answered.indices { answered[row] += Int.random(in: 0...3, using: &random) }
        lostHere += Int.random(in: 0...1, using: &random)
        slices.cut(at: time, answered: answered, lost: lostHere)
        #expect(slices.next > time)
      }
      #expect(slices.slices.count <= TimeSlices.most)
      #expect(slices.slices.reduce(0) { $0 + $1.lost } == lostHere)
      // The other's rows in reverse.
      for (row, count) in answered.enumerated() { totals[3 - row] += count }
      lost += lostHere
      all.add(slices) { 3 - $0 }
      #expect(all.slices.count <= TimeSlices.most)
    }
    let found = sums(all)
    #expect(found + Array(repeating: 0, count: 4 - found.count) == totals)
    #expect(all.slices.reduce(0) { $0 + $1.lost } == lost)
  }

  @Test("slices of two loops lie on each other, also where one had longer ones")
  func joined() {
    var short = TimeSlices()
    for time in 1...30 { short.cut(at: Int64(time) * millisecond, answered: [time], lost: 0) }
    var long = TimeSlices()
    for time in 1...100 {
      long.cut(at: Int64(time) * millisecond, answered: [2 * time], lost: time)
    }
    for (first, second) in [(short, long), (long, short)] {
      var both = TimeSlices()
      both.add(first) { $0 }
      both.add(second) { $0 }
      #expect(both.step == 2 * millisecond)
      #expect(
        both.slices.map { $0.answered[0] }
          == Array(repeating: 6, count: 15) + Array(repeating: 4, count: 35))
    }
  }

  @Test("with very many rows slices begin longer; beyond the limit nothing is kept")
  func many() {
    #expect(TimeSlices(rows: 500).step == millisecond)
    #expect(TimeSlices(rows: 501).step == 2 * millisecond)
    #expect(TimeSlices(rows: 10_000).step == 32 * millisecond)
    var slices = TimeSlices()
    slices.cut(at: millisecond, answered: Array(repeating: 1, count: TimeSlices.mostRows), lost: 0)
    #expect(slices.isComplete)
    slices.cut(
      at: millisecond, answered: Array(repeating: 2, count: TimeSlices.mostRows + 1), lost: 0)
    #expect(!slices.isComplete)
    #expect(slices.slices.isEmpty)
    var other = TimeSlices()
    other.add(slices) { $0 }
    #expect(!other.isComplete)
  }
}
