import Glibc
import Lab
import Testing

extension LbcheckTests {
  @Suite("Interruption")
  struct InterruptionTests {
    /// More than the warm-up may send: 20 for each of 5 addresses.
    private static let insideTheWindow = 150

    @Test(
      "a signal ends the run with the report of what was measured",
      arguments: [
        (SIGINT, 130, ["-z", "30s"]), (SIGINT, 130, ["--rpcs", "1000000"]),
        (SIGTERM, 143, ["-z", "30s"]),
      ] as [(Int32, Int32, [String])])
    func partialReport(signal: Int32, code: Int32, amount: [String]) async throws {
      try await withLab { lab in
        let process = try Lbcheck.start(
          ["distribute", lab.headlessTarget, "--policy", "round_robin", "-o", "json"] + amount)
        try await reach(Self.insideTheWindow, lab, process)
        process.signal(signal)
        let output = try await process.output(within: 20)
        #expect(output.code == code, "\(output.standardError)")
        let report = try Report(output.standardOutput)
        #expect(report.interrupted)
        #expect(report.addsUp)
        #expect(report.rpcs.answered > 0)
        #expect(report.answersByPod == (try await lab.answersByPod()))
      }
    }

    @Test("a file that never ends to be read does not outlive a signal")
    func beforeTheRun() async throws {
      try await withTemporaryDirectory { directory in
        let output = try await Lbcheck.shell(
          "mkfifo config; timeout 1 lbcheck distribute svc/x --kubeconfig config", in: directory)
        // As `timeout` has it; a process that heeds no signal would hang here.
        #expect(output.code == 124)
      }
    }

    @Test("a signal beats a failed assertion")
    func beatsAssertions() async throws {
      try await withLab { lab in
        let process = try Lbcheck.start([
          "distribute", lab.headlessTarget, "--rpcs", "1000000", "--assert", "balanced",
        ])
        try await reach(Self.insideTheWindow, lab, process)
        process.signal(SIGINT)
        #expect(try await process.output(within: 20).code == 130)
      }
    }

    @Test("a signal during the warm-up: a report without measurements")
    func duringWarmUp() async throws {
      var options = LabOptions()
      options.behaviour.delay = .seconds(1)
      try await withLab(options) { lab in
        let process = try Lbcheck.start(["distribute", lab.headlessTarget, "-o", "json"])
        while try await lab.counts().allSatisfy({ $0.received == 0 }) {
          try await Task.sleep(for: .milliseconds(2))
        }
        process.signal(SIGINT)
        let output = try await process.output(within: 20)
        #expect(output.code == 130, "\(output.standardError)")
        let report = try Report(output.standardOutput)
        #expect(report.interrupted)
        #expect(report.rpcs.sent == 0)
        #expect(report.resolution.changes == 0)
        #expect(report.duration_s < 20)
        #expect(report.answersByPod == (try await lab.answersByPod()))
      }
    }

    @Test("while something is in flight that never ends, further signals end the process")
    func secondSignal() async throws {
      try await withLab { lab in
        let process = try Lbcheck.start([
          "distribute", lab.headlessTarget, "--rpcs", "1000000", "--timeout", "10m",
        ])
        try await reach(Self.insideTheWindow, lab, process)
        var behaviour = PodBehaviour.healthy
        behaviour.answer = .never
        for pod in lab.pods { try await pod.setBehaviour(behaviour) }
        // With nothing in flight at this moment, the first signal would end it in good order.
        while try await lab.counts().allSatisfy({ $0.received == $0.answered }) {
          try await Task.sleep(for: .milliseconds(2))
        }
        // Two signals in a row may arrive as one: they are repeated until the process has gone.
        let signals = Task {
          while !Task.isCancelled {
            process.signal(SIGINT)
            try await Task.sleep(for: .milliseconds(20))
          }
        }
        let output = try await process.output(within: 20)
        signals.cancel()
        #expect(output.code == 130)
        #expect(output.standardOutput.isEmpty)
      }
    }

    /// Waits until the pods have answered so often. A process that ends before would never do it.
    private func reach(_ answers: Int, _ lab: LabCluster, _ process: Subprocess) async throws {
      try await withThrowingTaskGroup(of: Bool.self) { tasks in
        tasks.addTask {
          try await lab.until(answered: answers)
          return true
        }
        tasks.addTask {
          while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
          return false
        }
        let reached = try await tasks.next() ?? false
        tasks.cancelAll()
        try #require(reached, "lbcheck ended by itself")
      }
    }
  }
}
