internal import Naming

/// The pick_first policy (gRFC A61, A62): connects to the first address that answers and stays
/// there. It follows grpc-go's `balancer/pickfirst`, with one subchannel per address; a client that
/// tries one address at a time (`FailedPass.retriesList`) has the same list with one attempt in it.
struct PickFirst: Sendable {
  /// One address of the list and the subchannel made for it when its turn first came.
  private struct Slot: Sendable {
    let address: TransportAddress
    var subchannel: SubchannelID?
    var failedInPass = false
    var error = ""
  }

  private(set) var state = ConnectivityState.connecting
  /// The subchannel to use while READY.
  private(set) var selected: SubchannelID?
  /// The message of RPCs that fail while in TRANSIENT_FAILURE.
  private(set) var failure = ""
  /// Set with every picker that grpc-go would publish; whoever reads it clears it.
  var hasNewPicker = false

  /// This value's place among its siblings.
  private var child = 0
  private var slots: [Slot] = []
  /// The slot whose turn it is; `slots.count` when the pass has reached the end.
  private var current = 0
  /// Until every address has failed once. Afterwards they are retried.
  private var isFirstPass = false
  private var failuresAfterPass = 0
  /// When to go on to the next address although the current one has not answered, or, after a failed
  /// pass of a client that retries its whole list, when to start it again.
  private var nextAttemptAt: MonotonicTime?
  private var passStarted = MonotonicTime(nanoseconds: 0)
  /// In a row.
  private var failedPasses = 0

  // MARK: The resolver

  /// Takes a new list, and its own place among its siblings.
  mutating func update(
    _ endpoints: [Endpoint], child: Int, _ subchannels: inout Subchannels
  ) {
    self.child = child
    let connected = selected
    let hadList = !slots.isEmpty
    let attempted = isFirstPass && current < slots.count ? slots[current].subchannel : nil
    let retryAt = nextAttemptAt
    nextAttemptAt = nil
    current = 0
    replaceSlots(connectionOrder(of: endpoints, subchannels.profile), &subchannels)

    if slots.isEmpty {
      selected = nil
      publish(.transientFailure, failure: "name resolver error: produced zero addresses")
      return
    }
    if let connected, let kept = subchannels[connected] {
      current = kept.position
      return
    }
    selected = nil
    if state == .ready, subchannels.profile.removedConnection == .goesIdle {
      subchannels.reResolve()
      publish(.idle)
      return
    }
    if subchannels.profile.failedPass == .retriesList, hadList,
      goesOn(attempted, retryAt, &subchannels)
    {
      return
    }
    // A failure for want of addresses is not the sticky kind (A62): the next list ends it.
    if state == .ready || state == .connecting || !hadList {
      publish(.connecting)
    }
    if state != .idle {
      startPass(&subchannels)
    }
  }

  /// Where one address is tried at a time, a new list disturbs neither the attempt under way, if it
  /// has that address, nor the back-off of the whole list.
  private mutating func goesOn(
    _ attempted: SubchannelID?, _ retryAt: MonotonicTime?, _ subchannels: inout Subchannels
  ) -> Bool {
    if let retryAt {
      current = slots.count
      nextAttemptAt = retryAt
      subchannels.startTimer(for: child, at: retryAt)
      return true
    }
    guard let attempted, let kept = subchannels[attempted] else { return false }
    current = kept.position
    return true
  }

  private mutating func replaceSlots(
    _ addresses: [TransportAddress], _ subchannels: inout Subchannels
  ) {
    var old: [TransportAddress: Slot] = [:]
    for slot in slots {
      old[slot.address] = slot
    }
    let previous = slots
    slots = addresses.map { old.removeValue(forKey: $0) ?? Slot(address: $0) }
    for (position, slot) in slots.enumerated() {
      if let id = slot.subchannel {
        subchannels.move(id, child: child, position: position)
      }
    }
    for slot in previous where old[slot.address] != nil {
      if let id = slot.subchannel {
        subchannels.shutDown(id)
      }
    }
  }

  /// What a failed lookup does here is the client's to say; without a list RPCs always fail.
  mutating func resolverFailed(_ text: String, _ subchannels: inout Subchannels) {
    switch subchannels.profile.failedLookup {
    case .replacesError where state == .transientFailure: break
    case .endsPickFirst:
      close(&subchannels)
      slots = []
      selected = nil
      nextAttemptAt = nil
    case .replacesError, .ignored: guard slots.isEmpty else { return }
    }
    publish(.transientFailure, failure: "name resolver error: \(text)")
  }

