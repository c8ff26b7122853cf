internal import Reporting

extension Check {
  /// What DNS and the Kubernetes API say about the name.
  static let names: [Check] = [
    Check(
      code: "LBC0100", area: .names, title: "the name has addresses", level: .error,
      hint: "lbcheck resolve shows who was asked what, and what came back"
    ) { evidence in
      switch evidence.names {
      case .unknown(let why): .found(why)
      case .known(let names):
        if names.addresses.isEmpty {
          .found(
            names.findings.first { $0.code == "LBC0141" }?.evidence
              ?? names.questions.compactMap(\.error).first ?? "no address came back")
        } else {
          .passed
        }
      }
    },
    Check(
      code: "LBC0140", area: .names, title: "DNS and the Kubernetes API could both be asked",
      level: .info, hint: "give --kubeconfig or --dns-server, or run lbcheck in the cluster",
      explainedBy: ["LBC0100"]
    ) { evidence in
      guard let names = evidence.names.value else { return .skipped(evidence.whyNoKubernetes) }
      let finding = names.findings.first { ["LBC0140", "LBC0142"].contains($0.code) }
      return finding.map { .found("\($0.message): \($0.evidence ?? "")") } ?? .passed
    },
    Check(
      code: "LBC0120", area: .names, title: "the answer of DNS fits into UDP", level: .info,
      hint: "check that clients and DNS caches retry over TCP; others see fewer pods"
    ) { evidence in
      dns(evidence) { names in
        names.questions.contains(where: \.truncated)
          ? .found("\(names.addresses.count) addresses came over TCP, after a truncated answer")
          : .passed
      }
    },
    Check(
      code: "LBC0122", area: .names, title: "each pod has one address in DNS", level: .warning,
      hint: "each pod is connected to twice: count on twice the connections, or make the Service "
        + "single-stack (ipFamilyPolicy: SingleStack)"
    ) { evidence in
      dns(evidence) { names in
        let families = Set(names.addresses.map(\.family))
        guard families.isSuperset(of: ["ipv4", "ipv6"]) else { return .passed }
        let count = { (family: String) in names.addresses.count { $0.family == family } }
        return .found("\(count("ipv4")) IPv4 and \(count("ipv6")) IPv6 addresses")
      }
    },
    Check(
      code: "LBC0123", area: .names, title: "the name is found at the first try", level: .info,
      hint: "a dot at the end of the name keeps the search list away: each look-up is one question "
        + "per type then"
    ) { evidence in
      dns(evidence) { names in
        guard let most = names.questions.max(by: { $0.namesTried.count < $1.namesTried.count }),
          most.namesTried.count > 1
        else { return .passed }
        return .found(
          "\(most.namesTried.count) names were tried for \(most.type): "
            + firstFew(most.namesTried))
      }
    },
    Check(
      code: "LBC0124", area: .names, title: "DNS answers every question", level: .warning,
      hint: "a client waits for it before it connects: let the server answer it, with NXDOMAIN at "
        + "least; GRPC_ENABLE_TXT_SERVICE_CONFIG=false keeps grpc-go from asking for TXT"
    ) { evidence in
      dns(evidence) { names in
        names.findings.first { $0.code == "LBC0124" }?.evidence.map { .found($0) } ?? .passed
      }
    },
    Check(
      code: "LBC0109", area: .names, title: "all pods in DNS are ready", level: .warning,
      hint: "wait until caches have forgotten them; clients may get errors from them until then",
      explainedBy: ["LBC0108"]
    ) { evidence in
      compared(evidence) { rows in
        let unready = rows.filter {
          $0.dns == true && ($0.kubernetes == .notReady || $0.kubernetes == .terminating)
        }
        guard !unready.isEmpty, evidence.service?.publishesNotReady != true else { return .passed }
        return .found(
          firstFew(unready.map { "\($0.address) is \($0.kubernetes.rawValue)" }))
      }
    },
    Check(
      code: "LBC0143", area: .names, title: "DNS and the Kubernetes API agree", level: .warning,
      hint:
        "a cache is behind: clients that ask it see pods late; compare its TTL with the cluster's"
    ) { evidence in
      compared(evidence) { rows in
        guard evidence.service != nil else {
          return .skipped("the Service itself may not be read")
        }
        let stale = rows.filter { $0.dns == true && $0.kubernetes == .absent }
        let missing = rows.filter {
          $0.dns == false && $0.kubernetes == .ready && evidence.service?.headless == true
        }
        let parts =
          (stale.isEmpty ? [] : ["only in DNS: \(firstFew(stale.map(\.address)))"])
          + (missing.isEmpty ? [] : ["ready, but not in DNS: \(firstFew(missing.map(\.address)))"])
        return parts.isEmpty ? .passed : .found(parts.joined(separator: "; "))
      }
    },
  ]

  /// Of what DNS answered.
  private static func dns(
    _ evidence: DoctorEvidence, _ body: (ResolveReport) -> Outcome
  ) -> Outcome {
    switch evidence.names {
    case .unknown(let why): .skipped(why)
    case .known(let names):
      names.questions.isEmpty ? .skipped("DNS was not asked") : body(names)
    }
  }

  /// Of what both DNS and the API answered.
  private static func compared(
    _ evidence: DoctorEvidence, _ body: ([ResolveReport.Comparison]) -> Outcome
  ) -> Outcome {
    guard let names = evidence.names.value, names.kubernetes != nil else {
      return .skipped(evidence.whyNoKubernetes)
    }
    guard names.comparison.contains(where: { $0.dns != nil }) else {
      return .skipped("DNS does not know the name here")
    }
    return body(names.comparison)
  }
}
