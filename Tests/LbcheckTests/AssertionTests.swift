import Lab
import Testing

extension LbcheckTests {
  @Suite("Assertions")
  struct AssertionTests {
    /// Every kind of assertion, as it holds of 500 RPCs of round_robin over five pods, with its opposite.
    private static let kinds = [
      ("balanced", "pinned"), ("pods==5", "pods!=5"), ("coverage==100%", "coverage<1"),
      ("max-share<=20%", "max-share>20%"), ("min-share>=0.2", "min-share<0.2"),
      ("skew<=1.01", "skew>1.01"), ("effective-pods>4.9", "effective-pods<=4.9"),
      ("errors==0", "errors!=0"), ("error-rate<=0%", "error-rate>0%"), ("lost==0", "lost>0"),
      ("connections==5", "connections!=5"), ("p50<=5s", "p50>5s"), ("p90<5s", "p90>=5s"),
      ("p99<5000ms", "p99>=5000ms"),
    ]

    private func options(_ assertions: [String]) -> [String] {
      assertions.flatMap { ["--assert", $0] }
    }

    /// Runs it, and gives what became of every assertion beside the exit code.
    private func run(
      _ target: [String], _ assertions: [String], _ more: [String] = []
    ) async throws -> (code: Int32, report: Report) {
      let output = try await Lbcheck.run(
        ["distribute"] + target + options(assertions) + ["-r", "0", "-o", "json"] + more)
      let report = try Report(output.standardOutput)
      #expect(report.addsUp)
      #expect(report.assertions.map(\.assert) == assertions)
      return (output.code, report)
    }

    @Test("every kind holds where it is so; contradictory ones fail, and all of them are shown")
    func kinds() async throws {
      let lab = ["--lab", "--policy", "round_robin", "--rpcs", "500"]
      let held = try await run(lab, Self.kinds.map(\.0))
      #expect(held.code == 0)
      #expect(held.report.assertions.allSatisfy { $0.held == true })
      let both = try await run(lab, Self.kinds.flatMap { [$0.0, $0.1] })
      #expect(both.code == 1)
      #expect(both.report.assertions.map(\.held) == Self.kinds.flatMap { _ in [true, false] })
    }

    @Test("what a virtual IP hides is undecided, whatever is asserted of it")
    func unmeasured() async throws {
      try await withLab { lab in
        let hidden = [
          "balanced", "pinned", "coverage==1", "coverage>=0.9", "min-share>=0.1", "skew<=5",
        ]
        let known = ["lost==0", "pods==1", "connections==1"]
        let target = [lab.clusterIPTarget, "--rpcs", "100"]
        let all = try await run(target, hidden + known)
        #expect(all.code == 2)
        #expect(all.report.assertions.map(\.held) == hidden.map { _ in nil } + [true, true, true])
        // A failed assertion beats an undecided one.
        let failing = try await run(target, hidden + ["lost>0"])
        #expect(failing.code == 1)
      }
    }

    @Test("nothing was measured: nothing passes")
    func notMeasured() async throws {
      let assertions = Self.kinds.flatMap { [$0.0, $0.1] }
      let output = try await Lbcheck.run(
        ["distribute", "ipv4:127.0.0.1:1", "--timeout", "100ms"] + options(assertions))
      #expect(output.code == 3, "\(output.standardError)")
    }

    @Test("half of the attempts brought no answer: equal answers are not balanced")
    func halfLost() async throws {
      var options = LabOptions()
      options.behaviour.resetEvery = 2
      try await withLab(options) { lab in
        let run = try await run(
          [lab.headlessTarget, "--policy", "round_robin", "--rpcs", "500"],
          ["balanced", "lost>100", "coverage==1"])
        #expect(run.code == 2)
        #expect(run.report.assertions.map(\.held) == [nil, true, true])
        #expect(run.report.verdict.outcome == "inconclusive")
        #expect(run.report.verdict.reason.contains("attempts got no answer"))
        #expect(run.report.verdict.needed_rpcs == nil)
      }
    }

    @Test("the same where pods stop answering in the middle of the run")
    func lostAtTheEnd() async throws {
      try await withLab { lab in
        let process = try Lbcheck.start([
          "distribute", lab.headlessTarget, "--policy", "round_robin", "--rpcs", "1000", "-o",
          "json", "--assert", "balanced",
        ])
        try await lab.until(answered: 400)
        var resetting = PodBehaviour.healthy
        resetting.resetEvery = 1
        for pod in lab.pods { try await pod.setBehaviour(resetting) }
        let output = try await process.output()
        #expect(output.code == 2, "\(output.standardOutput)")
        let report = try Report(output.standardOutput)
        #expect(report.addsUp)
        #expect(report.rpcs.lost > 100)
        #expect(report.assertions.map(\.held) == [nil])
      }
    }

    @Test("misspelt: refused before anything is sent, whatever stands beside it")
    func misspelt() async throws {
      try await withLab { lab in
        for text in [
          "balance", "Balanced", "balanced,lost==0", "balanced==true", "!pinned", "", "lost=0",
          "lost==0%", "lost", "skew<=1,1", "coverage>=120%", "max-share<=25 %", "p95<=1s",
          "p99<=20", "pods>=3.5", "error_rate<1%", "errors==-1", "skew<=∞",
        ] {
          let output = try await Lbcheck.run(
            "distribute", lab.headlessTarget, "--assert", "lost==0", "--assert", text)
          #expect(output.code == 64, "\(text)")
          #expect(output.standardOutput.isEmpty)
        }
        for options in [["--assert"], ["--asert", "balanced"], ["--assert", "lost==0", "pinned"]] {
          let output = try await Lbcheck.run(["distribute", lab.headlessTarget] + options)
          #expect(output.code == 64, "\(options)")
        }
        #expect(try await lab.counts().allSatisfy { $0.received == 0 })
      }
    }
  }
}
