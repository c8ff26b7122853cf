/// How often each row was counted in each slice of the measuring window.
///
/// Nothing is done per RPC: totals are looked at when a slice ends. There are at most `most` slices,
/// however long the window: when one more is needed, neighbours are joined, and slices are twice as
/// long from then on.
package struct TimeSlices: Sendable {
  package struct Slice: Hashable, Sendable {
    /// Answered attempts by row; rows that are missing at the end have none.
    package var answered: [Int] = []
    package var lost = 0
  }

  package static let most = 60
  /// With more rows than this nothing is kept: a look at all of them is not free any more.
  package static let mostRows = 10_000

  /// Length of a slice in nanoseconds: 1 ms, doubled as often as was necessary.
  package private(set) var step: Int64 = 1_000_000
  /// From the window's beginning; slices at the end in which nothing was counted are missing.
  package private(set) var slices: [Slice] = []
  /// False where there were too many rows; `slices` is empty then.
  package private(set) var isComplete = true
  /// What was counted until the last cut, and the number of the slice that began there.
  private var totals = Slice()
  private var current = 0

  /// - Parameter rows: how many there are already: with many of them slices are longer from the
  ///   beginning, so that looking at them never takes more than a few per cent of the time.
  package init(rows: Int = 0) {
    while step / 1_000_000 * 500 < min(rows, Self.mostRows) { step *= 2 }
  }

  /// When the slice under way ends, in nanoseconds since the window began.
  package var next: Int64 { Int64(current + 1) * step }

  /// Begins another slice. What was counted since the last call belongs to the one that ends.
  /// - Parameters:
  ///   - nanoseconds: since the window began.
  ///   - answered: by row, since the window began.
  ///   - lost: of all rows, since the window began.
  package mutating func cut(at nanoseconds: Int64, answered: some Collection<Int>, lost: Int) {
    guard isComplete else { return }
    guard answered.count <= Self.mostRows else { return giveUp() }
    var now = Slice(answered: Array(answered), lost: lost)
    swap(&now, &totals)
    if now != totals {
      let known = now.answered
      reach(current)
      slices[current].lost += totals.lost - now.lost
      for (row, total) in totals.answered.enumerated() {
        slices[current].add(total - (row < known.count ? known[row] : 0), to: row)
      }
    }
    current = max(current, Int(nanoseconds / step))
    while current >= Self.most { joinNeighbours() }
  }

  /// Adds what another loop counted in the same window.
  /// - Parameter row: this value's number of the other's row. Two rows may become one.
  package mutating func add(_ other: TimeSlices, row: (Int) -> Int) {
    guard isComplete, other.isComplete else { return giveUp() }
    var other = other
    while other.step < step { other.joinNeighbours() }
    while step < other.step { joinNeighbours() }
    for (index, slice) in other.slices.enumerated() {
      reach(index)
      slices[index].lost += slice.lost
      for (number, count) in slice.answered.enumerated() where count > 0 {
        slices[index].add(count, to: row(number))
      }
    }
  }

  private mutating func giveUp() {
    isComplete = false
    slices = []
  }

  private mutating func reach(_ index: Int) {
    while slices.count <= index { slices.append(Slice()) }
  }

  private mutating func joinNeighbours() {
    step *= 2
    current /= 2
    slices = stride(from: 0, to: slices.count, by: 2).map { index in
      var joined = slices[index]
      if index + 1 < slices.count {
        joined.lost += slices[index + 1].lost
        for (row, count) in slices[index + 1].answered.enumerated() { joined.add(count, to: row) }
      }
      return joined
    }
  }
}

extension TimeSlices.Slice {
  fileprivate mutating func add(_ count: Int, to row: Int) {
    guard count != 0 else { return }
    if row >= answered.count {
      answered += repeatElement(0, count: row + 1 - answered.count)
    }
    answered[row] += count
  }
}
