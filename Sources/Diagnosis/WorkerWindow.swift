internal import Balancing
internal import Distribution
internal import Naming

/// The measuring window of one event loop: when it was, what was counted when, and whether the names
/// stood for the same all the time.
struct WorkerWindow {
  var startedAt = MonotonicTime(nanoseconds: 0)
  var endedAt: MonotonicTime?
  var slices = TimeSlices()
  /// Pickers that were built before it began.
  private(set) var generations = 0
  /// Each channel's addresses, without their order, which resolvers shuffle, and how often they have
  /// changed: also when they are at the end what they were at the beginning.
  private var lists: [Set<TransportAddress>] = []
  private var changes: [Int] = []

  init() {}

  /// - Parameter rows: of the tallies.
  init(
    startedAt: MonotonicTime, rows: Int, generations: Int, lists: [Set<TransportAddress>]
  ) {
    self.startedAt = startedAt
    slices = TimeSlices(rows: rows)
    self.generations = generations
    self.lists = lists
    changes = lists.map { _ in 0 }
  }

  /// Nanoseconds since it began.
  func elapsed(at time: MonotonicTime) -> Int64 { time.nanoseconds - startedAt.nanoseconds }

  /// - Returns: whether the channel's addresses are others than they were.
  mutating func listChanged(to list: Set<TransportAddress>, channel: Int) -> Bool {
    guard list != lists[channel] else { return false }
    lists[channel] = list
    changes[channel] += 1
    return true
  }

  /// Changes of the channel that has seen most.
  var mostChanges: Int { changes.max() ?? 0 }
}
