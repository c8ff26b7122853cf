import Balancing
import Diagnosis
import Lab
import Reporting

extension Claim {
  /// What a client hears of pods that come and go.
  static let scaling: [Claim] = [
    Claim(
      name: "scale-in",
      sentence: "a pod that goes is noticed, and no RPC is lost",
      why: """
        The server ends its connections with GOAWAY. The client sends nothing more there, lets what is \
        under way finish, and goes on with the others.
        """,
      expected: "no RPC is lost, and the other pods get the rest"
    ) { seed in
      try await DemoLab.with(seed) { lab in
        let report = try await lab.run(lab.headless, .roundRobin) { cluster in
          try await cluster.drain(pod: 4)
          try await Task.sleep(for: .milliseconds(500))
        }
        let pod = lab.cluster.names.pod(4)
        let last = try await lab.time(from: .terminating, to: .lastRequest, ofPod: pod) ?? .zero
        // The last one may have come before.
        let lingering = max(.zero, last)
        let share = report.pods.filter { $0.pod != pod }.map(\.rpcs).min() ?? 0
        let own = report.pods.first { $0.pod == pod }?.rpcs ?? 0
        return Observation(
          held: report.rpcs.lost == 0 && own > 0 && own < share
            && lingering < .milliseconds(250),
          measured: "\(report.rpcs.lost) of \(report.rpcs.sent) lost; its last RPC came "
            + "\(lingering.told) after its end began: \(report.spread)")
      }
    },
    Claim(
      name: "scale-out",
      sentence: "a pod that comes is not noticed",
      why: """
        A client that asks DNS looks again when a connection ends. Where none ends, it never does: a new \
        pod gets nothing, however long it waits.
        """,
      expected: "the new pod gets nothing"
    ) { seed in
      try await DemoLab.with(seed) { lab in
        let report = try await lab.run(lab.headless, .roundRobin) { cluster in
          try await cluster.scale(to: 6)
          try await Task.sleep(for: .milliseconds(1200))
        }
        let new = lab.cluster.names.pod(5)
        let isKnown = try await lab.cluster.events().contains { $0.pod == new && $0.kind == .inDNS }
        let got = try await lab.cluster.counts().last?.received ?? -1
        return Observation(
          held: isKnown && got == 0 && report.rpcs.lost == 0,
          measured: "\(got) of \(report.rpcs.answered) RPCs went to the new pod, which is "
            + "\(isKnown ? "" : "not ")in DNS")
      }
    },
    Claim(
      name: "max-connection-age",
      sentence: "MaxConnectionAge makes round_robin notice a new pod in time",
      why: """
        The server ends each connection after a while, which makes the client look the name up again, \
        at most every 30 s. With an age of 60 s a new pod is found within about 66 s.
        """,
      expected: "the new pod's first RPC comes within 66 s, and what this machine needs (0.4 s)",
      timeScale: scale
    ) { seed in
      try await aged(seed, .roundRobin) { lab, report, age in
        let bound = Duration.seconds(66) / scale
        // What the machine itself needs is not on the time scale.
        let held = age.map { $0 <= bound + .milliseconds(400) } ?? false
        let seen =
          age.map { "after \($0.told), which stands for \(($0 * scale).told)" } ?? "never"
        return Observation(
          held: held && report.rpcs.lost == 0,
          measured: "the new pod's first RPC came \(seen); \(report.rpcs.lost) lost")
      }
    },
    Claim(
      name: "max-connection-age-pick-first",
      sentence: "MaxConnectionAge does not move pick_first on a headless Service",
      why: """
        When its connection ends, pick_first connects to the first address of the list that it has, \
        which is the same pod as before as long as DNS gives the same order.
        """,
      expected: "the same pod answers everything, and the new one nothing",
      timeScale: scale
    ) { seed in
      try await aged(seed, .pickFirst) { lab, report, age in
        let pods = try await lab.cluster.counts().count { $0.received > 0 }
        let connections = report.connections.count { $0.goAway != nil }
        return Observation(
          held: age == nil && pods == 1 && connections > 0,
          measured: "\(connections) connection(s) were ended by their age; \(pods) pod answered")
      }
    },
  ]

  /// A minute becomes three seconds.
  private static let scale = 20.0

  /// Scales out under a server whose connections live for 60 s of the scale.
  private static func aged(
    _ seed: UInt64, _ policy: DistributePlan.Policy,
    _ judge: (DemoLab, Report, _ blindSpot: Duration?) async throws -> Observation
  ) async throws -> Observation {
    try await DemoLab.with(
      seed,
      { options in
        options.dnsOrder = .fixed
        options.behaviour.maxConnectionAge = .seconds(60) / scale
        options.behaviour.maxConnectionAgeGrace = .seconds(10) / scale
      }
    ) { lab in
      let report = try await lab.run(lab.headless, policy) { plan in
        plan.client = .go.scaled(by: 1 / scale)
      } while: { cluster in
        try await cluster.scale(to: 6)
        try await Task.sleep(for: .milliseconds(3900))
      }
      let new = lab.cluster.names.pod(5)
      return try await judge(
        lab, report, try await lab.time(from: .inDNS, to: .firstRequest, ofPod: new))
    }
  }
}
