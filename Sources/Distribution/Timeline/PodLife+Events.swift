extension PodLife {
  /// Takes in what an event says. False where nothing is new in it.
  mutating func apply(_ event: TimelineEvent) -> Bool {
    let before = self
    if let lane = event.lane {
      lanes[lane].apply(event)
    } else {
      applyObserved(event)
    }
    switch event.kind {
    case .ready, .notReady, .terminating, .gone, .inDNS, .leftDNS, .listed, .unlisted:
      return self != before
    default: return true
    }
  }

  /// The next life at the same address. What a channel has belongs to it: its list may have told of
  /// the new pod before the API's observer heard of it, or not of the old one's end.
  func next(at time: Int64) -> PodLife {
    var life = PodLife(address: address, isOlder: false, lanes: lanes.count)
    for (index, lane) in lanes.enumerated() {
      if lane.isListed {
        life.lanes[index].listed = lane.relisted ?? time
      }
      life.lanes[index].open = lane.open
      if lane.open > 0 { life.lanes[index].connected = lane.connected }
    }
    return life
  }

  private mutating func applyObserved(_ event: TimelineEvent) {
    switch event.kind {
    case .ready:
      ready = ready ?? event.time
      notReady = nil
    case .notReady: notReady = notReady ?? event.time
    case .terminating: terminating = terminating ?? event.time
    case .gone: gone = gone ?? event.time
    case .inDNS:
      inDNS = inDNS ?? event.time
      leftDNS = nil
    case .leftDNS: leftDNS = leftDNS ?? event.time
    default: break
    }
  }
}

extension PodLife.Lane {
  mutating func apply(_ event: TimelineEvent) {
    switch event.kind {
    case .listed:
      if unlisted != nil { relisted = event.time }
      listed = listed ?? event.time
      unlisted = nil
    case .unlisted: unlisted = unlisted ?? event.time
    case .connected:
      connected = connected ?? event.time
      open += 1
      // A new connection after a GOAWAY: RPCs may come again.
      goAway = nil
      closed = nil
      silent = nil
    case .goAway: goAway = goAway ?? event.time
    case .closed(_, let how, _):
      open = max(0, open - 1)
      closed = event.time
      end = how
    case .silent: silent = silent ?? event.time
    default: break
    }
  }
}
