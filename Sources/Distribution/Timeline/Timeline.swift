/// What a long run has seen, from events and RPCs in about the order of their times. Bounded: of pods
/// and connections that are gone the newest are kept, of all the others their numbers.
package struct Timeline: Sendable {
  private static let keptLives = 300
  private static let keptConnections = 200
  private static let keptEvents = 500

  /// Names of the resolvers, each with a channel of its own.
  package let lanes: [String]
  /// Whether pods' states are heard of from the Kubernetes API; otherwise DNS tells when they begin
  /// and end.
  package let seesAPI: Bool
  /// By address.
  private(set) var current: [String: PodLife] = [:]
  /// Where the API says that a pod is, by its name.
  private var homes: [String: String] = [:]
  /// Oldest first.
  private var finished: [PodLife] = []
  package private(set) var forgottenLives = 0
  private var statistics: [LaneStatistics]
  /// Open ones, by lane and number.
  private var open: [ConnectionKey: ConnectionLife] = [:]
  /// Those that got a GOAWAY or ended, oldest first.
  package private(set) var ended: [ConnectionLife] = []
  package private(set) var connectionCount = 0
  package private(set) var lifetime = LifetimeEstimate()
  /// The newest, oldest first.
  package private(set) var events: [TimelineEvent] = []
  package private(set) var eventCount = 0
  package private(set) var errors: ErrorLedger
  /// When anything last changed but what goes on as long as the run: RPCs, and connections that are
  /// ended for their age and replaced.
  package private(set) var lastChange: Int64 = 0
  /// Whether events tell what was there already.
  private var isBeginning = true

  private struct ConnectionKey: Hashable {
    var lane: Int
    var number: Int
  }

  package init(lanes: [String], seesAPI: Bool) {
    self.lanes = lanes
    self.seesAPI = seesAPI
    statistics = lanes.indices.map { LaneStatistics(seed: UInt64($0)) }
    errors = ErrorLedger(lanes: lanes.count)
  }

  /// From here on pods that appear are new.
  package mutating func begin() { isBeginning = false }

  // MARK: Events

  /// Returns the event as it is to be shown, with the pod's name; nil where it says nothing new.
  package mutating func record(_ event: TimelineEvent) -> TimelineEvent? {
    var event = event
    if let address = event.address {
      guard apply(event, to: address) else { return nil }
      event.pod = event.pod ?? current[address]?.pod
    }
    if let lane = event.lane { errors.note(event, lane: lane) }
    noteConnection(event)
    eventCount += 1
    events.append(event)
    if events.count > 2 * Self.keptEvents { events.removeFirst(Self.keptEvents) }
    switch event.kind {
    case .connected, .goAway, .closed, .note: break
    default: lastChange = max(lastChange, event.time)
    }
    return event
  }

  /// False where the life of the pod says so already.
  private mutating func apply(_ event: TimelineEvent, to address: String) -> Bool {
    var life =
      current[address] ?? PodLife(address: address, isOlder: isBeginning, lanes: lanes.count)
    let starts = seesAPI ? event.kind == .ready : event.kind == .inDNS
    if starts, life.ending != nil {
      retire(life)
      life = life.next(at: event.time)
    }
    if let pod = event.pod {
      life.pod = pod
      if event.lane == nil { homes[pod] = address }
    }
    let isNew = life.apply(event)
    current[address] = life
    return isNew
  }

  private mutating func noteConnection(_ event: TimelineEvent) {
    guard let lane = event.lane, let address = event.address else { return }
    switch event.kind {
    case .connected(let number, _):
      connectionCount += 1
      open[ConnectionKey(lane: lane, number: number)] = ConnectionLife(
        lane: lane, address: address, pod: event.pod, connected: event.time)
    case .goAway(let number, let notice):
      let key = ConnectionKey(lane: lane, number: number)
      guard var connection = open[key] else { return }
      if connection.goAway == nil {
        connection.goAway = notice
        connection.goAwayAt = event.time
      }
      connection.lastStream = notice.lastStream
      open[key] = connection
    case .closed(let number, let end, _):
      guard var connection = open.removeValue(forKey: ConnectionKey(lane: lane, number: number))
      else { return }
      connection.closed = event.time
      connection.end = end
      if let at = connection.goAwayAt {
        lifetime.drained(event.time - at, cutRPCs: connection.cut > 0 && end != .drained)
      } else {
        lifetime.lived(event.time - connection.connected)
      }
      ended.append(connection)
      if ended.count > 2 * Self.keptConnections { ended.removeFirst(Self.keptConnections) }
    default: break
    }
  }

  /// A first GOAWAY on a connection, with what the client knows of its age and idleness.
  package mutating func aged(
    _ notice: GoAwayNotice, age: ClosedRange<Int64>, idle: ClosedRange<Int64>
  ) {
    lifetime.goAway(LifetimeEstimate.Reason(debug: notice.debug), age: age, idle: idle)
  }

  // MARK: RPCs

  /// A pod answered an RPC that was sent to it at `sent`. Returns the event of its first one.
  package mutating func answered(
    lane: Int, address: String, pod: String?, sent: Int64, at time: Int64, isOK: Bool,
    status: @autoclosure () -> String
  ) -> TimelineEvent? {
    errors.sent[lane] += 1
    touch(address)
    var address = address
    if let home = home(of: pod, answeringFrom: address) {
      current[address]?.lanes[lane].lastAnswer = time
      address = home
    }
    if !isOK { errors.failed(lane, address, .status(status()), at: time) }
    guard var life = current.removeValue(forKey: address) else { return nil }
    defer { current[address] = life }
    if let pod, life.isInAPI || homes.isEmpty { life.named(by: pod) }
    if !life.isInAPI { life.lanes[lane].lastNameless = time }
    life.lanes[lane].answered += 1
    if !isOK { life.lanes[lane].failed += 1 }
    life.lanes[lane].lastAnswer = time
    life.lanes[lane].lastRPC = max(life.lanes[lane].lastRPC ?? sent, sent)
    guard life.lanes[lane].firstRPC == nil else { return nil }
    life.lanes[lane].firstRPC = sent
    return TimelineEvent(.firstRPC, at: sent, lane: lane, address: address, pod: life.pod)
  }

  /// Whose answer it is where the address is no pod's: that of the pod that it names.
  private func home(of pod: String?, answeringFrom address: String) -> String? {
    guard let pod, current[address]?.isInAPI != true, let home = homes[pod], current[home] != nil
    else { return nil }
    return home
  }

  /// An attempt was lost. `isFinal` is false where the RPC goes on as a transparent retry.
  /// - Parameter address: nil where it was never given to a connection.
  /// - Returns: that the pod is silent, where this shows it.
  package mutating func lost(
    lane: Int, address: String?, connection: Int?, cause: LossCause, sent: Int64, at time: Int64,
    isFinal: Bool
  ) -> TimelineEvent? {
    if isFinal {
      errors.sent[lane] += 1
      errors.failed(lane, address, .lost(cause), at: time)
    }
    guard let address else { return nil }
    if cause == .connectionLost, let connection {
      open[ConnectionKey(lane: lane, number: connection)]?.cut += 1
    }
    touch(address)
    guard var life = current.removeValue(forKey: address) else { return nil }
    defer { current[address] = life }
    life.lanes[lane].lastRPC = max(life.lanes[lane].lastRPC ?? sent, sent)
    if isFinal { life.lanes[lane].failed += 1 } else { life.lanes[lane].retried += 1 }
    if !isFinal, let connection {
      open[ConnectionKey(lane: lane, number: connection)]?.retried += 1
    }
    // Its last word came before this RPC was sent.
    guard cause == .deadline, life.lanes[lane].silent == nil,
      (life.lanes[lane].lastAnswer ?? life.lanes[lane].connected ?? .max) <= sent
    else { return nil }
    return TimelineEvent(.silent, at: time, lane: lane, address: address, pod: life.pod)
  }

  private mutating func touch(_ address: String) {
    if current[address] == nil {
      current[address] = PodLife(address: address, isOlder: isBeginning, lanes: lanes.count)
    }
  }

  // MARK: Time

  /// Ties errors to events once these had time to come, and lets go of what is over.
  package mutating func advance(to time: Int64) {
    settleErrors(before: time - ErrorLedger.patience)
    for (address, life) in current
    where life.isOver && time - (life.ending ?? time) > 2 * ErrorLedger.patience {
      current[address] = nil
      retire(life)
    }
    for connection in open.values where connection.goAwayAt == nil {
      lifetime.lived(time - connection.connected)
    }
  }

  /// The run is over: what had to come has come, so errors wait no longer for their events.
  package mutating func conclude() { settleErrors(before: .max) }

  private mutating func settleErrors(before time: Int64) {
    errors.settle(before: time) { [current, finished] address in
      [current[address]].compactMap { $0 } + finished.suffix(50).filter { $0.address == address }
    }
  }

  private mutating func retire(_ life: PodLife) {
    for lane in lanes.indices {
      statistics[lane].add(life, lane, behind: life.isInAPI ? front(lane: lane) : nil)
    }
    if let pod = life.pod, homes[pod] == life.address { homes[pod] = nil }
    finished.append(life)
    if finished.count > 2 * Self.keptLives {
      finished.removeFirst(Self.keptLives)
      forgottenLives += Self.keptLives
    }
  }

  // MARK: What came of it

  /// Lives that are kept, those that ended first coming first, then the present ones by address.
  package var lives: [PodLife] {
    finished + current.values.sorted { $0.address < $1.address }
  }

  package var present: [PodLife] { current.values.sorted { $0.address < $1.address } }

  package var openConnections: [ConnectionLife] {
    open.values.sorted { ($0.lane, $0.connected, $0.address) < ($1.lane, $1.connected, $1.address) }
  }

  package func statistics(lane: Int, at time: Int64) -> LaneStatistics {
    var all = statistics[lane]
    let inFront = front(lane: lane)
    for life in current.values {
      let front = life.isInAPI ? inFront : nil
      all.add(life, lane, behind: front)
      all.addUnfinished(life, lane, behind: front, at: time)
    }
    return all
  }
}

/// One connection as the report has it; times are nanoseconds since the run began.
package struct ConnectionLife: Hashable, Sendable {
  package var lane: Int
  package var address: String
  package var pod: String?
  package var connected: Int64
  package var goAway: GoAwayNotice?
  package var goAwayAt: Int64?
  /// That of the last GOAWAY: streams above it were not processed.
  package var lastStream: UInt32?
  package var closed: Int64?
  package var end: ConnectionEnd?
  /// RPCs that went on elsewhere, since the server had not processed them.
  package var retried = 0
  /// RPCs that ended with it.
  package var cut = 0
}
