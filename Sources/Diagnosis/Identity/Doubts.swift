internal import Distribution
internal import Naming

/// What rows say of their pods that cannot be true, found by looking at all of them.
struct Doubts {
  /// Names, and answers that bear one, where nearly every answer has another: no pods' names.
  private(set) var changingNames: (names: Int, answers: Int)?
  /// Addresses that channelz gave to connections whose answers name different pods.
  private(set) var contradicted: Set<TransportAddress> = []

  /// So many names are needed to say that they change: a few pods may have answered once each.
  private static let fewestNames = 32

  init(_ rows: [Counts.Row], ready: [Endpoint]) {
    let pods = Set(ready.compactMap(\.pod))
    var names: Set<String> = []
    var answers = 0
    var namesOfSocket: [TransportAddress: Set<String>] = [:]
    for row in rows {
      guard let name = row.origin.identity else { continue }
      if let socket = row.origin.channelz {
        namesOfSocket[socket.address, default: []].insert(name)
      }
      guard !pods.contains(name) else { continue }
      names.insert(name)
      answers += row.tally.answered + row.warmup
    }
    if names.count > Self.fewestNames, names.count * 2 > answers {
      changingNames = (names.count, answers)
    } else {
      contradicted = Set(namesOfSocket.filter { $0.value.count > 1 }.keys)
    }
  }

  /// The row without what is not believed of it.
  func believed(_ row: Counts.Row) -> Counts.Row {
    var row = row
    if changingNames != nil { row.origin.identity = nil }
    if let socket = row.origin.channelz, contradicted.contains(socket.address) {
      row.origin.channelz = nil
    }
    return row
  }
}
