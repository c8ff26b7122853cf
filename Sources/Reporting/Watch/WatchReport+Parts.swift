package import Distribution

extension WatchReport {
  /// Least, median and most of some times, in seconds.
  package struct Times: Codable, Hashable, Sendable {
    package var count: Int
    package var min: Double
    package var median: Double
    package var max: Double

    /// Nil without any.
    init?(_ spread: Spread) {
      guard let min = spread.min, let median = spread.median, let max = spread.max else {
        return nil
      }
      count = spread.count
      self.min = min.inSeconds
      self.median = median.inSeconds
      self.max = max.inSeconds
    }

    enum CodingKeys: String, CodingKey {
      case count
      case min = "min_s"
      case median = "median_s"
      case max = "max_s"
    }
  }

  /// How one resolver's channel fared.
  package struct Resolver: Codable, Hashable, Sendable {
    /// `dns`, `kubernetes`, or `static` where the target lists its addresses.
    package var name: String
    package var sent: Int
    package var errors: Int
    package var lost: Int
    /// Errors that no event explains, by status or loss.
    package var unexplained: [String: Int]
    /// Ready to first RPC.
    package var blindSpot: Times?
    /// Ready to the channel's list.
    package var noticed: Times?
    /// Terminating to last RPC.
    package var lingering: Times?
    /// Ready pods without an RPC yet, and how long they have waited.
    package var unreached: Times?
    /// Of these, how many are not even in the channel's list.
    package var unnoticed: Int
    /// Pods that were over before they had an RPC.
    package var missed: Int
    /// Pods that are over and still get RPCs.
    package var stillLingering: Times?
    package var bound: Bound

    package init(name: String, _ timeline: Timeline, lane: Int, at time: Int64, bound: Bound) {
      let statistics = timeline.statistics(lane: lane, at: time)
      self.name = name
      sent = timeline.errors.sent[lane]
      errors = timeline.errors.failed[lane]
      lost = timeline.errors.lost[lane]
      unexplained = timeline.errors.unexplained[lane]
      blindSpot = Times(statistics.blindSpot)
      noticed = Times(statistics.noticed)
      lingering = Times(statistics.lingering)
      unreached = Times(statistics.unreached)
      unnoticed = statistics.unnoticed
      missed = statistics.missed
      stillLingering = Times(statistics.stillLingering)
      self.bound = bound
    }

    enum CodingKeys: String, CodingKey {
      case name, sent, errors, lost, unexplained
      case blindSpot = "blind_spot"
      case noticed, lingering, unreached, unnoticed, missed
      case stillLingering = "still_lingering"
      case bound
    }
  }

  /// How long it takes at most until a new pod is in the channel's list, by the rules of the client.
  package struct Bound: Codable, Hashable, Sendable {
    /// Null for never, while connections live.
    package var within: Double?
    /// How that comes about, for people.
    package var reason: String

    package init(_ bound: DetectionBound, reason: String) {
      if case .within(let nanoseconds) = bound { within = (nanoseconds / 1e9).rounded(places: 3) }
      self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
      case within = "within_s"
      case reason
    }
  }

  /// One life of a pod. Times are seconds from the start; null is what did not happen or was not seen.
  package struct Pod: Codable, Hashable, Sendable {
    package var pod: String?
    package var address: String
    /// It was ready when the run began.
    package var wasThere: Bool
    package var ready: Double?
    package var inDNS: Double?
    package var terminating: Double?
    package var notReady: Double?
    package var gone: Double?
    package var leftDNS: Double?
    /// In the order of the report's `resolvers`.
    package var lanes: [PodLane]

    /// From when on no client should use it.
    var ending: Double? { [terminating, notReady, gone].compactMap { $0 }.min() ?? leftDNS }

    /// - Parameter fronts: by lane, the address that stands before the pod.
    package init(_ life: PodLife, fronts: [String?]) {
      pod = life.pod
      address = life.address
      wasThere = life.isOlder
      ready = life.isOlder ? nil : life.ready?.inSeconds
      inDNS = life.isOlder ? nil : life.inDNS?.inSeconds
      terminating = life.terminating?.inSeconds
      notReady = life.notReady?.inSeconds
      gone = life.gone?.inSeconds
      leftDNS = life.leftDNS?.inSeconds
      lanes = life.lanes.indices.map { PodLane(life, $0, via: life.isInAPI ? fronts[$0] : nil) }
    }

    enum CodingKeys: String, CodingKey {
      case pod, address
      case wasThere = "was_there"
      case ready = "ready_s"
      case inDNS = "in_dns_s"
      case terminating = "terminating_s"
      case notReady = "not_ready_s"
      case gone = "gone_s"
      case leftDNS = "left_dns_s"
      case lanes
    }
  }

  /// A pod as one channel saw it.
  package struct PodLane: Codable, Hashable, Sendable {
    /// The address that stands before the pod in the channel's list, as a ClusterIP does. Then the pod
    /// itself is never listed or connected, and only answers that name it are counted here.
    package var via: String?
    package var listed: Double?
    package var unlisted: Double?
    package var connected: Double?
    package var firstRPC: Double?
    package var lastRPC: Double?
    package var goAway: Double?
    package var closed: Double?
    /// `fin`, `reset`, `silence`, `drained`, `client`, `protocol_error`; null while it is connected.
    package var end: String?
    package var silent: Double?
    package var answered: Int
    package var failed: Int
    package var retried: Int
    package var blindSpot: Double?
    package var lingering: Double?

    init(_ life: PodLife, _ index: Int, via: String?) {
      let lane = life.lanes[index]
      self.via = via
      listed = lane.listed?.inSeconds
      unlisted = lane.unlisted?.inSeconds
      connected = lane.connected?.inSeconds
      firstRPC = lane.firstRPC?.inSeconds
      lastRPC = lane.lastRPC?.inSeconds
      goAway = lane.goAway?.inSeconds
      closed = lane.closed?.inSeconds
      end = lane.ending?.rawValue
      silent = lane.silent?.inSeconds
      answered = lane.answered
      failed = lane.failed
      retried = lane.retried
      blindSpot = life.blindSpot(index)?.inSeconds
      lingering = life.lingering(index)?.inSeconds
    }

    enum CodingKeys: String, CodingKey {
      case via
      case listed = "listed_s"
      case unlisted = "unlisted_s"
      case connected = "connected_s"
      case firstRPC = "first_rpc_s"
      case lastRPC = "last_rpc_s"
      case goAway = "goaway_s"
      case closed = "closed_s"
      case end
      case silent = "silent_s"
      case answered, failed, retried
      case blindSpot = "blind_spot_s"
      case lingering = "lingering_s"
    }
  }
}
