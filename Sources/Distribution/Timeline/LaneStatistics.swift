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

  mutating func add(_ life: PodLife, _ lane: Int) {
    if let time = life.blindSpot(lane) { blindSpot.add(time) }
    if let time = life.noticed(lane) { noticed.add(time) }
    if let time = life.lingering(lane), !life.stillLingers(lane) { lingering.add(time) }
    if life.beginning != nil, life.ending != nil, life.lanes[lane].firstRPC == nil { missed += 1 }
  }

  mutating func addUnfinished(_ life: PodLife, _ lane: Int, at time: Int64) {
    if life.isUnreached(lane), let beginning = life.beginning {
      unreached.add(time - beginning)
      if life.lanes[lane].listed == nil { unnoticed += 1 }
    }
    if life.stillLingers(lane), let ending = life.ending { stillLingering.add(time - ending) }
  }
}
