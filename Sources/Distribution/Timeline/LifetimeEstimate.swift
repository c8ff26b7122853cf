/// What the ends of connections tell of a server's settings (gRFC A9): MaxConnectionAge A is jittered
/// by ±10 % for each connection, so an age at GOAWAY lies in A × [0.9, 1.1], and every further
/// connection can only narrow the range of A. All times are nanoseconds.
package struct LifetimeEstimate: Hashable, Sendable {
  /// Why a server said GOAWAY, as far as its debug data tells.
  package enum Reason: String, CaseIterable, Sendable {
    case maxAge = "max_age"
    case maxIdle = "max_idle"
    case gracefulStop = "graceful_stop"
    case tooManyPings = "too_many_pings"
    case other

    /// grpc-go and grpc-java have these words (Java `app_requested`); C-core has texts that hold them.
    package init(debug: String) {
      let known: [(String, Reason)] = [
        ("max_age", .maxAge), ("max_idle", .maxIdle), ("max idle", .maxIdle),
        ("too_many_pings", .tooManyPings), ("graceful_stop", .gracefulStop),
        ("app_requested", .gracefulStop), ("shutdown", .gracefulStop),
        ("shutting down", .gracefulStop),
      ]
      let text = debug.lowercased()
      self = known.first { text.contains($0.0) }?.1 ?? .other
    }
  }

  /// A range of one setting, from ages that are its value × [0.9, 1.1].
  package struct Setting: Hashable, Sendable {
    package private(set) var count = 0
    private var low = 0.0
    private var high = Double.infinity
    private var lowest = Double.infinity
    private var highest = 0.0

    mutating func observe(_ age: ClosedRange<Int64>) {
      let (low, high) = (Double(max(0, age.lowerBound)) / 1.1, Double(age.upperBound) / 0.9)
      count += 1
      self.low = max(self.low, low)
      self.high = min(self.high, high)
      lowest = min(lowest, low)
      highest = max(highest, high)
    }

    /// No single value explains all ages: the servers differ, or something else ended some of them.
    package var isMixed: Bool { count > 0 && low > high }

    /// Contains the setting; where servers differ, the settings of all. Nil while nothing was seen.
    package var range: ClosedRange<Double>? {
      count == 0 ? nil : isMixed ? lowest...highest : low...high
    }
  }

  package private(set) var maxAge = Setting()
  package private(set) var maxIdle = Setting()
  package private(set) var counts: [Reason: Int] = [:]
  /// The oldest age that a connection had without a GOAWAY: a MaxConnectionAge would be at least 1/1.1
  /// of it.
  package private(set) var oldest: Int64 = 0
  /// The longest time from GOAWAY to an end with no RPC cut off: a grace is not shorter.
  package private(set) var longestDrain: Int64?
  /// The shortest one at whose end the server cut RPCs off: a grace is not longer.
  package private(set) var shortestCut: Int64?

  package init() {}

  /// A GOAWAY came.
  /// - Parameters:
  ///   - age: of the connection as the server counts it, which the client knows as a range only.
  ///   - idle: how long it had had no RPC, in the same way.
  package mutating func goAway(
    _ reason: Reason, age: ClosedRange<Int64>, idle: ClosedRange<Int64>
  ) {
    counts[reason, default: 0] += 1
    switch reason {
    case .maxAge: maxAge.observe(age)
    case .maxIdle: maxIdle.observe(idle)
    case .gracefulStop, .tooManyPings, .other: break
    }
  }

  /// A connection has lived so long without one.
  package mutating func lived(_ age: Int64) { oldest = max(oldest, age) }

  /// A connection ended so long after its GOAWAY.
  package mutating func drained(_ time: Int64, cutRPCs: Bool) {
    if cutRPCs {
      shortestCut = min(shortestCut ?? time, time)
    } else {
      longestDrain = max(longestDrain ?? time, time)
    }
  }
}
