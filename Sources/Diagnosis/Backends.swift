internal import Naming
internal import Reporting
internal import Resolution

/// What a run connects to, and what is known about the pods behind it before anything is sent.
struct Backends {
  let found: Found
  /// What channels start with.
  let endpoints: [Endpoint]
  /// Every ready pod; nil where the addresses do not tell: one of them may be a virtual IP.
  var ready: [Endpoint]?
  /// Whether a socket's peer is a pod, and not something in front of pods.
  let peersArePods: Bool
  /// Of what peers' addresses say: a list of addresses from DNS is taken for one of pods.
  var peerConfidence = Attribution.Confidence.likely
  /// The Service's virtual IPs, where the Kubernetes API told them.
  var clusterIPs: Set<IPAddress> = []

  /// lbcheck chooses a pod for every connection, as kube-proxy would.
  let isEmulated: Bool
  /// The endpoint is the Service's virtual IP, though the target names pods.
  let isVirtual: Bool

  init(_ found: Found, _ plan: DistributePlan) async throws(Problem) {
    self.found = found
    let policy = plan.policy
    if case .kubernetes(_, let answer) = found.origin {
      clusterIPs = answer.virtualIPs
      peerConfidence = .certain
      let virtualIP = policy == .clusterIP ? answer.virtualIP : nil
      endpoints = virtualIP.map { [Endpoint($0)] } ?? found.endpoints
      ready =
        found.endpoints.isEmpty
        ? answer.shown.filter(\.ready).map { Endpoint(addresses: $0.addresses, pod: $0.pod) }
        : found.endpoints
      peersArePods = virtualIP == nil
      isEmulated = policy == .clusterIP && virtualIP == nil
      isVirtual = virtualIP != nil
      return
    }
    // A single address may be a virtual IP or a proxy: only the user can vouch that it is the pod.
    let isList = found.endpoints.count > 1
    endpoints = found.endpoints
    isEmulated = policy == .clusterIP && isList
    isVirtual = false
    peersArePods = plan.identity == .peer || (isList && (policy != .clusterIP || isEmulated))
    if peersArePods {
      ready = found.endpoints
    } else if let membership = plan.membership {
      ready = try await Names.endpoints(of: membership)
    } else {
      ready = nil
    }
  }

  /// What a client sends as `:authority`: of a Service `name.namespace`, as kuberesolver has it.
  func authority(_ target: Target) -> String { serviceName ?? target.authority }

  /// The name that a server's certificate has to be for.
  func host(_ target: Target) -> String { serviceName ?? target.host }

  private var serviceName: String? {
    guard case .kubernetes(let cluster, _) = found.origin else { return nil }
    return "\(cluster.reference.service).\(cluster.namespace)"
  }

  /// What the Kubernetes API's answer shows by itself.
  func findings(_ reading: ServiceReading) -> [Report.Finding] {
    guard case .kubernetes(let cluster, let answer) = found.origin else { return [] }
    return ClusterFindings(cluster, answer, reading: reading).all
  }
}
