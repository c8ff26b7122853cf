internal import Reporting
internal import Transport

extension Check {
  /// Every address by itself.
  static let pods: [Check] = [
    Check(
      code: "LBC0153", area: .pods, title: "TLS works, for the name that clients use",
      level: .error,
      hint:
        "put the name into the certificate, or give clients the one that it is for (an authority or "
        + "server name override)"
    ) { evidence in
      guard let name = evidence.serverName else { return .skipped("TLS is not spoken") }
      return pods(evidence) { pods in
        let failed = pods.filter { $0.failure?.phase == .tls }
        guard let failure = failed.first?.failure else { return .passed }
        return .found(
          "\(firstFew(failed.map(\.address))), asked for \(name): \(failure.cameBack)")
      }
    },
    Check(
      code: "LBC0110", area: .pods, title: "every address accepts connections", level: .error,
      hint: "check the port, network policies, and whether the server listens on the pod's address "
        + "(0.0.0.0 or [::]) and not on localhost",
      explainedBy: ["LBC0105", "LBC0153"]
    ) { evidence in
      pods(evidence) { pods in
        let failed = pods.filter { $0.failure != nil }
        guard let first = failed.first, let failure = first.failure else { return .passed }
        return .found(
          "\(failed.count) of \(pods.count): \(firstFew(failed.map(\.address))): \(failure.cameBack)"
        )
      }
    },
    Check(
      code: "LBC0150", area: .pods, title: "connections take many RPCs at once", level: .warning,
      hint:
        "raise the server's MAX_CONCURRENT_STREAMS: RPCs wait for a stream on their connection, "
        + "even where another has some left"
    ) { evidence in
      pods(evidence) { pods in
        let limited = pods.filter { ($0.maxConcurrentStreams ?? .max) < smallestLimit }
        guard let limit = limited.compactMap(\.maxConcurrentStreams).min() else { return .passed }
        return .found(
          "\(firstFew(limited.map(\.address))): MAX_CONCURRENT_STREAMS is \(limit); RFC 9113 advises "
            + "at least \(smallestLimit)")
      }
    },
    Check(
      code: "LBC0151", area: .pods, title: "pods answer health checks", level: .info,
      hint: "register grpc.health.v1.Health: Kubernetes' gRPC probes and client-side health checks "
        + "need it"
    ) { evidence in
      pods(evidence) { pods in
        let without = pods.filter { $0.health == .unimplemented }
        guard without.isEmpty else {
          return .found("UNIMPLEMENTED from \(firstFew(without.map(\.address)))")
        }
        return unclear(pods) ?? .passed
      }
    },
    Check(
      code: "LBC0152", area: .pods, title: "pods say that they serve", level: .warning,
      hint: "let the readiness probe ask the same question, so that such pods leave the Service"
    ) { evidence in
      pods(evidence) { pods in
        let unwell = pods.compactMap { pod in
          if case .notServing(let status) = pod.health { (pod.address, status) } else { nil }
        }
        guard unwell.isEmpty else {
          return .found(firstFew(unwell.map { "\($0.0) says \($0.1)" }))
        }
        return unclear(pods) ?? .passed
      }
    },
    Check(
      code: "LBC0154", area: .pods, title: "RPCs come back with OK", level: .error,
      hint: "look at the pods' logs: what balances RPCs spreads them over pods that fail as well"
    ) { evidence in
      switch evidence.run {
      case .unknown(let why): .skipped(why)
      case .known(let report): statuses(of: report)
      }
    },
  ]

  /// What a health check without an answer of its own says of neither question; nil where there is none.
  private static func unclear(_ pods: [PodExamination]) -> Outcome? {
    let answers = pods.compactMap { pod in
      if case .unclear(let what) = pod.health { "\(pod.address): \(what)" } else { nil }
    }
    return answers.isEmpty ? nil : .skipped("no health was told by \(firstFew(answers))")
  }

  /// UNIMPLEMENTED is what servers without the health service say. Who asks for credentials has not
  /// been asked what it does with RPCs.
  private static func statuses(of report: Report) -> Outcome {
    let failed = report.rpcs.byStatus.filter { !["OK", "UNIMPLEMENTED"].contains($0.key) }
    let words = byName(failed)
    if failed.isEmpty { return .passed }
    if failed.keys.allSatisfy({ ["UNAUTHENTICATED", "PERMISSION_DENIED"].contains($0) }) {
      return .skipped("\(words): the server wants credentials (-H)")
    }
    return .found("\(words), of \(report.rpcs.answered) answers")
  }

  /// RFC 9113 §6.5.2: "It is recommended that this value be no smaller than 100".
  private static let smallestLimit: UInt32 = 100

  private static func pods(
    _ evidence: DoctorEvidence, _ body: ([PodExamination]) -> Outcome
  ) -> Outcome {
    switch evidence.pods {
    case .unknown(let why): .skipped(why)
    case .known(let pods): pods.isEmpty ? .skipped("there is no address to dial") : body(pods)
    }
  }
}
