internal import Balancing
internal import Reporting

/// What was remarked on a service config, each once for all the clients that it is true of.
struct LintFindings {
  private let readings: [ConfigReading]

  init(_ readings: [ConfigReading]) {
    self.readings = readings
  }

  /// Errors first; within a level in the order of the config.
  var all: [Report.Finding] {
    var order: [ConfigReading.Remark] = []
    var clients: [ConfigReading.Remark: [String]] = [:]
    for reading in readings {
      for remark in reading.remarks {
        if clients[remark] == nil { order.append(remark) }
        clients[remark, default: []].append(reading.client)
      }
    }
    let findings = order.map { finding($0, clients[$0] ?? []) }
    return Report.Finding.Level.allCases.reversed().flatMap { level in
      findings.filter { $0.level == level }
    }
  }

  private func finding(_ remark: ConfigReading.Remark, _ clients: [String]) -> Report.Finding {
    let words = Words(remark)
    let path = remark.path.isEmpty ? "" : "\(remark.path): "
    return Report.Finding(
      code: words.code, level: words.level,
      message: "\(words.message) (\(clients.joined(separator: ", ")))",
      evidence: "\(path)\(remark.detail)", hint: words.hint)
  }
}

/// How a remark is said; docs/lint.md has a section for each code.
private struct Words {
  let code: String
  let level: Report.Finding.Level
  let message: String
  let hint: String?

  init(_ remark: ConfigReading.Remark) {
    (code, level, message, hint) =
      switch remark.kind {
      case .rejected:
        ("LBC0201", .error, "the config is not accepted", Words.hint(rejected: remark))
      case .unknownPolicyIsPickFirst:
        (
          "LBC0202", .error, "an unknown policy means pick_first, and nobody is told",
          "use loadBalancingConfig, where an unknown name is an error: [{\"round_robin\":{}}]"
        )
      case .upperCasePolicy:
        (
          "LBC0203", .error, "a policy in upper case means pick_first, and nobody is told",
          "write it in lower case, or better: \"loadBalancingConfig\": [{\"round_robin\":{}}]"
        )
      case .skippedPolicy:
        ("LBC0204", .info, "an entry is skipped, because the client does not have the policy", nil)
      case .addedPolicy:
        (
          "LBC0205", .warning, "the policy is there only if the program brings it along",
          "add what is named, or put a policy that every client has behind it in loadBalancingConfig"
        )
      case .policyIsOverruled:
        ("LBC0206", .info, "loadBalancingPolicy means nothing here", "remove it")
      case .noPolicy:
        (
          "LBC0207", .info, "one pod gets everything: pick_first is the default",
          "for round_robin add \"loadBalancingConfig\": [{\"round_robin\":{}}]"
        )
      case .ignoredRetryPolicy:
        (
          "LBC0208", .warning, "the retry policy is ignored, and nobody is told",
          "give all of maxAttempts, initialBackoff, maxBackoff, backoffMultiplier and "
            + "retryableStatusCodes"
        )
      case .cappedAttempts:
        ("LBC0209", .info, "fewer attempts are made than the config asks for", nil)
      case .healthCheckNeeds:
        (
          "LBC0210", .warning, "health checks are made only if the program brings them along",
          "add it to the program"
        )
      case .healthCheckWithPickFirst:
        (
          "LBC0211", .warning, "health checks are not made",
          "use round_robin: \"loadBalancingConfig\": [{\"round_robin\":{}}]"
        )
      case .unknownField:
        ("LBC0212", .warning, "a field is not read", "check its spelling; upper case matters")
      case .unreadHedging:
        ("LBC0213", .info, "hedging is not done", nil)
      case .namelessMethodConfig:
        (
          "LBC0214", .warning, "a method config is for no method",
          "for all methods write \"name\": [{}]"
        )
      }
  }

  private static func hint(rejected remark: ConfigReading.Remark) -> String? {
    switch remark.path {
    case "loadBalancingConfig" where remark.detail.contains("not a list"):
      "it is a list, since a client may choose: \"loadBalancingConfig\": [{\"round_robin\":{}}]"
    case "loadBalancingConfig", "loadBalancingPolicy":
      "every client has pick_first and round_robin"
    default: nil
    }
  }
}
