/// Times at which something is due, earliest first: a binary heap. Entries are never removed early;
/// whoever is told that one is due checks whether it still means it.
struct TimerQueue: Sendable {
  enum Subject: Hashable, Sendable {
    /// The back-off of a subchannel ends.
    case retry(SubchannelID)
    /// A connection that is not used any more has been kept long enough.
    case close(SubchannelID)
    /// The child at this place may start on its next address, or on its list again.
    case nextAttempt(child: Int)
  }

  struct Entry: Sendable {
    let time: MonotonicTime
    let subject: Subject
  }

  private var heap: [Entry] = []

  var earliest: MonotonicTime? { heap.first?.time }

  mutating func insert(_ subject: Subject, at time: MonotonicTime) {
    heap.append(Entry(time: time, subject: subject))
    var child = heap.count - 1
    while child > 0, heap[child].time < heap[(child - 1) / 2].time {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes out the earliest entry if it is due.
  mutating func popDue(at now: MonotonicTime) -> Entry? {
    guard let first = heap.first, first.time <= now else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while let child = smallerChild(of: parent), heap[child].time < heap[parent].time {
      heap.swapAt(child, parent)
      parent = child
    }
    return first
  }

  private func smallerChild(of parent: Int) -> Int? {
    let left = 2 * parent + 1
    guard left < heap.count else { return nil }
    let right = left + 1
    return right < heap.count && heap[right].time < heap[left].time ? right : left
  }
}
