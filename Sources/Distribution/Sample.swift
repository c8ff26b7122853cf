/// What the measuring window showed, as far as a judgement needs it.
package struct Sample: Sendable {
  /// One row of the report.
  package struct Pod: Sendable {
    /// As people know it; it appears in reasons, unescaped.
    package var name: String
    /// False for a row that is no pod of the window: one that stands for answers whose pod could not
    /// be told, for example all that came through a virtual IP without naming their pod, or one of a
    /// pod that was gone before it began.
    package var isIdentified: Bool
    /// Attempts answered in the measuring window.
    package var answered: Int
    /// Attempts sent there and lost in the measuring window.
    package var lost: Int

    package init(name: String, isIdentified: Bool = true, answered: Int, lost: Int = 0) {
      self.name = name
      self.isIdentified = isIdentified
      self.answered = answered
      self.lost = lost
    }
  }

  /// Every pod that was ready, silent ones too, and every other that answered.
  package var pods: [Pod]

  /// Every connection of the window, also those that were never opened; their pods are indices into
  /// `pods`.
  package var connections: [ConnectionTally]

  /// How many of them were opened.
  package var opened: Int

  /// g: how many READY pickers were built in the window, summed over channels; each channel's first
  /// one counts. Where a pod has several subchannels (dual-stack), each gives it a turn of its own:
  /// multiply by the most that one pod has.
  package var generations: Int

  /// Whether the policy takes the pods in turn: round_robin over addresses that are pods. False for
  /// pick_first, for a virtual IP, and for an HTTP/1.1 pool.
  package var isCyclic: Bool

  /// Whether a client opens all its connections to the first address that connects, as an HTTP/1.1
  /// pool does with a list of pods: then they are not drawn one by one.
  package var takesFirstAddress: Bool

  /// Whether `pods` is the complete set of ready pods. False when only those are known that
  /// answered, as behind a virtual IP.
  package var isReadySetKnown: Bool

  /// Whether the set of ready pods changed during the window.
  package var membershipChanged: Bool

  /// Answers that are counted in no pod of `pods`.
  package var unattributed: Int

  /// Attempts lost at no pod of `pods`, such as those for which there was no connection.
  package var unplacedLosses: Int

  /// - Parameter opened: nil for all of them.
  package init(
    pods: [Pod], connections: [ConnectionTally], opened: Int? = nil, generations: Int,
    isCyclic: Bool, takesFirstAddress: Bool = false, isReadySetKnown: Bool,
    membershipChanged: Bool = false, unattributed: Int = 0, unplacedLosses: Int = 0
  ) {
    self.pods = pods
    self.connections = connections
    self.opened = opened ?? connections.count
    self.generations = generations
    self.isCyclic = isCyclic
    self.takesFirstAddress = takesFirstAddress
    self.isReadySetKnown = isReadySetKnown
    self.membershipChanged = membershipChanged
    self.unattributed = unattributed
    self.unplacedLosses = unplacedLosses
  }
}

extension Sample {
  /// Answers per identified pod: x_i.
  package var counts: [Int] { pods.filter(\.isIdentified).map(\.answered) }

  /// Answers whose pod is not known.
  package var unidentified: Int {
    unattributed + pods.reduce(0) { $0 + ($1.isIdentified ? 0 : $1.answered) }
  }

  /// Attempts that nobody answered, wherever.
  package var lost: Int { unplacedLosses + pods.reduce(0) { $0 + $1.lost } }

  /// Those that were sent to a pod, but nobody knows to which.
  package var lostAtUnknownPods: Int { pods.reduce(0) { $0 + ($1.isIdentified ? 0 : $1.lost) } }

  /// Connections that led to each identified pod, counting those that carried at least one answer.
  package var connectionsPerPod: [Int] {
    var counts = [Int](repeating: 0, count: pods.count)
    for connection in connections {
      for (pod, _) in connection.pods { counts[pod] += 1 }
    }
    return zip(counts, pods).compactMap { $1.isIdentified ? $0 : nil }
  }

  /// Nil when no identified pod answered.
  package var measures: Measures? { Measures(counts: counts) }

  /// How the run itself shows the choices to have been made.
  package var basis: Basis {
    if unidentified > 0 { return .opaque }
    if connections.contains(where: \.isShared) { return .perCall }
    return isCyclic ? .cyclic : .perConnection
  }

  /// χ² over the unit that was drawn: connections where one choice holds for a whole connection,
  /// RPCs otherwise. Nil when pods cannot be told apart or not all ready pods are known.
  package var chiSquare: ChiSquare? {
    guard isReadySetKnown else { return nil }
    switch basis {
    case .cyclic, .perCall: return ChiSquare(counts: counts, unit: .rpcs)
    case .perConnection: return ChiSquare(counts: connectionsPerPod, unit: .connections)
    case .opaque: return nil
    }
  }
}
