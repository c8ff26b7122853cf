import Lab
import Testing

extension LbcheckTests {
  @Suite("Counts")
  struct CountTests {
    /// What the report says the pods answered is what the pods say; and the sums fit.
    private func report(
      _ lab: LabCluster, _ target: String, _ options: String...
    ) async throws -> Report {
      let output = try await Lbcheck.run(["distribute", target, "-o", "json"] + options)
      #expect(output.code == 0, "\(output.standardError)")
      let report = try Report(output.standardOutput)
      #expect(report.source == "target")
      #expect(report.target.given == target)
      #expect(report.addsUp)
      #expect(report.answersByPod == (try await lab.answersByPod()))
      return report
    }

    @Test("pick_first: one pod has everything")
    func pickFirst() async throws {
      try await withLab { lab in
        let report = try await report(lab, lab.headlessTarget, "--rpcs", "300", "--rate", "0")
        #expect(report.rpcs.answered == 300)
        #expect(report.pods.filter { $0.rpcs > 0 }.count == 1)
        #expect(report.pods.count == 5)
        #expect(report.connections.count == 1)
        #expect(report.verdict.outcome == "pinned")
        #expect(report.verdict.basis == "per-connection")
        #expect(report.findings.map(\.code) == ["LBC0102"])
      }
    }

    @Test("round_robin: every pod has the same, to the RPC")
    func roundRobin() async throws {
      try await withLab { lab in
        let report = try await report(
          lab, lab.headlessTarget, "--policy", "round_robin", "--rpcs", "1000", "--rate", "0")
        #expect(report.pods.map(\.rpcs) == [200, 200, 200, 200, 200])
        #expect(report.pods.map(\.pod) == lab.pods.map(\.name))
        #expect(report.verdict.outcome == "balanced")
        #expect(report.verdict.basis == "cyclic")
        #expect(report.findings.isEmpty)
      }
    }

    @Test("cluster_ip: one connection through the virtual IP, named by its response header")
    func clusterIP() async throws {
      try await withLab { lab in
        let report = try await report(
          lab, lab.clusterIPTarget, "--policy", "cluster_ip", "--rpcs", "300", "--rate", "0")
        #expect(report.pods.map(\.rpcs) == [300])
        #expect(report.pods.map(\.identity) == ["header"])
        // Which pods are ready cannot be seen from here, so "pinned" would be a guess.
        #expect(report.verdict.outcome == "inconclusive")
      }
    }

    @Test(
      "200 channels: each has connections of its own, and counts fit on both sides",
      arguments: [("pick_first", 1), ("round_robin", 5), ("cluster_ip", 1)])
    func channels(policy: String, connectionsEach: Int) async throws {
      try await withLab { lab in
        let target = policy == "cluster_ip" ? lab.clusterIPTarget : lab.headlessTarget
        let report = try await report(
          lab, target, "--policy", policy, "--channels", "200", "--rpcs", "2000", "--rate", "0")
        #expect(report.rpcs.answered == 2000)
        // On a slow machine pick_first tries more addresses (Happy Eyeballs) than it then uses.
        let used = report.connections.filter { $0.rpcs > 0 }
        #expect(used.count == 200 * connectionsEach)
        #expect(Set(used.map(\.channel)) == Set(0..<200))
        let accepted = try await lab.counts().map(\.connections.count).reduce(0, +)
        #expect(accepted == report.connections.count)
        // 5 · 0.8²⁰⁰ = 2·10⁻¹⁹: as good as never is one of 5 pods missed by 200 draws.
        if policy != "pick_first" { #expect(report.pods.filter { $0.rpcs > 0 }.count == 5) }
      }
    }

    @Test("faults: refused, reset and aged connections leave no answer uncounted")
    func faults() async throws {
      var options = LabOptions()
      options.behaviour.refuseEvery = 17
      options.behaviour.resetEvery = 23
      options.behaviour.goAwayAfter = 50
      try await withLab(options) { lab in
        let report = try await report(
          lab, lab.headlessTarget, "--policy", "round_robin", "--rpcs", "2000", "--rate", "0")
        #expect(report.rpcs.lost > 0)
        #expect(report.findings.map(\.code).contains("LBC0111"))
        #expect(report.findings.map(\.code).contains("LBC0112"))
      }
    }

    @Test("any unary method, and a status that is not OK, show the pod as well")
    func statuses() async throws {
      var options = LabOptions()
      options.behaviour.answer = .status(12, message: "not here")
      options.behaviour.identity = .trailer
      try await withLab(options) { lab in
        let report = try await report(
          lab, lab.headlessTarget, "--policy", "round-robin", "--rpcs", "100",
          "--method", "my.Service/Method", "--data-hex", "0a03 616263")
        #expect(report.rpcs.by_status == ["UNIMPLEMENTED": 100])
        #expect(report.verdict.outcome == "balanced")
      }
    }
  }
}
