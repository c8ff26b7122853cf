extension Timeline {
  /// What stands before the pods in a channel's list, as a ClusterIP or a load balancer does: the API
  /// has pods, and what is listed is none of them. Nil where pods are listed.
  package func front(lane: Int) -> PodLife? {
    guard seesAPI, current.values.contains(where: \.isInAPI) else { return nil }
    let listed = current.values.filter { $0.lanes[lane].isListed }
    guard !listed.contains(where: \.isInAPI) else { return nil }
    return listed.min { $0.address < $1.address }
  }

  /// Whether the lists, the API and DNS agree, and every listed pod that should be connected is: empty
  /// where they do.
  /// - Parameter connectsAll: whether the policy connects to all of them.
  package func disagreements(connectsAll: Bool) -> [Disagreement] {
    lanes.indices.flatMap { lane in
      let isBehind = front(lane: lane) != nil
      return present.compactMap { life in
        disagreement(on: life, lane, isBehind: isBehind && life.isInAPI, connectsAll).map {
          Disagreement(kind: $0, lane: lane, address: life.address, pod: life.pod)
        }
      }
    }
  }

  private func disagreement(
    on life: PodLife, _ index: Int, isBehind: Bool, _ connectsAll: Bool
  ) -> Disagreement.Kind? {
    if isBehind { return life.terminating != nil && life.gone == nil ? .terminating : nil }
    let lane = life.lanes[index]
    let exists = life.ending == nil
    // What is no pod to the API may be in DNS and yet in no list that comes from the API.
    if exists, !lane.isListed, !seesAPI || life.isInAPI { return .notListed }
    if lane.isListed, !exists { return .stillListed }
    if lane.open > 0, !lane.isListed { return .stillConnected }
    return connectsAll && lane.isListed && lane.open == 0 ? .notConnected : nil
  }
}
