import Lab
import Testing

extension LbcheckTests {
  @Suite("Output")
  struct OutputTests {
    private let run = ["distribute", "--lab", "--policy", "round_robin", "--rpcs", "50"]

    @Test("standard output holds the report and nothing else; notes go to standard error")
    func reportAlone() async throws {
      let output = try await Lbcheck.run(run + ["-o", "json"])
      let report = try Report(output.standardOutput)
      #expect(report.schema == "lbcheck.report/v1")
      #expect(report.command == "distribute")
      #expect(report.source == "lab")
      #expect(!report.interrupted)
      #expect(report.addsUp)
      #expect(output.standardError.contains("embedded lab"))
      #expect(output.standardError.split(separator: "\n").count == 1)
    }

    @Test("resolve's report is JSON as well")
    func resolveReport() async throws {
      struct Resolved: Decodable {
        struct Address: Decodable { var address: String }
        var schema: String
        var addresses: [Address]
      }
      let output = try await Lbcheck.run("resolve", "--lab", "-o", "json")
      let resolved = try decode(Resolved.self, output.standardOutput)
      #expect(resolved.schema == "lbcheck.resolve/v1")
      #expect(Set(resolved.addresses.map(\.address)).count == 5)
    }

    @Test("-q silences standard error", arguments: ["distribute", "resolve"])
    func quiet(command: String) async throws {
      let output = try await Lbcheck.run(command, "--lab", "-q")
      #expect(output.code == 0)
      #expect(output.standardError.isEmpty)
      #expect(!output.standardOutput.isEmpty)
    }

    @Test("an error says what failed even with -q")
    func quietError() async throws {
      let output = try await Lbcheck.run("distribute", "-q", "unix:/nowhere/socket")
      #expect(output.code == 3)
      #expect(output.standardError.hasPrefix("lbcheck: connect:"))
    }

    @Test("-o FORMAT=FILE writes files; standard output stays empty unless a format asks for it")
    func files() async throws {
      try await withTemporaryDirectory { directory in
        let both = ["-o", "json=report.json", "-o", "wide=report.txt"]
        let silent = try await Lbcheck.run(run + both, in: directory)
        #expect(silent.standardOutput.isEmpty)
        let report = try Report(try #require(readFile("\(directory)/report.json")))
        #expect(report.rpcs.sent == 50)
        let wide = try #require(readFile("\(directory)/report.txt"))
        #expect(wide.contains("WARM-UP"))
        #expect(!wide.unicodeScalars.contains("\u{1b}"))

        let spoken = try await Lbcheck.run(
          run + ["-o", "json=second.json", "-o", "table"], in: directory)
        #expect(spoken.standardOutput.hasPrefix("Target "))
        #expect(fileNames(in: directory) == ["report.json", "report.txt", "second.json"])
      }
    }

    @Test("--output-file takes what would go to standard output, and replaces an older file")
    func outputFile() async throws {
      try await withTemporaryDirectory { directory in
        try writeFile(String(repeating: "old\n", count: 10_000), to: "\(directory)/report")
        let output = try await Lbcheck.run(
          run + ["-o", "json", "--output-file", "report"], in: directory)
        #expect(output.code == 0)
        #expect(output.standardOutput.isEmpty)
        #expect(try Report(try #require(readFile("\(directory)/report"))).rpcs.sent == 50)
      }
    }

    @Test(
      "colours only where they are asked for: standard output is no terminal here",
      arguments: [
        ([], false), (["--color", "auto"], false), (["--color", "never"], false),
        (["--color", "always"], true),
      ])
    func color(options: [String], isColored: Bool) async throws {
      let output = try await Lbcheck.run(run + options, environment: ["TERM": "xterm"])
      #expect(output.standardOutput.unicodeScalars.contains("\u{1b}") == isColored)
    }

    @Test("without a UTF-8 locale the table is ASCII")
    func locale() async throws {
      let ascii = try await Lbcheck.run(run, environment: ["LC_ALL": "C"])
      #expect(ascii.standardOutput.utf8.allSatisfy { $0 < 0x80 })
      let unicode = try await Lbcheck.run(run, environment: ["LANG": "C.UTF-8"])
      #expect(unicode.standardOutput.contains("█"))
    }

    @Test("-vv shows every frame on standard error, and no credentials")
    func frames() async throws {
      let output = try await Lbcheck.run(
        run + [
          "-vv", "-o", "json", "-H", "authorization: Bearer s3cr3t", "-H", "x-shown: plain",
        ])
      #expect(try Report(output.standardOutput).rpcs.answered == 50)
      for words in [
        "send SETTINGS frame", "recv SETTINGS frame", ":path: /grpc.health.v1.Health/Check",
        "x-shown: plain", "recv HEADERS frame", "grpc-status: 0", "x-pod-name: mygrpc-",
      ] {
        #expect(output.standardError.contains(words))
      }
      #expect(output.standardError.contains("authorization: "))
      #expect(!output.standardError.contains("s3cr3t"))
    }

    @Test("the same seed and no other makes the lab's virtual IP choose the same pods")
    func seed() async throws {
      func podOfChannels(_ seed: String) async throws -> [String] {
        let output = try await Lbcheck.run(
          "distribute", "--lab", "--policy", "cluster_ip", "--rpcs", "40", "--channels", "20",
          "--concurrency", "1", "--seed", seed, "-o", "json")
        let report = try Report(output.standardOutput)
        #expect(report.seed == UInt64(seed))
        return report.pods.map { "\($0.pod ?? "?"): \($0.connections)" }
      }
      let first = try await podOfChannels("7")
      #expect(try await podOfChannels("7") == first)
      #expect(try await podOfChannels("8") != first)
    }
  }
}
