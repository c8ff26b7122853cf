import Testing

extension LbcheckTests {
  /// Here those that are measured in a moment; `make interop` runs all of them.
  @Suite("demo")
  struct DemoTests {
    @Test("--list names every claim, and measures nothing")
    func list() async throws {
      let output = try await Lbcheck.run("demo", "--list")
      #expect(output.code == 0)
      let names = output.standardOutput.split(separator: "\n").map { $0.prefix { $0 != " " } }
      #expect(names.count == 17)
      #expect(Set(names).count == names.count)
      let page = try #require(readFile(Page.root + "docs/demo.md"))
      for name in names { #expect(page.contains("| `\(name)` |"), "\(name)") }
    }

    @Test("one claim is explained and measured, and the same seed measures the same")
    func explained() async throws {
      let arguments = ["demo", "clusterip-http2", "--seed", "7"]
      let output = try await Lbcheck.run(arguments)
      #expect(output.code == 0)
      #expect(output.standardOutput.contains("kube-proxy chooses a pod for the connection"))
      #expect(output.standardOutput.contains("Expected: one pod answers everything."))
      #expect(output.standardOutput.contains("500 over 1 connection: "))
      #expect(output.standardOutput.contains("it holds"))
      let again = try await Lbcheck.run(arguments)
      func measured(_ text: String) -> Substring? {
        text.split(separator: "\n").first { $0.contains("500 over") }
      }
      #expect(measured(output.standardOutput) == measured(again.standardOutput))
    }

    @Test(
      "claims hold, as programs read it",
      arguments: ["misspelt-policy", "headless-round-robin", "scale-in", "no-rbac"])
    func holds(name: String) async throws {
      let output = try await Lbcheck.run("demo", name, "-o", "json", "--seed", "3")
      #expect(output.code == 0, "\(output.standardOutput)")
      #expect(output.standardOutput.contains("\"schema\": \"lbcheck.demo/v1\""))
      #expect(output.standardOutput.contains("\"held\": true"))
    }

    @Test(
      "bad usage",
      arguments: [
        (["demo", "nonsense"], "known: clusterip-http1"),
        (["demo", "scale-in", "--list"], "--list"),
        (["demo", "-o", "junit"], "junit"), (["demo", "--seed", "many"], "many"),
      ])
    func usage(arguments: [String], words: String) async throws {
      let output = try await Lbcheck.run(arguments)
      #expect(output.code == 64)
      #expect(output.standardOutput.isEmpty)
      #expect(output.standardError.contains(words))
    }
  }
}
