/// The sentences of a verdict.
extension Judgement {
  var nothingAnswered: String {
    sample.lost > 0
      ? "no pod answered: \(counted(sample.lost, "attempt")) got no answer" : "no pod answered"
  }

  var opaque: String {
    let answers = total + sample.unidentified
    return """
      the pods cannot be told apart: \(sample.unidentified) of \(counted(answers, "answer")) did not \
      show their pod; name a response header that does (--identity header:NAME), or use a headless \
      name, where each pod has its own address
      """
  }

  var changed: String {
    "the set of ready pods changed while RPCs were counted; run again when it is stable"
  }

  var tooFewCalls: String {
    """
    all \(n) ready pods answered, \(range) of \(counted(total, "RPC")) each; something in the path \
    chooses a pod for every call, and at so few, chance may move a pod by more than the tolerance
    """
  }

  var singlePod: String {
    """
    only one ready pod is known, \(pods[0].name), so there is nothing to balance; if that is a \
    virtual IP (ClusterIP), a headless name would show the pods behind it
    """
  }

  var onePodSeen: String {
    """
    \(pods[0].name) answered all \(counted(total, "RPC")), but it is not known which pods are ready, \
    so it may be the only one; a headless name lists them all
    """
  }

  var evenAmongTheSeen: String {
    """
    \(n) pods answered and none is clearly above the others, but it is not known which pods are \
    ready, so silent ones would not show; a headless name lists them all
    """
  }

  var tooFewForSilence: String {
    let scale =
      switch basis {
      case .cyclic: "\(n) pods and \(counted(slack, "picker"))"
      case .perCall: "a pod drawn for every call"
      case .perConnection, .opaque: counted(sample.opened, "connection")
      }
    return """
      \(counts.count { $0 == 0 }) of \(n) ready pods are silent, but with \(scale), \
      \(counted(total, "answer")) are too few to tell whether they stay so
      """
  }

  var tooFewForShares: String {
    let takers =
      basis == .cyclic
      ? counted(slack, "picker") : "up to \(counted(slack, "connection")) per pod"
    return """
      all \(n) ready pods answered, \(range) of \(counted(total, "RPC")) each; at so few, the way \
      turns fall (\(takers)) may move a pod by more than the tolerance
      """
  }

  var tooManyLost: String {
    """
    all \(n) ready pods answered, \(range) of \(counted(total, "RPC")) each, but \(sample.lost) of \
    \(counted(sent, "attempt")) got no answer: with them, some pod may have more or less than its \
    share\(losses)
    """
  }

  var pinned: String {
    let pod = pods.first { $0.answered > 0 }?.name ?? ""
    return """
      one of \(n) ready pods answered all \(counted(total, "RPC")): \(pod); \(mechanism)\(losses)
      """
  }

  var partial: String {
    """
    \(counts.count { $0 > 0 }) of \(n) ready pods answered all \(counted(total, "RPC")), and \
    \(silentNames) stayed silent: \(mechanism)\(losses)
    """
  }

  var balanced: String {
    """
    all \(n) ready pods answered, \(range) of \(counted(total, "RPC")) each: no share is more than \
    \((worstDistance / equalShare * 100).decimal(1)) % away from an equal one\(losses)
    """
  }

  var skewed: String {
    func distance(_ pod: Sample.Pod) -> Double { abs(Double(pod.answered) - equalShare) }
    guard let worst = pods.max(by: { distance($0) < distance($1) }) else { return "" }
    return """
      \(worst.name) answered \(worst.answered) of \(counted(total, "RPC")), \
      \((Double(worst.answered) / equalShare).decimal(2)) times an equal share among \(n) pods\
      \(chance)\(losses)
      """
  }

  /// How the policy brought the counts about.
  private var mechanism: String {
    switch basis {
    case .cyclic, .opaque:
      return "the policy takes pods in turn, so the others were not connected or gave no answer"
    case .perCall:
      return "what chooses a pod for every call leaves them out, which chance does not"
    case .perConnection: break
    }
    if connections == 1 {
      return "all RPCs of a connection go to the pod at its end, and this client has 1 connection"
    }
    if sample.takesFirstAddress {
      return """
        all RPCs of a connection go to the pod at its end, and a client opens its connections to the \
        first address that connects
        """
    }
    let reached = expectedPodsReached(connections: connections, pods: n).decimal(1)
    return """
      all RPCs of a connection go to the pod at its end, and \(connections) connections opened at \
      random reach \(reached) of \(n) pods on average
      """
  }

  /// What the connections say about other clients.
  private var chance: String {
    guard basis == .perConnection, let test = sample.chiSquare, test.expected >= 5 else {
      return ""
    }
    return """
      ; how the \(connections) connections fell on pods \
      \(test.isSignificant ? "is not what chance does" : "may well be chance")
      """
  }

  private var losses: String {
    let losing = pods.filter { $0.lost > 0 }
    guard let most = losing.max(by: { $0.lost < $1.lost }) else { return "" }
    let others = losing.count - 1
    return """
      ; \(counted(most.lost, "attempt")) at \(most.name) got no answer\
      \(others > 0 ? ", nor did some at \(counted(others, "other pod"))" : "")
      """
  }

  private var silentNames: String {
    let silent = pods.filter { $0.answered == 0 }.map(\.name)
    let shown = silent.count > 3 ? silent.prefix(2) + ["\(silent.count - 2) more"] : silent
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }

  private var range: String {
    let low = counts.min() ?? 0
    let high = counts.max() ?? 0
    return low == high ? "\(low)" : "\(low) to \(high)"
  }
}

/// `1 pod`, `2 pods`.
package func counted(_ number: Int, _ noun: String) -> String {
  number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
}
