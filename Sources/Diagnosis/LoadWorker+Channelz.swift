internal import Transport

/// What channelz tells about the connections of this loop.
extension LoadWorker {
  /// Asks on every connection that has answered without saying from which pod, where nobody has
  /// asked yet. Call between the phases.
  func identify(then onEnd: @escaping () -> Void) {
    guard settings.usesChannelz, let context else { return onEnd() }
    let wanted = tallies.identities().filter { connection, identities in
      channelz[connection] == nil && context.takesProbes(connection)
        && (settings.identity == .channelz || identities.contains(0))
    }
    ChannelzSurvey(wanted.keys.sorted(), context, settings.options) { outcomes in
      self.channelz.merge(outcomes) { first, _ in first }
      onEnd()
    }.start()
  }

  /// The pods by connection. One that has shown several pods has a balancer behind it, and channelz
  /// has described whichever answered.
  func channelzPods() -> [Int: Counts.ChannelzPod] {
    let identities = tallies.identities()
    var pods: [Int: Counts.ChannelzPod] = [:]
    for case (let connection, .pod(let address, let isCertain)) in channelz {
      guard (identities[connection] ?? []).subtracting([0]).count <= 1 else { continue }
      pods[connection] = Counts.ChannelzPod(address: address, isCertain: isCertain)
    }
    return pods
  }
}
