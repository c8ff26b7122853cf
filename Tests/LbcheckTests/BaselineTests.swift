import Lab
import Testing

extension LbcheckTests {
  @Suite("Against an earlier run")
  struct BaselineTests {
    private func distribute(
      _ target: String, _ options: String..., in directory: String
    ) async throws -> Subprocess.Output {
      try await Lbcheck.run(
        ["distribute", target, "--policy", "round_robin", "--rpcs", "600", "-r", "0"] + options,
        in: directory)
    }

    @Test("0 where it is as good, 1 where a pod less answers, 2 where too little was seen")
    func codes() async throws {
      try await withLab { lab in
        try await withTemporaryDirectory { directory in
          let target = lab.headlessTarget
          let first = try await distribute(target, "-o", "json=good.json", in: directory)
          #expect(first.code == 0)
          let same = try await distribute(
            target, "--baseline", "good.json", "--baseline-p99", "1000", "-o", "json",
            in: directory)
          #expect(same.code == 0, "\(same.standardError)")
          #expect(
            try Report(same.standardOutput).assertions.map(\.assert) == [
              "baseline outcome", "baseline coverage", "baseline skew", "baseline error-rate",
              "baseline p99",
            ])
          let short = try await distribute(
            target, "--rpcs", "7", "--baseline", "good.json", in: directory)
          #expect(short.code == 2)
          try await lab.kill(pod: 4)
          let worse = try await distribute(
            target, "--baseline", "good.json", "--assert", "lost==0", "-o", "json", in: directory)
          #expect(worse.code == 1)
          let results = try Report(worse.standardOutput).assertions
          #expect(results.map(\.held) == [true, false, false, false, true], "\(results)")
        }
      }
    }

    @Test("64 for a report of something else, before anything is sent")
    func refused() async throws {
      try await withLab { lab in
        try await withTemporaryDirectory { directory in
          let good = try await distribute(
            lab.headlessTarget, "-o", "json=good.json", in: directory)
          let other = try await Lbcheck.run(
            "distribute", lab.headlessTarget, "--rpcs", "10", "-o", "json=other.json",
            in: directory)
          let resolved = try await Lbcheck.run(
            "resolve", lab.headlessTarget, "-o", "json=resolved.json", in: directory)
          #expect(good.code + other.code + resolved.code == 0)
          let text = try #require(readFile("\(directory)/good.json"))
          let edited = text.replacing("\"sent\": 600", with: "\"sent\": 601")
          #expect(edited != text)
          try writeFile(edited, to: "\(directory)/edited.json")
          try writeFile("{}", to: "\(directory)/empty.json")
          let before = try await lab.counts()
          for (file, words) in [
            ("other.json", "has the policy pick_first, not round_robin"),
            ("resolved.json", "its schema is lbcheck.resolve/v1"),
            ("edited.json", "was it edited?"), ("empty.json", "schema is missing"),
            ("missing.json", "No such file"), (".", "Is a directory"),
          ] {
            let output = try await distribute(
              lab.headlessTarget, "--baseline", file, in: directory)
            #expect(output.code == 64, "\(file)")
            #expect(output.standardOutput.isEmpty)
            #expect(output.standardError.contains(words), "\(output.standardError)")
          }
          let elsewhere = try await Lbcheck.run(
            "distribute", lab.clusterIPTarget, "--baseline", "other.json", in: directory)
          #expect(elsewhere.code == 64)
          #expect(elsewhere.standardError.contains("measured the target"))
          #expect(try await lab.counts() == before)
        }
      }
    }

    @Test(
      "64 for a factor that makes no sense",
      arguments: [["--baseline-p99", "2"], ["--baseline", "x", "--baseline-p99", "0.5"]])
    func factor(options: [String]) async throws {
      let output = try await Lbcheck.run(["distribute", "--lab"] + options)
      #expect(output.code == 64)
      #expect(output.standardError.contains("--baseline-p99"))
    }

    @Test("a missing TARGET never passes with a baseline")
    func noTarget() async throws {
      let output = try await Lbcheck.run("distribute", "--baseline", "x.json")
      #expect(output.code == 64)
      #expect(output.standardError.contains("TARGET is missing"))
    }
  }
}
