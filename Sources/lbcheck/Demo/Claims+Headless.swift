import Diagnosis
import Reporting

extension Claim {
  /// Client-side balancing over the addresses of a headless Service.
  static let headless: [Claim] = [
    Claim(
      name: "headless-pick-first",
      sentence: "a headless Service alone does not help: pick_first, the default, uses one address",
      why: """
        DNS gives every pod's address, and pick_first connects to the first one that answers.
        """,
      expected: "one pod answers everything"
    ) { try await onePod($0) { try await $0.run($0.headless, .pickFirst) } },
    Claim(
      name: "headless-round-robin",
      sentence: "a headless Service and round_robin balance",
      why: """
        One connection per address, and each RPC takes the next one.
        """,
      expected: "every pod answers the same number, give or take one"
    ) { seed in
      try await DemoLab.with(seed) { lab in
        let report = try await lab.run(lab.headless, .roundRobin)
        let counts = report.pods.map(\.rpcs)
        let isEven = (counts.max() ?? 0) - (counts.min() ?? 0) <= 1
        return Observation(
          held: isEven && report.verdict.outcome == "balanced", measured: report.told)
      }
    },
    Claim(
      name: "misspelt-policy",
      sentence: "a misspelt policy means pick_first in grpc-go, and nobody is told",
      why: """
        The old field loadBalancingPolicy takes any name. grpc-go uses pick_first for those that it does \
        not know; in loadBalancingConfig the same mistake is an error.
        """,
      expected: "grpc-go accepts \"round_robbin\", and one pod answers everything"
    ) { seed in
      let config = try ClientServiceConfig(
        Array(#"{"loadBalancingPolicy":"round_robbin"}"#.utf8), as: .go)
      return try await DemoLab.with(seed) { lab in
        let report = try await lab.run(lab.headless, .roundRobin) { $0.serviceConfig = config }
        return Observation(
          held: report.policy.name == "pick_first" && report.answering == 1,
          measured: "\(report.policy.name): \(report.told)")
      }
    },
  ]
}
