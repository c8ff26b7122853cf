internal import Distribution
internal import Naming

/// Which pod every counted row belongs to. The rules, in the order they are tried:
///
/// 1. A response that names its pod came from that pod. Where the peer address is a ready endpoint
///    and only ever shows this one name, the name and the address are the same pod (also when one
///    name is seen behind an IPv4 and an IPv6 endpoint: a dual-stack pod is one pod).
/// 2. What channelz says of the connection; `--identity channelz` believes it first.
/// 3. A response without a name came from the peer, where the peer is an endpoint of a list of pods.
/// 4. Otherwise the pod is unknown, and the row says so.
struct Attribution {
  /// How sure it is that answers came from the pod.
  enum Confidence: String {
    case certain, likely, none
  }

  struct Pod {
    var name: String?
    var addresses: [TransportAddress]
    /// How answers were traced to it, as the report says it.
    var identity: String
    var confidence: Confidence
    var tally = PodTally()
    var warmup = 0
    /// Whether it is among the ready pods, where those are known.
    var isReady = false
    var isIdentified: Bool { confidence != .none }
    /// As people know it: its name, or else its first address.
    var label: String { name ?? addresses.first?.description ?? "?" }
  }

  /// What is known about the pods before anything was sent.
  struct Known {
    /// The ready pods; nil where the target's addresses do not tell (one address may be a virtual IP).
    var ready: [Endpoint]?
    /// Whether a socket's peer is a pod, and not something in front of pods.
    var peersArePods: Bool
    /// `header:NAME`, or `header` where any of the known names counts.
    var nameSource: String
    /// Of a row that was traced by its peer address.
    var peerConfidence = Confidence.certain
    var believesChannelzFirst = false
  }

  private(set) var pods: [Pod] = []
  private(set) var podOfRow: [Int] = []
  /// Whether `pods` holds every ready pod.
  private(set) var isReadySetKnown: Bool
  /// What was not believed, and why.
  let doubts: Doubts

  private var podOfAddress: [TransportAddress: Int] = [:]
  private var podOfName: [String: Int] = [:]
  private var unknownOfAddress: [TransportAddress: Int] = [:]
  private let known: Known

  init(_ counted: [Counts.Row], known: Known) {
    self.known = known
    doubts = Doubts(counted, ready: known.ready ?? [])
    let rows = counted.map(doubts.believed)
    isReadySetKnown = known.ready != nil
    var names: [TransportAddress: Set<String>] = [:]
    for row in rows where row.tally.answered + row.warmup > 0 {
      if let name = row.origin.identity { names[row.origin.address, default: []].insert(name) }
    }
    let isProxied = names.values.contains { $0.count > 1 }
    let isUnmatched = known.peersArePods ? isProxied : Self.hasStrangers(rows, known.ready ?? [])
    if isUnmatched { isReadySetKnown = false } else { addReady(names) }
    for row in rows {
      let pod = pod(for: row.origin, names: names[row.origin.address] ?? [])
      podOfRow.append(pod)
      pods[pod].tally += row.tally
      pods[pod].warmup += row.warmup
    }
  }

  /// Whether answers behind a virtual IP bear names that are none of the ready pods': a host's, for
  /// one, or a pod's that came later. Nobody can then say which of the ready pods were silent.
  private static func hasStrangers(_ rows: [Counts.Row], _ ready: [Endpoint]) -> Bool {
    let known = Set(ready.compactMap(\.pod))
    return rows.contains { row in
      guard let name = row.origin.identity, row.tally.answered > 0 else { return false }
      return !known.contains(name)
    }
  }

  private mutating func addReady(_ names: [TransportAddress: Set<String>]) {
    for endpoint in known.ready ?? [] {
      let shown =
        known.peersArePods && !known.believesChannelzFirst
        ? endpoint.addresses.compactMap { names[$0]?.first }.first : nil
      let name = shown ?? endpoint.pod
      if let name, let pod = podOfName[name] {
        pods[pod].addresses += endpoint.addresses
        pods[pod].isReady = true
        for address in endpoint.addresses { podOfAddress[address] = pod }
      } else {
        let pod = add(
          Pod(
            name: name, addresses: endpoint.addresses,
            identity: shown == nil ? "peer" : known.nameSource,
            confidence: shown == nil ? known.peerConfidence : .certain, isReady: true))
        for address in endpoint.addresses { podOfAddress[address] = pod }
        if let name { podOfName[name] = pod }
      }
    }
  }

  private mutating func pod(for origin: Counts.Origin, names: Set<String>) -> Int {
    let address = origin.address
    if known.believesChannelzFirst, let socket = origin.channelz { return pod(at: socket) }
    if let name = origin.identity {
      return pod(named: name, by: origin.source ?? known.nameSource, at: address)
    }
    if let socket = origin.channelz { return pod(at: socket) }
    if known.peersArePods, names.count <= 1 {
      if let pod = podOfAddress[address] ?? names.first.flatMap({ podOfName[$0] }) { return pod }
      let pod = add(
        Pod(name: nil, addresses: [address], identity: "peer", confidence: known.peerConfidence))
      podOfAddress[address] = pod
      return pod
    }
    if let pod = unknownOfAddress[address] { return pod }
    let pod = add(
      Pod(name: nil, addresses: [address], identity: "unknown", confidence: .none))
    unknownOfAddress[address] = pod
    return pod
  }

  private mutating func pod(
    named name: String, by source: String, at address: TransportAddress
  ) -> Int {
    if let pod = podOfName[name] {
      pods[pod].identity = source
      pods[pod].confidence = .certain
      return pod
    }
    let pod = add(
      Pod(
        name: name, addresses: known.peersArePods ? [address] : [], identity: source,
        confidence: .certain))
    podOfName[name] = pod
    return pod
  }

  /// The pod that listens there. One connection that is certain makes it certain.
  private mutating func pod(at socket: Counts.ChannelzPod) -> Int {
    let confidence = socket.isCertain ? Confidence.certain : .likely
    guard let pod = podOfAddress[socket.address] else {
      let pod = add(
        Pod(
          name: nil, addresses: [socket.address], identity: "channelz", confidence: confidence))
      podOfAddress[socket.address] = pod
      return pod
    }
    if pods[pod].identity == "peer" {
      pods[pod].identity = "channelz"
      pods[pod].confidence = confidence
    } else if socket.isCertain {
      pods[pod].confidence = .certain
    }
    return pod
  }

  private mutating func add(_ pod: Pod) -> Int {
    pods.append(pod)
    return pods.count - 1
  }
}
