internal import Kubernetes
internal import Naming
internal import Reporting

extension Problem {
  /// - Parameter target: what `lbcheck rbac` is to be given.
  init(_ error: KubernetesError, target: String? = nil) {
    var next = error.next ?? "try the same with kubectl: kubectl get --raw /version"
    if error.kind == .forbidden, let target {
      next = "lbcheck rbac \(target) shows what is missing and the manifest that adds it"
    }
    self.init(
      phase: .kubernetes, tried: error.tried, on: error.on, cameBack: error.cameBack, next: next)
  }
}

extension ClusterService {
  /// Why this Service gives a client nothing to connect to; nil where it does.
  func problem(_ answer: Answer) -> Problem? {
    let name = "Service \(reference.service) in namespace \(namespace)"
    func problem(_ cameBack: String, _ next: String) -> Problem {
      Problem(
        phase: .kubernetes, tried: "to find the pods of \(name)", on: access.server,
        cameBack: cameBack, next: next)
    }
    if let external = answer.service?.externalName {
      return problem(
        "it is another name for \(external) (ExternalName), and has no pods of its own",
        "ask DNS for that name: dns:///\(external):PORT")
    }
    let members = answer.slices.reduce(0) { $0 + $1.members.count }
    guard members > 0 else {
      let selects = answer.service?.hasSelector ?? true
      return problem(
        "no endpoints, in \(answer.slices.count) EndpointSlice(s)",
        selects
          ? "compare the Service's selector with the labels of the pods: kubectl get pods --show-labels"
          : "the Service has no selector: write its EndpointSlices, or give it one")
    }
    guard !answer.set.endpoints.isEmpty else {
      return problem("no TCP port \(wanted(answer.port))", "its ports are: \(ports(answer))")
    }
    guard !answer.set.ready.isEmpty else {
      return problem(
        "\(members) endpoint(s), none of them ready",
        "look at the pods' readiness probes: kubectl describe pods")
    }
    return nil
  }

  private func wanted(_ port: ServiceReference.Port) -> String {
    switch port {
    case .name(let name) where !name.isEmpty: "named \(name)"
    case .first, .name: "at all"
    case .number(let number): "\(number)"
    }
  }

  /// `grpc (50051), metrics (9090/UDP)`: names with the numbers of the pods.
  private func ports(_ answer: Answer) -> String {
    var words: [String] = []
    for port in answer.set.ports {
      let number = port.number.map(String.init) ?? "any number"
      let transport = port.transport == "TCP" ? "" : "/\(port.transport)"
      let word = "\(port.name.isEmpty ? "unnamed" : port.name) (\(number)\(transport))"
      if !words.contains(word) { words.append(word) }
    }
    return words.isEmpty ? "none" : words.joined(separator: ", ")
  }
}
