import Balancing

/// What a `World` still has before it.
enum Event {
  case rpc
  case expire(Int)
  case answer(Int, Int)
  case connectEnds(Int, succeeds: Bool)
  case maxAge(Int)
  case keepalive(Int)
  case pong(Int)
  case wake
  case lookupEnds(Int)
  case lookupDue(Int)
  case idleCheck
}

/// Earliest first; of the same time, in the order they were pushed. Sorted by insertion: there are few.
struct EventQueue {
  private var entries: [(time: MonotonicTime, event: Event)] = []

  mutating func push(_ event: Event, at time: MonotonicTime) {
    // Latest first, so that the next one is taken from the end.
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].time > time { low = middle + 1 } else { high = middle }
    }
    entries.insert((time, event), at: low)
  }

  mutating func popDue(at now: MonotonicTime) -> (time: MonotonicTime, event: Event)? {
    guard let last = entries.last, last.time <= now else { return nil }
    return entries.removeLast()
  }
}