  mutating func close(_ subchannels: inout Subchannels) {
    for id in slots.compactMap(\.subchannel) {
      subchannels.shutDown(id)
    }
  }

  // MARK: Subchannels

  mutating func exitIdle(_ subchannels: inout Subchannels) {
    guard state == .idle else { return }
    publish(.connecting)
    startPass(&subchannels)
  }

  /// The first to answer wins.
  mutating func connected(at position: Int, _ subchannels: inout Subchannels) {
    for other in slots.indices where other != position {
      if let id = slots[other].subchannel {
        subchannels.shutDown(id)
        slots[other].subchannel = nil
      }
    }
    nextAttemptAt = nil
    failedPasses = 0
    isFirstPass = false
    current = position
    selected = slots[position].subchannel
    publish(.ready)
  }

  mutating func connectFailed(
    at position: Int, _ text: String, _ subchannels: inout Subchannels
  ) {
    let text = "connection error: desc = \"\(text)\""
    slots[position].failedInPass = true
    slots[position].error = text
    if isFirstPass {
      if position == current {
        current += 1
        requestConnection(&subchannels, lastError: text)
      } else {
        endPassIfAllFailed(text, &subchannels)
      }
      return
    }
    // A new error is shown only once per round of the retries.
    failuresAfterPass += 1
    if failuresAfterPass.isMultiple(of: slots.count) {
      passFailed(text, &subchannels)
    }
  }

  /// Starts over from address 0, at the next RPC.
  mutating func disconnected() {
    selected = nil
    current = 0
    publish(.idle)
  }

  mutating func backoffEnded(at position: Int, _ subchannels: inout Subchannels) {
    if !isFirstPass, let id = slots[position].subchannel {
      subchannels.connect(id)
    }
  }

  mutating func timerFired(_ time: MonotonicTime, _ subchannels: inout Subchannels) {
    guard nextAttemptAt == time else { return }
    if isFirstPass {
      current += 1
      requestConnection(&subchannels, lastError: "")
    } else {
      current = 0
      startPass(&subchannels)
    }
  }

  // MARK: The pass over the list

  private mutating func startPass(_ subchannels: inout Subchannels) {
    isFirstPass = true
    failuresAfterPass = 0
    passStarted = subchannels.now
    for position in slots.indices {
      slots[position].failedInPass = false
    }
    requestConnection(&subchannels, lastError: "")
  }

  /// Connects to the current address, or to the first after it that is not in back-off.
  private mutating func requestConnection(
    _ subchannels: inout Subchannels, lastError: String
  ) {
    var lastError = lastError
    nextAttemptAt = nil
    while current < slots.count {
      let id = subchannel(at: current, &subchannels)
      if subchannels[id]?.state == .transientFailure {
        slots[current].failedInPass = true
        lastError = slots[current].error
        current += 1
        continue
      }
      subchannels.connect(id)
      if current + 1 < slots.count, let delay = subchannels.profile.happyEyeballsDelay {
        let time = subchannels.now + delay
        nextAttemptAt = time
        subchannels.startTimer(for: child, at: time)
      }
      return
    }
    endPassIfAllFailed(lastError, &subchannels)
  }

  private mutating func subchannel(
    at position: Int, _ subchannels: inout Subchannels
  ) -> SubchannelID {
    if let id = slots[position].subchannel { return id }
    let id = subchannels.make(slots[position].address, child: child, position: position)
    slots[position].subchannel = id
    return id
  }

  /// The end of the pass fails the channel until something is READY (sticky, A62).
  private mutating func endPassIfAllFailed(_ error: String, _ subchannels: inout Subchannels) {
    guard current == slots.count else { return }
    switch subchannels.profile.failedPass {
    case .retriesEach:
      guard slots.allSatisfy(\.failedInPass) else { return }
      isFirstPass = false
      passFailed(error, &subchannels)
      for id in slots.compactMap(\.subchannel) {
        subchannels.connect(id)
      }
    case .retriesList:
      isFirstPass = false
      passFailed(error, &subchannels)
      let time = subchannels.retryTime(ofPassSince: passStarted, failures: failedPasses)
      failedPasses += 1
      nextAttemptAt = time
      subchannels.startTimer(for: child, at: time)
    }
  }

  private mutating func passFailed(_ error: String, _ subchannels: inout Subchannels) {
    if subchannels.profile.failureReport == .eachPass { subchannels.reResolve() }
    publish(.transientFailure, failure: error)
  }

  private mutating func publish(_ state: ConnectivityState, failure: String = "") {
    self.state = state
    self.failure = failure
    hasNewPicker = true
  }
}
