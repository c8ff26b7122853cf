/// What a pod knows of its connections, in the order they were accepted. A long life does not make
/// it grow without end: of the ended ones the newest are kept, the others are in `folded`.
package struct ConnectionRecords: RandomAccessCollection, Hashable, Sendable {
  /// Sums over ended connections that have no record any more.
  package struct Folded: Hashable, Sendable {
    package var connections = 0
    package var received = 0
    package var answered = 0
    package var http1 = 0
    package var answers: [PodCounts.Status: Int] = [:]
    package var coldAnswers: [PodCounts.Status: Int] = [:]
    package var losses: [PodCounts.Loss: Int] = [:]
    package var unanswered = 0
  }

  private struct Entry: Hashable, Sendable {
    let id: Int
    var connection: PodCounts.Connection
  }

  /// At least so many ended ones are kept, at most twice as many.
  static let kept = 4_096

  package private(set) var folded = Folded()
  private var entries: [Entry] = []
  private var ended = 0

  package var startIndex: Int { 0 }
  package var endIndex: Int { entries.count }
  package subscript(position: Int) -> PodCounts.Connection { entries[position].connection }

  /// How many there have been.
  package var accepted: Int { folded.connections + entries.count }

  /// Returns its id: how many came before it.
  mutating func append(_ connection: PodCounts.Connection) -> Int {
    entries.append(Entry(id: accepted, connection: connection))
    return accepted - 1
  }

  /// Changes to one that has been folded are lost.
  subscript(id id: Int) -> PodCounts.Connection {
    get { place(of: id).map { entries[$0].connection } ?? PodCounts.Connection(peer: "unknown") }
    _modify {
      if let place = place(of: id) {
        yield &entries[place].connection
      } else {
        var lost = PodCounts.Connection(peer: "unknown")
        yield &lost
      }
    }
  }

  /// May be told more than once: the first is right, but for a reason that was known before.
  mutating func end(_ id: Int, by end: PodCounts.End) {
    guard let place = place(of: id), entries[place].connection.isOpen else { return }
    entries[place].connection.closed = LabInstant.now
    entries[place].connection.end = entries[place].connection.end ?? end
    ended += 1
    if ended >= 2 * Self.kept { fold() }
  }

  private mutating func fold() {
    var left = Self.kept
    entries.removeAll { entry in
      guard left > 0, !entry.connection.isOpen else { return false }
      left -= 1
      folded.connections += 1
      folded.received += entry.connection.received
      folded.answered += entry.connection.answered
      folded.http1 += entry.connection.http1
      folded.answers.merge(entry.connection.answers, uniquingKeysWith: +)
      folded.coldAnswers.merge(entry.connection.coldAnswers, uniquingKeysWith: +)
      folded.losses.merge(entry.connection.losses, uniquingKeysWith: +)
      folded.unanswered += entry.connection.unanswered
      return true
    }
    ended -= Self.kept
  }

  /// Ids rise, so where nothing was folded the id is the place.
  private func place(of id: Int) -> Int? {
    if id < entries.count, entries[id].id == id { return id }
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].id == id ? low : nil
  }
}
