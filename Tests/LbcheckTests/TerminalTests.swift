import Testing

extension LbcheckTests {
  @Suite("On a terminal")
  struct TerminalTests {
    private func onTerminal(
      _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Subprocess.Output {
      try await Lbcheck.start(
        arguments, environment: environment.merging(["TERM": "xterm"]) { old, _ in old },
        errorIsTerminal: true
      ).output()
    }

    /// Half a second at least: the display is drawn ten times a second.
    private let run = [
      "distribute", "--lab", "--policy", "round_robin", "--rpcs", "100", "--rate", "200", "-o",
      "json",
    ]

    @Test("progress is drawn on standard error and taken away; standard output has the report only")
    func progress() async throws {
      let output = try await onTerminal(run)
      #expect(try Report(output.standardOutput).rpcs.answered == 100)
      let drawn = output.standardError
      #expect(drawn.contains("measuring"))
      #expect(drawn.contains("mygrpc-4"))
      // After the last thing drawn: up again and clear (ECMA-48 CUU and ED), and nothing more.
      #expect(drawn.hasSuffix("A\u{1b}[J"))
    }

    @Test("-q draws nothing")
    func quiet() async throws {
      #expect(try await onTerminal(run + ["-q"]).standardError.isEmpty)
    }

    @Test("-vv prints frames instead of drawing over them")
    func frames() async throws {
      let shown = try await onTerminal(run + ["-vv"]).standardError
      #expect(shown.contains("recv HEADERS frame"))
      #expect(!shown.unicodeScalars.contains("\u{1b}"))
    }

    @Test(
      "errors are coloured unless NO_COLOR, TERM=dumb or --color never says otherwise",
      arguments: [
        (["NO_COLOR": ""], [], true), ([:], ["--color", "never"], false),
        (["NO_COLOR": "1"], [], false), (["TERM": "dumb"], [], false),
        (["NO_COLOR": "1"], ["--color", "always"], true),
      ] as [([String: String], [String], Bool)])
    func color(environment: [String: String], options: [String], isColored: Bool) async throws {
      let output = try await onTerminal(
        ["distribute", "unix:/nowhere/socket"] + options, environment: environment)
      #expect(output.code == 3)
      #expect(output.standardError.unicodeScalars.contains("\u{1b}") == isColored)
      #expect(output.standardError.contains("connect:"))
    }
  }
}
