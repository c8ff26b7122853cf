import Testing

extension LbcheckTests {
  @Suite("lint")
  struct LintTests {
    private static let upper = #"{"loadBalancingPolicy":"ROUND_ROBIN"}"#
    private static let good = #"{"loadBalancingConfig":[{"round_robin":{}}]}"#

    static let cases: [([String], Int32)] = [
      ([good], 0), ([upper], 1), ([upper, "--client", "core"], 0), (["{"], 1), (["{}"], 0),
      (["{}", "--failure-threshold", "info"], 1), ([upper, "-o", "json"], 1),
      ([good, "-o", "json"], 0), (["@nothing.json"], 3), ([""], 64), ([], 64),
      ([good, "--client", "rust"], 64), ([good, "-o", "csv"], 64),
    ]

    @Test(
      "exit codes follow the threshold, in every format",
      arguments: cases)
    func codes(arguments: [String], code: Int32) async throws {
      let output = try await Lbcheck.run(["lint"] + arguments)
      #expect(output.code == code, "\(output.standardError)")
    }

    @Test("a file is read, and hostile text in it is escaped")
    func file() async throws {
      try await withTemporaryDirectory { directory in
        try writeFile(
          "{\"loadBalancingPolicy\":\"\\u001b[31mred\",\"a\\u0007b\":1}", to: "\(directory)/c.json")
        let output = try await Lbcheck.run("lint", "@c.json", in: directory)
        #expect(output.code == 1)
        #expect(output.standardOutput.contains("c.json"))
        #expect(!output.standardOutput.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{7}" })
      }
    }
  }
}
