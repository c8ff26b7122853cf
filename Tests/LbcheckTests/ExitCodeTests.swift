import Lab
import Testing

extension LbcheckTests {
  @Suite("Exit codes")
  struct ExitCodeTests {
    @Test(
      "0 where every assertion held or none was made",
      arguments: [
        [],
        ["--assert", "balanced"],
        ["--assert", "pods==5", "--assert", "skew<=1.1", "--assert", "lost==0"],
      ])
    func held(assertions: [String]) async throws {
      let output = try await Lbcheck.run(
        ["distribute", "--lab", "--policy", "round_robin", "--rpcs", "100"] + assertions)
      #expect(output.code == 0, "\(output.standardError)")
    }

    @Test(
      "1 where an assertion failed, whatever the format and whatever else held or was undecided",
      arguments: [[], ["-o", "wide"], ["-o", "json"], ["-q"], ["-o", "json=report.json"]])
    func failed(format: [String]) async throws {
      try await withTemporaryDirectory { directory in
        let output = try await Lbcheck.run(
          [
            "distribute", "--lab", "--rpcs", "50", "--assert", "pinned", "--assert", "balanced",
          ] + format, in: directory)
        #expect(output.code == 1, "\(output.standardError)")
      }
    }

    @Test("2 where an assertion could not be decided")
    func undecided() async throws {
      let output = try await Lbcheck.run(
        "distribute", "--lab", "--policy", "round_robin", "--rpcs", "7", "--assert", "balanced",
        "-o", "json")
      #expect(output.code == 2, "\(output.standardError)")
      let report = try Report(output.standardOutput)
      #expect(report.verdict.outcome == "inconclusive")
      #expect(report.verdict.needed_rpcs == 50)
      #expect(report.assertions.map(\.held) == [nil])
    }

    @Test("3 where nothing could be measured", arguments: ["distribute", "resolve"])
    func notMeasured(command: String) async throws {
      try await withLab { lab in
        lab.dns.zone.remove(lab.names.headless)
        let output = try await Lbcheck.run(command, lab.headlessTarget)
        #expect(output.code == 3, "\(output.standardError)")
      }
    }

    @Test(
      "3, and no crash, where there are too few files for the connections",
      arguments: [
        (100, "distribute --lab --channels 20 --policy round_robin", "raise ulimit -n"),
        (100, "compare --lab --channels 20", "raise ulimit -n"),
        (12, "distribute --lab", "Too many open files"),
      ])
    func fewFiles(limit: Int, line: String, words: String) async throws {
      try await withTemporaryDirectory { directory in
        let output = try await Lbcheck.shell("ulimit -n \(limit); lbcheck \(line)", in: directory)
        #expect(output.code == 3)
        #expect(output.standardError.contains(words), "\(output.standardError)")
      }
    }

    @Test("3 where the report cannot be written")
    func unwritable() async throws {
      for option in ["--output-file=/nowhere/report", "--output=json=/nowhere/report"] {
        let output = try await Lbcheck.run("distribute", "--lab", "--rpcs", "5", option)
        #expect(output.code == 3)
        #expect(output.standardError.contains("/nowhere/report: No such file or directory"))
      }
    }

    @Test(
      "64 for wrong usage",
      arguments: [["frobnicate"], ["distribute", "--frobnicate"], ["resolve", "a:1", "b:2"]])
    func usage(arguments: [String]) async throws {
      let output = try await Lbcheck.run(arguments)
      #expect(output.code == 64)
      #expect(output.standardOutput.isEmpty)
      #expect(output.standardError.contains("Usage: lbcheck"))
    }

    @Test("0 for help and version, which go to standard output")
    func help() async throws {
      for arguments in [["--help"], ["distribute", "--help"], ["resolve", "-h"], ["--version"]] {
        let output = try await Lbcheck.run(arguments)
        #expect(output.code == 0)
        #expect(!output.standardOutput.isEmpty)
        #expect(output.standardError.isEmpty)
      }
    }
  }
}
