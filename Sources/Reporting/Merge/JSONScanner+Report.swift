private import Distribution

/// The long lists of a report, item by item.
extension JSONScanner {
  private mutating func optional<Value>(
    _ read: (inout JSONScanner) throws(Failure) -> Value
  ) throws(Failure) -> Value? {
    try null() ? nil : try read(&self)
  }

  mutating func pod(
    _ keys: inout JSONKeys<Report.Pod.CodingKeys>
  ) throws(Failure) -> Report.Pod {
    var pod = Report.Pod(
      pod: nil, address: nil, identity: "", tally: PodTally(), answered: 0, connections: 0,
      warmup: 0)
    var counts = 0
    try beginObject()
    while let key = try nextMember(&keys) {
      switch key {
      case .pod: pod.pod = try optional { s throws(Failure) in try s.string() }
      case .address: pod.address = try optional { s throws(Failure) in try s.string() }
      case .identity: pod.identity = try string()
      case .confidence: pod.confidence = try string()
      case .ready: pod.ready = try optional { s throws(Failure) in try s.boolean() }
      case .rpcs:
        pod.rpcs = try count()
        counts += 1
      case .lost: pod.lost = try count()
      case .connections: pod.connections = try count()
      case .warmup: pod.warmup = try count()
      case .share, .latency: try skip()
      }
    }
    guard counts == 1, !pod.identity.isEmpty else {
      throw Failure(offset: position, expected: "rpcs and identity of a pod before it ends")
    }
    return pod
  }

  /// - Parameter whole: whether what is only shown is read, too.
  mutating func connection(
    _ keys: inout JSONKeys<Report.Connection.CodingKeys>, whole: Bool
  ) throws(Failure) -> Report.Connection {
    var connection = Report.Connection(
      id: 0, channel: 0, local: nil, remote: "", pods: [], opened: nil, rpcs: 0)
    try beginObject()
    while let key = try nextMember(&keys) {
      switch key {
      case .pods:
        try beginArray()
        while try nextItem() { connection.pods.append(try string()) }
      case .rpcs: connection.rpcs = try count()
      case .opened: connection.opened = try optional { s throws(Failure) in try s.double() }
      case _ where !whole: try skip()
      case .id: try skip()
      case .channel: connection.channel = try count()
      case .local: connection.local = try optional { s throws(Failure) in try s.string() }
      case .remote: connection.remote = try string()
      case .closed: connection.closed = try optional { s throws(Failure) in try s.double() }
      case .closedBy:
        connection.closedBy = try optional { s throws(Failure) in try s.closedBy() }
      case .error: connection.error = try optional { s throws(Failure) in try s.string() }
      case .goAway: connection.goAway = try optional { s throws(Failure) in try s.goAway() }
      }
    }
    return connection
  }

  private mutating func closedBy() throws(Failure) -> Report.ClosedBy {
    let start = position
    guard let by = Report.ClosedBy(rawValue: try string()) else {
      throw Failure(offset: start, expected: "a way in which connections end")
    }
    return by
  }

  private mutating func goAway() throws(Failure) -> Report.GoAway {
    var keys = JSONKeys<Report.GoAway.CodingKeys>()
    var goAway = Report.GoAway(code: "", debug: "", lastStream: 0)
    try beginObject()
    while let key = try nextMember(&keys) {
      switch key {
      case .code: goAway.code = try string()
      case .debug: goAway.debug = try string()
      case .at: goAway.at = try optional { s throws(Failure) in try s.double() }
      case .lastStream: goAway.lastStream = UInt32(clamping: try count())
      }
    }
    return goAway
  }

  /// - Parameter isNew: whether an address is one that no report had before.
  /// - Returns: the resolution with its new addresses only, and whether it has every key.
  mutating func resolution(
    isNew: (String) -> Bool
  ) throws(Failure) -> (Report.Resolution, isCurrent: Bool) {
    var resolution = Report.Resolution(resolver: "", addresses: [])
    resolution.windowChanges = nil
    var keys = JSONKeys<Report.Resolution.CodingKeys>()
    try beginObject()
    while let key = try nextMember(&keys) {
      switch key {
      case .resolver: resolution.resolver = try string()
      case .server: resolution.server = try optional { s throws(Failure) in try s.string() }
      case .ttl: resolution.ttl = try optional { s throws(Failure) in try s.count() }
      case .changes: resolution.changes = try count()
      case .windowChanges:
        resolution.windowChanges = try optional { s throws(Failure) in try s.count() }
      case .addresses:
        var keys = JSONKeys<Report.Address.CodingKeys>()
        try beginArray()
        while try nextItem() {
          let address = try address(&keys)
          if isNew(address.address) { resolution.addresses.append(address) }
        }
      }
    }
    return (resolution, resolution.windowChanges != nil)
  }

  private mutating func address(
    _ keys: inout JSONKeys<Report.Address.CodingKeys>
  ) throws(Failure) -> Report.Address {
    var address = Report.Address(address: "")
    try beginObject()
    while let key = try nextMember(&keys) {
      switch key {
      case .address: address.address = try string()
      case .pod: address.pod = try optional { s throws(Failure) in try s.string() }
      case .node: address.node = try optional { s throws(Failure) in try s.string() }
      case .zone: address.zone = try optional { s throws(Failure) in try s.string() }
      case .ready: address.ready = try optional { s throws(Failure) in try s.boolean() }
      case .serving: address.serving = try optional { s throws(Failure) in try s.boolean() }
      case .terminating: address.terminating = try optional { s throws(Failure) in try s.boolean() }
      }
    }
    return address
  }
}
