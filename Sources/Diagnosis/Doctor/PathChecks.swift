internal import Reporting

extension Check {
  /// What stands between the client and the pods.
  static let path: [Check] = [
    Check(
      code: "LBC0114", area: .path, title: "no proxy takes the client's connections",
      level: .warning, hint: "add the name, or the cluster's domain, to NO_PROXY"
    ) { evidence in
      guard let variable = evidence.proxyVariable else { return .passed }
      return .found(
        "\(variable) is set here, and NO_PROXY does not exclude the target: grpc-go asks the proxy for "
          + "one connection and does not look the name up")
    },
    Check(
      code: "LBC0113", area: .path, title: "no L7 proxy or mesh between client and pods",
      level: .info,
      hint:
        "nothing, where it is meant to be there: RPCs spread as it decides, not as the client does"
    ) { evidence in measured(evidence, "LBC0113") },
    Check(
      code: "LBC0115", area: .path, title: "the target is not a port-forward", level: .warning,
      hint: "run lbcheck in the cluster: kubectl port-forward carries everything to one pod"
    ) { evidence in measured(evidence, "LBC0115") },
  ]

  /// What the run itself found.
  private static func measured(_ evidence: DoctorEvidence, _ code: String) -> Outcome {
    switch evidence.run {
    case .unknown(let why): .skipped("nothing was measured: \(why)")
    case .known(let report):
      report.findings.first { $0.code == code }.map {
        .found("\($0.message): \($0.evidence ?? "")")
      } ?? .passed
    }
  }
}
