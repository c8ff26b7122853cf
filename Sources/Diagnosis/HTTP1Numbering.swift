/// Numbers the connections of several pools, each of which has numbers of its own, in the order in which
/// they are first seen.
struct HTTP1Numbering {
  /// By channel and the connection's number in its pool.
  private var numbers: [[Int: Int]]
  /// The reverse, by number.
  private(set) var places: [(channel: Int, connection: Int)] = []

  init(channels: Int) {
    numbers = Array(repeating: [:], count: channels)
  }

  mutating func number(of connection: Int, in channel: Int) -> Int {
    if let number = numbers[channel][connection] { return number }
    numbers[channel][connection] = places.count
    places.append((channel, connection))
    return places.count - 1
  }
}
