package import Distribution

extension WatchReport {
  /// One connection, with the GOAWAY that it got (RFC 9113 §6.8).
  package struct Connection: Codable, Hashable, Sendable {
    package var resolver: String
    package var address: String
    package var pod: String?
    package var connected: Double
    package var age: Double?
    package var goAway: Double?
    package var code: String?
    package var lastStream: Int?
    package var debug: String?
    package var closed: Double?
    package var end: String?
    /// GOAWAY to the end.
    package var drain: Double?
    package var retried: Int
    package var cut: Int

    package init(_ life: ConnectionLife, resolver: String) {
      self.resolver = resolver
      address = life.address
      pod = life.pod
      connected = life.connected.inSeconds
      age = life.goAway?.age.inSeconds
      goAway = life.goAwayAt?.inSeconds
      code = life.goAway?.code
      lastStream = life.lastStream.map(Int.init)
      debug = life.goAway?.debug
      closed = life.closed?.inSeconds
      end = life.end?.rawValue
      if let closed = life.closed, let at = life.goAwayAt { drain = (closed - at).inSeconds }
      retried = life.retried
      cut = life.cut
    }

    enum CodingKeys: String, CodingKey {
      case resolver, address, pod
      case connected = "connected_s"
      case age = "age_s"
      case goAway = "goaway_s"
      case code
      case lastStream = "last_stream"
      case debug
      case closed = "closed_s"
      case end
      case drain = "drain_s"
      case retried, cut
    }
  }

  /// What the ends of connections tell of the servers' settings.
  package struct Lifetime: Codable, Hashable, Sendable {
    /// GOAWAYs by what their debug data says.
    package var goAways: [String: Int]
    /// MaxConnectionAge lies in it; null where no connection was ended for its age.
    package var maxAge: Range?
    package var maxIdle: Range?
    /// The oldest age without a GOAWAY.
    package var oldest: Double
    /// MaxConnectionAgeGrace is at least so long: a drain took that long.
    package var graceAtLeast: Double?
    /// And at most: the server cut RPCs off then.
    package var graceAtMost: Double?

    package struct Range: Codable, Hashable, Sendable {
      package var from: Double
      package var to: Double
      /// How many connections it was taken from.
      package var connections: Int
      /// No single value explains them all: the range holds those of all servers.
      package var mixed: Bool

      init?(_ setting: LifetimeEstimate.Setting) {
        guard let range = setting.range else { return nil }
        from = (range.lowerBound / 1e9).rounded(places: 3)
        to = (range.upperBound / 1e9).rounded(places: 3)
        connections = setting.count
        mixed = setting.isMixed
      }

      enum CodingKeys: String, CodingKey {
        case from = "from_s"
        case to = "to_s"
        case connections, mixed
      }
    }

    package init(_ estimate: LifetimeEstimate) {
      goAways = Dictionary(
        uniqueKeysWithValues: estimate.counts.map { ($0.key.rawValue, $0.value) })
      maxAge = Range(estimate.maxAge)
      maxIdle = Range(estimate.maxIdle)
      oldest = estimate.oldest.inSeconds
      graceAtLeast = estimate.longestDrain?.inSeconds
      graceAtMost = estimate.shortestCut?.inSeconds
    }

    enum CodingKeys: String, CodingKey {
      case goAways = "goaways"
      case maxAge = "max_age"
      case maxIdle = "max_idle"
      case oldest = "oldest_s"
      case graceAtLeast = "grace_at_least_s"
      case graceAtMost = "grace_at_most_s"
    }
  }

  /// What one event cost.
  package struct EventErrors: Codable, Hashable, Sendable {
    package var time: Double
    package var resolver: String
    /// `terminating`, `goaway`, `fin`, `reset`, `silent`, …
    package var event: String
    package var address: String?
    package var pod: String?
    package var errors: Int

    package init(_ cost: ErrorLedger.Cost, resolver: String) {
      time = cost.time.inSeconds
      self.resolver = resolver
      event = cost.event
      address = cost.address
      pod = cost.pod
      errors = cost.errors
    }

    enum CodingKeys: String, CodingKey {
      case time = "time_s"
      case resolver, event, address, pod, errors
    }
  }
}
