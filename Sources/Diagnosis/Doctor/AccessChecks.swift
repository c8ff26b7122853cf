internal import Reporting

extension Check {
  /// What a Kubernetes resolver may, and what it makes of the answers.
  static let access: [Check] = [
    Check(
      code: "LBC0137", area: .access, title: "lbcheck may read what it compares", level: .info,
      hint: "lbcheck rbac prints the manifest that adds what is missing"
    ) { evidence in
      permitted(evidence.ownAccess)
    },
    Check(
      code: "LBC0135", area: .access, title: "a kuberesolver client may list and watch",
      level: .info,
      hint: "lbcheck rbac --for kuberesolver@v6 prints the manifest that adds what is missing"
    ) { evidence in
      switch permitted(evidence.kuberesolverAccess) {
      case .found(let what, _): .found(what, level: evidence.watchesKubernetes ? .error : nil)
      case let other: other
      }
    },
    Check(
      code: "LBC0130", area: .access, title: "a kuberesolver client sees all pods", level: .info,
      hint:
        "give clients dns:/// and a headless Service, or a resolver that unites EndpointSlices; "
        + "distribute --as-kuberesolver v6 measures it",
      explainedBy: ["LBC0136"]
    ) { evidence in
      guard let names = evidence.names.value, names.kubernetes != nil else {
        return .skipped(evidence.whyNoKubernetes)
      }
      let finding = names.findings.first {
        $0.code == "LBC0130" && $0.message.contains("kuberesolver v6")
      }
      guard let finding else { return .passed }
      return .found(
        "\(finding.message): \(finding.evidence ?? "")",
        level: evidence.watchesKubernetes ? .warning : nil)
    },
  ]

  private static func permitted(_ access: DoctorEvidence.Part<AccessReport>) -> Outcome {
    switch access {
    case .unknown(let why): .skipped(why)
    case .known(let report):
      report.isComplete
        ? .passed
        : .found(
          "\(report.identity ?? "this identity") may not "
            + report.checks.filter { !$0.allowed }.map { "\($0.verb) \($0.resource)" }
            .joined(separator: ", ") + " in namespace \(report.namespace)")
    }
  }
}
