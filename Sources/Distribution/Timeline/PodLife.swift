/// One life of a pod, from ready to gone, on one clock. Nil is what has not happened, or cannot be
/// seen. All times are nanoseconds since the run began.
package struct PodLife: Hashable, Sendable {
  /// How one resolver's channel lived through it.
  package struct Lane: Hashable, Sendable {
    package var listed: Int64?
    package var unlisted: Int64?
    /// When it was listed again, after it had left the list.
    var relisted: Int64?
    package var connected: Int64?
    package var firstRPC: Int64?
    package var lastRPC: Int64?
    /// The first one.
    package var goAway: Int64?
    package var closed: Int64?
    package var end: ConnectionEnd?
    package var silent: Int64?
    /// When something was last heard from it.
    package var lastAnswer: Int64?
    /// When an answer from an address that is no pod's last left open which pod it is of.
    var lastNameless: Int64?
    package var answered = 0
    package var failed = 0
    package var retried = 0
    /// READY connections to it.
    package var open = 0
    /// Whether a GOAWAY has come on every one of them.
    package var isLeaving: Bool { open == 0 || goAway != nil }

    package var isListed: Bool { listed != nil && unlisted == nil }

    /// How it ended for this channel: as its last connection did, or in silence. Nil while it lives.
    package var ending: ConnectionEnd? {
      if open == 0 { return end }
      guard let silent, (lastAnswer ?? 0) < silent else { return nil }
      return .silence
    }

    package init() {}
  }

  package let address: String
  package var pod: String?
  /// Whom the last answer from there named.
  private var answerer: String?
  /// It was there when the run began: when it became ready is not known.
  package let isOlder: Bool
  package var ready: Int64?
  package var inDNS: Int64?
  /// No longer ready, for whatever reason.
  package var notReady: Int64?
  package var terminating: Int64?
  package var gone: Int64?
  package var leftDNS: Int64?
  package var lanes: [Lane]

  init(address: String, isOlder: Bool, lanes: Int) {
    self.address = address
    self.isOlder = isOlder
    self.lanes = Array(repeating: Lane(), count: lanes)
  }

  /// The Kubernetes API has it among the Service's endpoints.
  package var isInAPI: Bool {
    ready != nil || notReady != nil || terminating != nil || gone != nil
  }

  /// Takes the name that an answer gives, where nobody else gave one. An address from which several
  /// pods answer stands before them, and has none.
  mutating func named(by answer: String) {
    guard answer != answerer else { return }
    if isInAPI {
      pod = pod ?? answer
    } else if pod == answerer {
      pod = answerer == nil ? answer : nil
    }
    answerer = answer
  }

  /// From when on a client could use it; DNS says so where the API cannot be seen.
  package var beginning: Int64? { isOlder ? nil : ready ?? inDNS }

  /// From when on no client should use it.
  package var ending: Int64? {
    [terminating, notReady, gone].compactMap { $0 }.min() ?? leftDNS
  }

  /// Ready to first RPC. Nil where it did not become ready in the run, or had no RPC.
  package func blindSpot(_ lane: Int) -> Int64? {
    guard let beginning, let first = lanes[lane].firstRPC else { return nil }
    return max(0, first - beginning)
  }

  /// Ready to the channel's list.
  package func noticed(_ lane: Int) -> Int64? {
    guard let beginning, let listed = lanes[lane].listed else { return nil }
    return max(0, listed - beginning)
  }

  /// It became ready in the run and is still waiting for its first RPC.
  package func isUnreached(_ lane: Int) -> Bool {
    beginning != nil && ending == nil && lanes[lane].firstRPC == nil
  }

  /// Terminating to last RPC. Nil where it did not end, or never had one.
  package func lingering(_ lane: Int) -> Int64? {
    guard let ending, let last = lanes[lane].lastRPC else { return nil }
    return max(0, last - ending)
  }

  /// It has ended, and the channel still has a connection that would carry RPCs to it.
  package func stillLingers(_ lane: Int) -> Bool {
    ending != nil && lanes[lane].lastRPC != nil && !lanes[lane].isLeaving
      && lanes[lane].unlisted == nil
  }

  /// The same of a pod that is reached through a virtual IP: no connection tells that it is over.
  func mayStillLinger(_ lane: Int) -> Bool {
    guard let ending, gone == nil, let last = lanes[lane].lastRPC else { return false }
    return last >= ending
  }

  /// Whether an answer that named no pod may be its own, so that its first or last RPC is not known.
  /// - Parameter nameless: when the last of these came.
  func isUnseen(_ lane: Int, nameless: Int64?) -> Bool {
    let unclear = [lanes[lane].firstRPC == nil ? beginning : nil, ending].compactMap { $0 }
    guard let nameless, let first = unclear.min() else { return false }
    return nameless >= first
  }

  /// Nothing more can happen to it.
  var isOver: Bool {
    ending != nil && (gone != nil || leftDNS != nil) && lanes.allSatisfy { $0.open == 0 }
  }
}
