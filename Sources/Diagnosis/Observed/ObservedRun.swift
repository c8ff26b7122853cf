package import Distribution
private import HTTP2
package import Naming
package import Reporting

/// What the pods of a lab saw of a client that is not lbcheck. All times are in milliseconds from the
/// start of the run.
package struct ObservedRun: Sendable {
  package struct Pod: Sendable {
    package var name: String
    package var address: TransportAddress
    package var isReady: Bool
    /// When it became ready, where the run did not begin with it.
    package var came: Double?
    /// When it was no longer ready, or fell silent.
    package var left: Double?
    package var firstRequest: Double?
    package var lastRequest: Double?
    /// Of connections that ended so long ago that only their sums are known.
    package var forgotten = Forgotten()

    package init(name: String, address: TransportAddress, isReady: Bool) {
      self.name = name
      self.address = address
      self.isReady = isReady
    }
  }

  package struct Forgotten: Sendable {
    package var connections = 0
    package var tally = PodTally()
    package var warmup = 0
  }

  /// What stood between the client and the pod.
  package enum Way: Sendable {
    case direct
    /// The client's own connection, passed on to a pod that was drawn for it.
    case virtualIP
    /// A connection of the L7 proxy, with requests of whichever client.
    case proxy
  }

  /// One connection, as the pod at its end saw it.
  package struct Connection: Sendable {
    /// Index into `pods`.
    package var pod: Int
    package var way: Way
    /// The client's end, `address:port`.
    package var client: String
    /// What the client connected to.
    package var remote: String
    package var opened: Double
    package var closed: Double?
    package var closedBy: Report.ClosedBy?
    package var goAway: Report.GoAway?
    /// Answers after the cold start, and losses.
    package var tally = PodTally()
    /// Answers in the cold start.
    package var warmup = 0
    /// The most requests that were open at a time.
    package var peak = 0
    /// Whether it spoke HTTP/1.1.
    package var isHTTP1 = false
    /// False where its bytes were passed on without being understood.
    package var isUnderstood = true

    package init(
      pod: Int, way: Way, client: String, remote: String, opened: Double, closed: Double? = nil,
      closedBy: Report.ClosedBy? = nil
    ) {
      self.pod = pod
      self.way = way
      self.client = client
      self.remote = remote
      self.opened = opened
      self.closed = closed
      self.closedBy = closedBy
    }

    /// From when on it took no new requests.
    var endOfUse: Double { min(closed ?? .infinity, goAway?.at ?? .infinity) }
  }

  /// A question that DNS was asked, or a request to the Kubernetes API, and how often.
  package struct Question: Sendable {
    package var text: String
    package var count: Int

    package init(_ text: String, count: Int) {
      self.text = text
      self.count = count
    }
  }

  package var pods: [Pod]
  package var connections: [Connection] = []
  /// In the order of their first coming.
  package var dnsQuestions: [Question] = []
  package var apiRequests: [Question] = []
  /// How often the set of ready pods changed.
  package var membershipChanges = 0
  /// When the cold start was over, where there was one.
  package var warmUntil: Double?
  package var ended: Double
  /// What became of the client's program, where that was no success.
  package var failure: String?
  package var isInterrupted = false

  package init(pods: [Pod], ended: Double) {
    self.pods = pods
    self.ended = ended
  }
}

extension Report.GoAway {
  /// - Parameter code: an error code of RFC 9113 §7.
  package init(errorCode code: UInt32, debug: String, lastStream: UInt32, at: Double?) {
    self.init(
      code: "\(ErrorCode(rawValue: code))", debug: debug, lastStream: lastStream, at: at)
  }
}
