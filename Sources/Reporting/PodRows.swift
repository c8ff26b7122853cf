/// Which pods are shown where not all can be: past forty, the most and the least loaded and some of
/// the silent ones.
enum PodRows {
  enum Row {
    case pod(Report.Pod)
    /// How many are left out here, and what they are.
    case hidden(Int, String)
  }

  static let most = 40

  static func rows(_ pods: [Report.Pod]) -> [Row] {
    guard pods.count > most else { return pods.map(Row.pod) }
    let sorted = pods.indices.sorted { (pods[$1].rpcs, $0) < (pods[$0].rpcs, $1) }.map { pods[$0] }
    return part(sorted.filter { $0.rpcs > 0 }, head: 20, tail: 5, "more between these")
      + part(sorted.filter { $0.rpcs == 0 }, head: 15, tail: 0, "more silent")
  }

  /// The first `head` and the last `tail` of the pods, and how many are left out.
  private static func part(_ pods: [Report.Pod], head: Int, tail: Int, _ what: String) -> [Row] {
    let hidden = pods.count - head - tail
    guard hidden > 1 else { return pods.map(Row.pod) }
    return pods.prefix(head).map(Row.pod) + [.hidden(hidden, what)]
      + pods.suffix(tail).map(Row.pod)
  }
}

extension Report.Pod {
  /// The pod as people know it: its name, or else its address.
  var label: String {
    if identity == Self.unknownIdentity {
      return "(unknown pod behind \(address ?? "an unknown address"))"
    }
    return pod ?? address ?? "-"
  }
}
