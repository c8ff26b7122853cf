import Balancing
import Diagnosis
import Lab
import Reporting
import Transport

extension Claim {
  /// A pod that vanishes without a word: its node is gone, and no packet comes back.
  static let faults: [Claim] = [
    Claim(
      name: "vanished-pod",
      sentence: "a pod that vanishes keeps its share of RPCs, which hit their deadlines",
      why: """
        Nobody tells the client: no FIN, no RST. Its connection looks sound for many minutes, and \
        round_robin keeps using it.
        """,
      expected: "it gets as many RPCs as the others, and what it gets is lost"
    ) { seed in
      try await vanished(seed, keepalive: nil) { report, pod, ended in
        let others = report.pods.filter { $0.pod != pod.pod }.map { $0.rpcs + $0.lost }
        let own = pod.rpcs + pod.lost
        // A turn more or less, and one for each change of the pickers.
        let isShare = others.allSatisfy { abs($0 - own) <= 5 }
        return Observation(
          held: ended == nil && pod.lost > 0 && isShare && report.rpcs.lost == pod.lost,
          measured: "\(own) RPCs went to it, \(pod.lost) of them lost; "
            + "\(others.map(String.init).joined(separator: "/")) to the others; its connection stays open"
        )
      }
    },
    Claim(
      name: "vanished-pod-keepalive",
      sentence: "keepalive finds out, and the others take over",
      why: """
        With keepalive the client sends a PING when nothing has come for a while, and closes the \
        connection when no answer comes: within time and timeout together, 10 s and 20 s here. Where \
        RPCs are under way the kernel may be first: the timeout is its TCP_USER_TIMEOUT as well.
        """,
      expected: "the connection is closed within 30 s, and what this machine needs (0.4 s)",
      timeScale: scale
    ) { seed in
      let keepalive = KeepaliveSettings(time: .seconds(10), timeout: .seconds(20))
      return try await vanished(seed, keepalive: keepalive.scaled(by: 1 / scale)) {
        report, pod, ended in
        let bound = Duration.seconds(30) / scale + .milliseconds(400)
        let seen =
          ended.map { "after \($0.told), which stands for \(($0 * scale).told)" } ?? "never"
        return Observation(
          held: ended.map { $0 <= bound } ?? false,
          measured: "closed \(seen); \(pod.lost) of \(report.rpcs.sent) lost")
      }
    },
  ]

  /// A minute becomes three seconds.
  private static let scale = 20.0

  /// - Parameter judge: given the vanished pod's row, and how long after that its connection was closed.
  private static func vanished(
    _ seed: UInt64, keepalive: KeepaliveSettings?,
    _ judge: (Report, Report.Pod, Duration?) -> Observation
  ) async throws -> Observation {
    try await DemoLab.with(seed) { lab in
      let began = LabInstant.now
      let report = try await lab.run(lab.headless, .roundRobin, answersAreKnown: false) { plan in
        plan.client = .go.scaled(by: 1 / scale)
        plan.keepalive = keepalive
        // Far longer than a busy machine holds up an RPC to a pod that is there.
        plan.request.timeout = .seconds(1)
        plan.concurrency = 200
      } while: { cluster in
        try await cluster.blackHole(pod: 2)
        try await Task.sleep(for: .milliseconds(2200))
      }
      let vanished = lab.cluster.pods[2]
      guard let row = report.pods.first(where: { $0.pod == vanished.name }) else {
        return Observation(held: false, measured: "\(vanished.name) is not in the report")
      }
      return judge(
        report, row,
        try await lab.time(
          from: .blackHoled, toCloseOf: vanished.address, in: report, began: began))
    }
  }
}
