import Testing

extension LbcheckTests {
  @Suite("Saved reports")
  struct SavedReportTests {
    @Test(
      "a saved report looks as it did when it was measured",
      arguments: [
        ["distribute", "--rpcs", "50", "--assert", "pinned"], ["compare", "--rpcs", "20"],
        ["resolve"], ["rbac"],
      ])
    func roundTrip(command: [String]) async throws {
      try await withTemporaryDirectory { directory in
        let measured = try await Lbcheck.run(
          command + ["--lab", "-o", "json=report.json", "-o", "wide"], in: directory)
        #expect(measured.code == 0, "\(measured.standardError)")
        let shown = try await Lbcheck.run("report", "report.json", "-o", "wide", in: directory)
        #expect(shown.code == 0, "\(shown.standardError)")
        #expect(shown.standardOutput == measured.standardOutput)
        let json = try await Lbcheck.run("report", "report.json", "-o", "json", in: directory)
        let isSame = json.standardOutput == readFile("\(directory)/report.json")
        #expect(isSame)
      }
    }

    @Test(
      "what is no report is said in one line",
      arguments: [
        ("", "not JSON"), ("{}", "schema is missing"), ("[1]", "is no report"),
        ("{\"schema\": \"lbcheck.report/v9\"}", "does not know"),
        ("{\"schema\": \"lbcheck.report/v1\"}", "is missing"),
      ])
    func unreadable(text: String, words: String) async throws {
      try await withTemporaryDirectory { directory in
        try writeFile(text, to: "\(directory)/report.json")
        let output = try await Lbcheck.run("report", "report.json", in: directory)
        #expect(output.code == 3)
        #expect(output.standardOutput.isEmpty)
        #expect(output.standardError.contains(words), "\(output.standardError)")
        #expect(output.standardError.split(separator: "\n").count == 1)
      }
    }

    @Test("a file that is not there")
    func missing() async throws {
      let output = try await Lbcheck.run("report", "/nowhere/report.json")
      #expect(output.code == 3)
      #expect(output.standardError.contains("/nowhere/report.json"))
    }
  }
}
