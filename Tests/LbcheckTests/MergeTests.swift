import Lab
import Testing

extension LbcheckTests {
  @Suite("Merging")
  struct MergeTests {
    /// Three clients of one lab in the folder, `1.json` to `3.json`, and a fourth of another policy.
    private func withReports(
      rpcs: Int = 60, _ body: (String, LabCluster) async throws -> Void
    ) async throws {
      try await withLab { lab in
        try await withTemporaryDirectory { directory in
          for (number, policy) in ["round_robin", "round_robin", "round_robin", "pick_first"]
            .enumerated()
          {
            let output = try await Lbcheck.run(
              "distribute", lab.headlessTarget, "--policy", policy, "--rpcs", "\(rpcs)", "-r", "0",
              "-o", "json=\(number + 1).json", in: directory)
            #expect(output.code == 0, "\(output.standardError)")
          }
          try await body(directory, lab)
        }
      }
    }

    private static let three = ["merge", "1.json", "2.json", "3.json"]

    @Test("0, 1 and 2 as the assertions go, and what all clients saw is what the pods answered")
    func assertions() async throws {
      try await withReports { directory, lab in
        func code(_ options: String...) async throws -> Int32 {
          try await Lbcheck.run(Self.three + options, in: directory).code
        }
        #expect(try await code() == 0)
        #expect(try await code("--assert", "balanced", "--assert", "lost==0") == 0)
        #expect(try await code("--assert", "balanced", "--assert", "pods<5", "-o", "csv") == 1)
        // Percentiles of all are known between those of the clients only.
        #expect(try await code("--assert", "p99<=60s", "--assert", "p99!=59s") == 0)
        let output = try await Lbcheck.run(Self.three + ["-o", "json"], in: directory)
        let report = try Report(output.standardOutput)
        #expect(report.addsUp)
        #expect(report.command == "merge")
        #expect(report.rpcs.answered == 180)
        #expect(report.verdict.outcome == "balanced")
        let pinned = try await Lbcheck.run("merge", "4.json", "-o", "json", in: directory)
        var all = report.answersByPod
        all.merge(try Report(pinned.standardOutput).answersByPod, uniquingKeysWith: +)
        #expect(all == (try await lab.answersByPod()))
      }
    }

    @Test("2 where all of them together are too few")
    func undecided() async throws {
      try await withReports(rpcs: 7) { directory, _ in
        let asserting = Self.three + ["--assert", "balanced"]
        let alone = try await Lbcheck.run(asserting, in: directory)
        #expect(alone.code == 2)
        let withFailed = try await Lbcheck.run(asserting + ["--assert", "lost>0"], in: directory)
        #expect(withFailed.code == 1)
      }
    }

    @Test("3 for what does not belong together, with the file, and no report")
    func refused() async throws {
      try await withReports { directory, lab in
        let other = try await Lbcheck.run(
          "distribute", lab.podTarget(0), "--policy", "round_robin", "--rpcs", "5", "-o",
          "json=other.json", in: directory)
        #expect(other.code == 0)
        let resolved = try await Lbcheck.run(
          "resolve", lab.headlessTarget, "-o", "json=resolved.json", in: directory)
        #expect(resolved.code == 0)
        let merged = try await Lbcheck.run(
          Self.three + ["-o", "json=merged.json"], in: directory)
        #expect(merged.code == 0)
        try writeFile("{\"schema\": \"lbcheck.report/v2\"}", to: "\(directory)/later.json")
        try writeFile("no report", to: "\(directory)/text.json")
        for (file, words) in [
          ("4.json", "has the policy pick_first, not round_robin"),
          ("other.json", "measured the target ipv4:"),
          ("resolved.json", "has the schema lbcheck.resolve/v1"),
          ("later.json", "has the schema lbcheck.report/v2"),
          ("merged.json", "result of a merge"), ("1.json", "same run as in 1.json"),
          ("text.json", "is no report"), ("missing.json", "No such file"),
          ("/dev/null", "is no report"), ("-", "is no report"),
        ] {
          let output = try await Lbcheck.run(
            ["merge", "1.json", file, "--assert", "lost==0"], in: directory)
          #expect(output.code == 3, "\(file)")
          #expect(output.standardOutput.isEmpty)
          #expect(
            output.standardError.contains(words) && output.standardError.contains(file),
            "\(output.standardError)")
        }
      }
    }

    @Test(
      "64 for wrong usage, before anything is read",
      arguments: [
        [], ["/nowhere.json", "--assert", "balance"], ["/nowhere.json", "--tolerance", "2"],
        ["/nowhere.json", "-o", "xml"],
      ])
    func usage(arguments: [String]) async throws {
      let output = try await Lbcheck.run(["merge"] + arguments)
      #expect(output.code == 64, "\(output.standardError)")
      #expect(output.standardOutput.isEmpty)
    }

    @Test("held against an earlier run of the same; of another it is a usage error")
    func baseline() async throws {
      try await withReports { directory, _ in
        for (file, code) in [("3.json", 0), ("4.json", 64), ("missing.json", 64)]
          as [(String, Int32)]
        {
          let output = try await Lbcheck.run(
            "merge", "1.json", "2.json", "--baseline", file, in: directory)
          #expect(output.code == code, "\(file): \(output.standardError)")
        }
      }
    }
  }
}
