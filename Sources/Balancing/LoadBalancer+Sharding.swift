internal import Naming

/// round_robin's list of endpoints, one child each.
extension LoadBalancer {
  /// Takes a new list: at once, or as a pending one beside the list in use. True when RPCs may be
  /// picked differently.
  mutating func shard(_ list: [Endpoint]) -> Bool {
    let waits =
      pool.profile.newList == .whenReady && !list.isEmpty
      && population[ConnectivityState.ready.rawValue] > 0
    guard waits else {
      rebuildChildren(using: list, pending: nil)
      return true
    }
    rebuildChildren(using: endpoints, pending: list)
    return false
  }

  /// Puts the pending list in use when that is due (C-core's `round_robin.cc`). It also wants to know
  /// the state of every child of the new list, which it does as soon as they have begun to connect.
  mutating func takePendingList() -> Bool {
    guard let pending else { return false }
    let states = pendingPlaces.map { children[$0].state }
    let isDue =
      population[ConnectivityState.ready.rawValue] == 0 || states.contains(.ready)
      || states.allSatisfy { $0 == .transientFailure }
    if isDue { rebuildChildren(using: pending, pending: nil) }
    return isDue
  }

  mutating func use(_ children: [PickFirst], places: [Int], used: Int? = nil) {
    self.children = children
    self.places = places
    self.used = used ?? children.count
    for state in ConnectivityState.allCases {
      population[state.rawValue] = children[..<self.used].count { $0.state == state }
    }
  }

  /// One child per endpoint. Endpoints with the same addresses, in any order, are one; those that
  /// were there before keep their child; the children of the others close.
  private mutating func rebuildChildren(using list: [Endpoint], pending: [Endpoint]?) {
    let previous = endpoints + (self.pending ?? [])
    var old: [Set<TransportAddress>: PickFirst] = [:]
    for (endpoint, place) in zip(previous, places + pendingPlaces) {
      old[Set(endpoint.addresses)] = children[place]
    }
    var new: [PickFirst] = []
    var numbers: [Set<TransportAddress>: Int] = [:]
    func place(_ endpoint: Endpoint, _ pool: inout Subchannels) -> Int {
      let key = Set(endpoint.addresses)
      if let number = numbers[key] { return number }
      var child = old.removeValue(forKey: key) ?? PickFirst()
      child.update([endpoint], child: new.count, &pool)
      child.hasNewPicker = false
      numbers[key] = new.count
      new.append(child)
      return new.count - 1
    }
    let places = list.map { place($0, &pool) }
    let used = new.count
    pendingPlaces = (pending ?? []).map { place($0, &pool) }
    self.pending = pending
    for endpoint in previous {
      var child = old.removeValue(forKey: Set(endpoint.addresses))
      child?.close(&pool)
    }
    if pool.profile.countsDuplicates {
      endpoints = list
      use(new, places: places, used: used)
    } else {
      var seen: Set<Int> = []
      endpoints = zip(list, places).filter { seen.insert($0.1).inserted }.map(\.0)
      use(new, places: Array(0..<used), used: used)
    }
    childless = .fail("no children to pick from")
  }
}
