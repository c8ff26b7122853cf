/// What one resolver's channel noticed of scaling, and when: nanoseconds.
package struct LaneStatistics: Sendable {
  /// Ready to first RPC.
  package private(set) var blindSpot: Spread
  /// Ready to the channel's list.
  package private(set) var noticed: Spread
  /// Terminating to last RPC.
  package private(set) var lingering: Spread
  /// Pods that became ready and have had no RPC, and for how long at least.
  package private(set) var unreached: Spread
  /// Pods that were over before they had one.
  package private(set) var missed = 0
  /// Pods behind a virtual IP that came or went, of which answers do not tell whether they are theirs.
  package private(set) var unseen = 0
  /// Pods that became ready and are not in the channel's list.
  package private(set) var unnoticed = 0
  /// Pods that are over and still get RPCs, and for how long at least.
  package private(set) var stillLingering: Spread

  init(seed: UInt64) {
    blindSpot = Spread(seed: seed)
    noticed = Spread(seed: seed)
    lingering = Spread(seed: seed)
    unreached = Spread(seed: seed)
    stillLingering = Spread(seed: seed)
  }

  /// - Parameter front: what stands before the pod in this channel's list.
  mutating func add(_ life: PodLife, _ lane: Int, behind front: PodLife?) {
    if isUnseen(life, lane, front) {
      unseen += 1
      return
    }
    if let time = life.blindSpot(lane) { blindSpot.add(time) }
    if let time = life.noticed(lane) { noticed.add(time) }
    if let time = life.lingering(lane), !stillLingers(life, lane, front) { lingering.add(time) }
    if life.beginning != nil, life.ending != nil, life.lanes[lane].firstRPC == nil { missed += 1 }
  }

  mutating func addUnfinished(
    _ life: PodLife, _ lane: Int, behind front: PodLife?, at time: Int64
  ) {
    guard !isUnseen(life, lane, front) else { return }
    if life.isUnreached(lane), let beginning = life.beginning {
      unreached.add(time - beginning)
      if life.lanes[lane].listed == nil { unnoticed += 1 }
    }
    if stillLingers(life, lane, front), let ending = life.ending {
      stillLingering.add(time - ending)
    }
  }

  private func isUnseen(_ life: PodLife, _ lane: Int, _ front: PodLife?) -> Bool {
    front.map { life.isUnseen(lane, nameless: $0.lanes[lane].lastNameless) } ?? false
  }

  private func stillLingers(_ life: PodLife, _ lane: Int, _ front: PodLife?) -> Bool {
    front == nil ? life.stillLingers(lane) : life.mayStillLinger(lane)
  }
}
