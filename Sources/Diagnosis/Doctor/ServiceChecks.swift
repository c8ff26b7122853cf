internal import Naming
internal import Reporting

extension Check {
  /// What the Service's own settings mean for gRPC.
  static let service: [Check] = [
    Check(
      code: "LBC0108", area: .service, title: "only ready pods are published", level: .warning,
      hint:
        "remove publishNotReadyAddresses from the Service that clients use; give what needs it a "
        + "Service of its own"
    ) { evidence in
      service(evidence) {
        $0.publishesNotReady
          ? .found("publishNotReadyAddresses: true: DNS gives pods that are not ready, too")
          : .passed
      }
    },
    Check(
      code: "LBC0105", area: .service, title: "clients dial the port that pods listen on",
      level: .error,
      hint: "DNS gives the addresses of a headless Service without ports: write the pods' port "
        + "(targetPort) into the target"
    ) { evidence in
      service(evidence) { service in
        guard service.headless, case .dns(_, let port) = evidence.target.kind else {
          return .passed
        }
        let listening = evidence.kubernetes?.podPorts ?? []
        guard !listening.isEmpty, !listening.contains(Int(port)) else { return .passed }
        let ports = listening.map(String.init).joined(separator: ", ")
        return .found("the target says \(port), the pods listen on \(ports)")
      }
    },
    Check(
      code: "LBC0136", area: .service, title: "the port is the pods' own", level: .error,
      hint: "kuberesolver dials a number as it is: name the port, or give the pods' number"
    ) { evidence in
      guard case .kubernetes(let reference) = evidence.target.kind,
        case .number(let number) = reference.port
      else { return .skipped("the target names no port of a Kubernetes resolver by number") }
      return service(evidence) { service in
        let listening = evidence.kubernetes?.podPorts ?? []
        let isServicePort = service.ports.contains { $0.port == Int(number) }
        guard isServicePort, !listening.isEmpty, !listening.contains(Int(number)) else {
          return .passed
        }
        return .found(
          "\(number) is the Service's port; the pods listen on "
            + listening.map(String.init).joined(separator: ", "))
      }
    },
    Check(
      code: "LBC0106", area: .service, title: "no session affinity", level: .warning,
      hint: "sessionAffinity: None, unless clients are meant to stick to a pod"
    ) { evidence in
      service(evidence) { service in
        guard let seconds = service.affinity, !service.headless else { return .passed }
        return .found(
          "sessionAffinity: ClientIP: connections from one address go to the same pod for \(seconds) s"
        )
      }
    },
    Check(
      code: "LBC0107", area: .service, title: "pods of all nodes take traffic", level: .warning,
      hint: "internalTrafficPolicy: Cluster, unless the pods are one per node"
    ) { evidence in
      service(evidence) { service in
        guard service.internalTrafficPolicy == "Local", !service.headless else { return .passed }
        return .found(
          "internalTrafficPolicy: Local: the virtual IP leads to pods of the client's own node, or to "
            + "none")
      }
    },
    Check(
      code: "LBC0133", area: .service, title: "the Endpoints object is complete", level: .warning,
      hint: "clients have to read EndpointSlices: kuberesolver from v6 on"
    ) { evidence in
      guard let kubernetes = evidence.kubernetes else { return .skipped(evidence.whyNoKubernetes) }
      guard let legacy = kubernetes.legacy else {
        return .skipped("the Endpoints object does not exist, or may not be read")
      }
      return legacy.truncated
        ? .found("endpoints.kubernetes.io/over-capacity: truncated: pods past 1,000 are left out")
        : .passed
    },
  ]

  private static func service(
    _ evidence: DoctorEvidence, _ body: (ResolveReport.Service) -> Outcome
  ) -> Outcome {
    guard let kubernetes = evidence.kubernetes else { return .skipped(evidence.whyNoKubernetes) }
    guard let service = kubernetes.service else {
      return .skipped("the Service may not be read, or does not exist")
    }
    return body(service)
  }
}
