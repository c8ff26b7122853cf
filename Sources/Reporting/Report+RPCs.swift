package import Distribution

extension Report {
  /// Attempts of the measuring window, and apart from them the warm-up. sent = answered + lost; the
  /// statuses add up to answered, the causes to lost, and the pods' RPCs plus `unattributed` to
  /// answered.
  package struct RPCs: Codable, Hashable, Sendable {
    package var sent: Int
    /// Attempts that came back with a gRPC status, whichever.
    package var answered: Int
    /// Attempts that came back with none.
    package var lost: Int
    /// Answers by the name of their status; only those that occurred.
    package var byStatus: [String: Int]
    /// Lost attempts by cause; only those that occurred.
    package var lostByCause: [String: Int]
    /// Attempts that were a retry of another; counted above as well.
    package var retried: Int
    /// Attempts before the measuring window; counted nowhere else but in the pods' `warmup`.
    package var warmup: Int
    /// RPCs of lbcheck's own, to find out which pods answer; counted nowhere else.
    package var probes: Int
    /// Answers that are in no pod's row.
    package var unattributed: Int
    /// Of all answers; null if there was none.
    package var latency: TotalLatency?

    /// - Parameter total: all attempts of the window, also those that went to no pod.
    package init(total: PodTally, warmup: Int, probes: Int = 0, unattributed: Int = 0) {
      sent = total.sent
      answered = total.answered
      lost = total.lost
      byStatus = Dictionary(uniqueKeysWithValues: total.byStatus)
      lostByCause = Dictionary(uniqueKeysWithValues: total.byLossCause)
      retried = total.retried
      self.warmup = warmup
      self.probes = probes
      self.unattributed = unattributed
      latency = total.latency.summary.map { TotalLatency(Latency($0)) }
    }

    enum CodingKeys: String, CodingKey {
      case sent, answered, lost
      case byStatus = "by_status"
      case lostByCause = "lost_by_cause"
      case retried, warmup, probes, unattributed
      case latency = "latency_ms"
    }
  }

  /// One pod, or one row of answers whose pod is not known.
  package struct Pod: Codable, Hashable, Sendable {
    /// The pod's name. Null where only its address is known, or not even which pod it was.
    package var pod: String?
    /// Where it was reached; several addresses of a dual-stack pod are joined by a comma.
    package var address: String?
    /// How answers were traced to it: `header`, `header:NAME`, `channelz`, `body:FIELD`, `peer` (its
    /// own address), or `unknown` for the answers that came through `address` without showing their
    /// pod.
    package var identity: String
    /// How sure that is: `certain`, `likely`, or `none` where it is unknown.
    package var confidence: String
    /// Whether it was among the ready pods; null where those are not known.
    package var ready: Bool?
    /// Attempts it answered in the measuring window.
    package var rpcs: Int
    /// `rpcs` ÷ all answered attempts, 0 to 1.
    package var share: Double
    /// Attempts sent to it that got no answer.
    package var lost: Int
    /// Connections to it in the measuring window.
    package var connections: Int
    /// Warm-up attempts it answered.
    package var warmup: Int
    /// Of its answers, in milliseconds; null if it gave none, and where several runs are joined.
    package var latency: Latency?

    /// The identity of a row for answers whose pod is not known.
    package static let unknownIdentity = "unknown"

    /// - Parameters:
    ///   - tally: what became of the attempts sent to this pod in the window.
    ///   - answered: answered attempts of the whole window, for the share.
    package init(
      pod: String?, address: String?, identity: String, confidence: String = "certain",
      ready: Bool? = nil, tally: PodTally, answered: Int,
      connections: Int, warmup: Int
    ) {
      self.pod = pod
      self.address = address
      self.identity = identity
      self.confidence = confidence
      self.ready = ready
      rpcs = tally.answered
      share = answered > 0 ? (Double(tally.answered) / Double(answered)).rounded(places: 6) : 0
      lost = tally.lost
      self.connections = connections
      self.warmup = warmup
      latency = tally.latency.summary.map(Latency.init)
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case pod, address, identity, confidence, ready, rpcs, share, lost, connections, warmup
      case latency = "latency_ms"
    }
  }

  /// Percentiles of all answers, in milliseconds. Those of several runs cannot be computed from their
  /// percentiles: then they are null, and the maximum is the highest.
  package struct TotalLatency: Codable, Hashable, Sendable {
    package var p50: Double?
    package var p90: Double?
    package var p99: Double?
    package var max: Double

    package init(_ latency: Latency) {
      p50 = latency.p50
      p90 = latency.p90
      p99 = latency.p99
      max = latency.max
    }

    package init(max: Double) { self.max = max }
  }

  /// Percentiles in milliseconds.
  package struct Latency: Codable, Hashable, Sendable {
    package var p50: Double
    package var p90: Double
    package var p99: Double
    package var max: Double

    package init(_ summary: LatencySummary) {
      p50 = summary.p50.rounded(places: 3)
      p90 = summary.p90.rounded(places: 3)
      p99 = summary.p99.rounded(places: 3)
      max = summary.max.rounded(places: 3)
    }
  }
}
