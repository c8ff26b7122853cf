/// The READY subchannels in the order in which RPCs take them.
struct Picker: Sendable {
  private var ready: [SubchannelID] = []
  private var next = 0
  private var hasStarted = false

  /// Takes a new READY set, in resolver order, with order and start as the client has them.
  mutating func rebuild(
    _ ready: [SubchannelID], profile: ClientProfile, using random: inout some RandomNumberGenerator
  ) {
    self.ready = ready
    guard !ready.isEmpty else { return }
    if profile.pickerOrder == .random {
      self.ready.shuffle(using: &random)
    }
    if profile.pickerStart == .randomEachRebuild || !hasStarted {
      next = Int.random(in: ready.indices, using: &random)
      hasStarted = true
    }
    next %= ready.count
  }

  /// Nil when nothing is READY. Does not allocate.
  mutating func pick() -> SubchannelID? {
    guard !ready.isEmpty else { return nil }
    let picked = ready[next]
    next += 1
    if next == ready.count {
      next = 0
    }
    return picked
  }
}
