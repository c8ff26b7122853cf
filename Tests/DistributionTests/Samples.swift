import Distribution

/// Samples in the few shapes that tests need.
extension Sample {
  /// round_robin over `counts.count` pods, one connection to each pod.
  static func cyclic(_ counts: [Int], generations: Int = 1, lost: [Int] = []) -> Sample {
    Sample(
      pods: pods(counts, lost: lost),
      connections: counts.indices.map { .to($0, rpcs: counts[$0]) },
      generations: generations, isCyclic: true, isReadySetKnown: true)
  }

  /// pick_first or cluster_ip: for every connection the pod it led to and the RPCs it carried.
  static func perConnection(
    pods: Int, _ connections: [(pod: Int, rpcs: Int)], isReadySetKnown: Bool = true
  ) -> Sample {
    var counts = [Int](repeating: 0, count: pods)
    for connection in connections { counts[connection.pod] += connection.rpcs }
    return Sample(
      pods: Self.pods(counts), connections: connections.map { .to($0.pod, rpcs: $0.rpcs) },
      generations: connections.count, isCyclic: false, isReadySetKnown: isReadySetKnown)
  }

  /// One connection, behind which a pod is drawn for every call.
  static func perCall(_ counts: [Int], isReadySetKnown: Bool = true) -> Sample {
    var tally = ConnectionTally()
    for (pod, rpcs) in counts.enumerated() where rpcs > 0 { tally.answered(pod: pod, rpcs: rpcs) }
    return Sample(
      pods: pods(counts), connections: [tally], generations: 1, isCyclic: false,
      isReadySetKnown: isReadySetKnown)
  }

  static func pods(_ counts: [Int], lost: [Int] = []) -> [Pod] {
    counts.indices.map { index in
      Pod(
        name: "pod-\(index)", answered: counts[index],
        lost: lost.indices.contains(index) ? lost[index] : 0)
    }
  }
}

extension ConnectionTally {
  static func to(_ pod: Int, rpcs: Int) -> ConnectionTally {
    var tally = ConnectionTally()
    if rpcs > 0 { tally.answered(pod: pod, rpcs: rpcs) }
    return tally
  }
}
