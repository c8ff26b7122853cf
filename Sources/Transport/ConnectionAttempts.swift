/// The connection attempts of one event loop that are under way, and those whose turn has not come.
struct ConnectionAttempts {
  /// More would overflow a server's listen backlog (4,096 at best), and Linux then drops SYNs, which
  /// costs a second each.
  private static let cleartextLimit = 512
  /// A handshake under way holds several times the memory of a connection that is done with it.
  private static let handshakeLimit = 128

  private var limit = Self.cleartextLimit
  private var underWay = 0
  /// In order.
  private var waiting: ArraySlice<() -> Void> = []

  /// From here on attempts may come with a handshake.
  mutating func expectHandshakes() { limit = Self.handshakeLimit }

  /// Whether an attempt may start at once.
  var hasRoom: Bool { underWay < limit }

  mutating func started() { underWay += 1 }
  mutating func ended() { underWay -= 1 }

  mutating func wait(_ open: @escaping () -> Void) { waiting.append(open) }

  /// The attempt whose turn has come.
  mutating func next() -> (() -> Void)? { hasRoom ? waiting.popFirst() : nil }

  mutating func forgetWaiting() { waiting = [] }
}
