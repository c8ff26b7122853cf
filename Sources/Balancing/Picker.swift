/// The READY subchannels in the order in which RPCs take them.
struct Picker: Sendable {
  private var ready: [SubchannelID] = []
  private var next = 0
  /// The sequence number of the first pick of this lap. `next` added to it is what a client counts
  /// that never starts anew.
  private var lap = 0
  private var hasStarted = false

  /// Takes a new READY set, in resolver order, with order and start as the client has them. False
  /// where the client goes on with the old picker.
  mutating func rebuild(
    _ ready: [SubchannelID], profile: ClientProfile, using random: inout some RandomNumberGenerator
  ) -> Bool {
    let keepsSequence = profile.pickerStart == .randomOnce
    if keepsSequence, ready.count == self.ready.count, Set(ready) == Set(self.ready) {
      return false
    }
    self.ready = ready
    guard !ready.isEmpty else { return false }
    if profile.pickerOrder == .random {
      self.ready.shuffle(using: &random)
    }
    if keepsSequence, hasStarted {
      start(at: lap + next)
    } else {
      start(at: Int.random(in: 0..<1 << 31, using: &random))
      hasStarted = true
    }
    return true
  }

  private mutating func start(at sequence: Int) {
    next = sequence % ready.count
    lap = sequence - next
  }

  /// Nil when nothing is READY. Does not allocate.
  mutating func pick() -> SubchannelID? {
    guard !ready.isEmpty else { return nil }
    let picked = ready[next]
    next += 1
    if next == ready.count {
      next = 0
      lap += ready.count
    }
    return picked
  }
}
