internal import Distribution
internal import Naming
internal import Reporting
internal import Transport

/// What stands between this client and the pods, as far as the run shows it.
struct PathFindings {
  private let plan: DistributePlan
  private let counts: Counts
  private let sample: Sample
  private let basis: Basis
  private let clusterIPs: Set<IPAddress>

  /// - Parameter clusterIPs: the Service's, where the Kubernetes API told them.
  init(
    plan: DistributePlan, counts: Counts, sample: Sample, basis: Basis, clusterIPs: Set<IPAddress>
  ) {
    self.plan = plan
    self.counts = counts
    self.sample = sample
    self.basis = basis
    self.clusterIPs = clusterIPs
  }

  var all: [Report.Finding] {
    [balancer, proxyEnvironment, portForward, clusterIP].compactMap { $0 }
  }

  /// Something in the path chooses per call, or could.
  private var balancer: Report.Finding? {
    let recognised = counts.connections.lazy.map(\.record).compactMap { record in
      Intermediary(server: record.server, marker: record.marker).map { (record, $0) }
    }.first
    let who = recognised.map { $0.1.rawValue }
    let said =
      recognised?.0.pathEvidence ?? counts.connections.lazy.compactMap(\.record.pathEvidence).first
    guard basis == .perCall else {
      guard let who else { return nil }
      return Report.Finding(
        code: "LBC0113", level: .info,
        message: "\(who) is in the path", evidence: "responses have \(said ?? "its fields")",
        hint: "it may choose a pod for every RPC, whatever this client's policy is; "
          + (basis == .opaque
            ? "which pods answered cannot be told here"
            : "all RPCs of one connection came from one pod here"))
    }
    let pods = sample.connections.map(\.pods.count).max() ?? 0
    let seen = "a single connection was answered by \(pods) pods"
    return Report.Finding(
      code: "LBC0113", level: .info,
      message: who.map { "\($0) is in the path and chooses a pod for every RPC" }
        ?? "an L7 balancer or a mesh is in the path: it chooses a pod for every RPC",
      evidence: said.map { "\(seen); responses have \($0)" } ?? seen,
      hint: "how RPCs spread is its decision and not this client's policy; more connections "
        + "change nothing")
  }

  private var proxyEnvironment: Report.Finding? {
    let proxies = ProxyEnvironment(environment: plan.lookup.environment)
    guard plan.source == .target, let name = proxies.variable(for: plan.target) else { return nil }
    return Report.Finding(
      code: "LBC0114", level: .warning,
      message: "with this environment grpc-go does not look the name up: it asks an HTTP proxy for "
        + "a connection to it",
      evidence: "\(name) is set, and NO_PROXY does not exclude \(plan.target.host)",
      hint: "one connection, whatever the policy: add the name to NO_PROXY in such clients; "
        + "lbcheck itself connects directly")
  }

  /// The lab has loopback addresses too, and several of them.
  private var portForward: Report.Finding? {
    let locals = Set([IPAddress("127.0.0.1"), IPAddress("::1")].compactMap { $0 })
    let answering = sample.pods.filter { $0.answered > 0 }
    guard plan.source == .target, answering.count == 1, answering[0].isIdentified,
      let peer = onlyPeers(locals)
    else { return nil }
    return Report.Finding(
      code: "LBC0115", level: .info,
      message: "the target is on this machine and one pod answered: is this a port-forward?",
      evidence: "every connection went to \(peer)",
      hint:
        "kubectl port-forward svc/… carries everything to one pod that it picks once, and shows "
        + "nothing of the Service's balancing: run lbcheck in the cluster instead")
  }

  private var clusterIP: Report.Finding? {
    guard let peer = onlyPeers(clusterIPs) else { return nil }
    return Report.Finding(
      code: "LBC0116", level: .info,
      message: "every connection went to the Service's virtual IP: its pod was chosen once, when "
        + "it was opened",
      evidence: "the Service's clusterIP is \(peer)",
      hint: "HTTP/2 keeps a connection: to balance RPCs use a headless Service with round_robin, "
        + "or an L7 proxy")
  }

  /// The address of a peer, where all that were connected to are among these.
  private func onlyPeers(_ known: Set<IPAddress>) -> IPAddress? {
    var found: IPAddress?
    for connection in counts.connections {
      guard case .ip(let address, _) = connection.record.target, known.contains(address) else {
        return nil
      }
      found = address
    }
    return found
  }
}
