extension Timeline {
  /// What stands before the pods in a channel's list, as a ClusterIP or a load balancer does: the API
  /// has pods, and what is listed is none of them. Nil where pods are listed.
  package func front(lane: Int) -> PodLife? {
    guard seesAPI, current.values.contains(where: \.isInAPI) else { return nil }
    let listed = current.values.filter { $0.lanes[lane].isListed }
    guard !listed.contains(where: \.isInAPI) else { return nil }
    return listed.min { $0.address < $1.address }
  }

  /// The same for one pod.
  package func front(of life: PodLife, lane: Int) -> PodLife? {
    life.isInAPI ? front(lane: lane) : nil
  }

  /// Whether the lists, the API and DNS agree, and every listed pod that should be connected is. No
  /// list tells of a pod behind a virtual IP, which must not be terminating: it may hold the connection
  /// meanwhile.
  /// - Parameter connectsAll: whether the policy connects to all of them.
  package func agrees(connectsAll: Bool) -> Bool {
    lanes.indices.allSatisfy { index in
      let isBehind = front(lane: index) != nil
      return current.values.allSatisfy { life in
        let lane = life.lanes[index]
        let exists = life.ending == nil
        if isBehind, life.isInAPI { return life.terminating == nil || life.gone != nil }
        // What is no pod to the API may be in DNS and yet in no list that comes from the API.
        let mustBeListed = exists && (!seesAPI || life.isInAPI)
        return (lane.isListed ? exists : !mustBeListed)
          && (lane.open > 0) == (lane.isListed && (connectsAll || lane.open > 0))
      }
    }
  }
}
