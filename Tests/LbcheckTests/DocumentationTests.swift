import Testing

extension LbcheckTests {
  @Suite("Documentation")
  struct DocumentationTests {
    @Test(
      "the pages repeat the commands' own help",
      arguments: [
        ["distribute"], ["compare"], ["resolve"], ["rbac"], ["lint"], ["doctor"],
        ["manifest", "rbac"], ["manifest", "job"], ["merge"], ["lab"], ["demo"],
        ["watch"],
      ])
    func help(command: [String]) async throws {
      let page = try Page("docs/\(command[0]).md")
      let output = try await Lbcheck.run(command + ["--help"])
      let help = page.blocks.filter { $0.language == "text" }.map(\.text)
      #expect(help.contains(output.standardOutput.trimmingNewlines))
    }

    @Test("the report's page has every key that a report has, and no other")
    func reportKeys() async throws {
      let page = try Page("docs/report.md")
      let example = try #require(page.blocks.first { $0.language == "json" })
      let output = try await Lbcheck.run(
        "distribute", "--lab", "--rpcs", "20", "--assert", "pinned", "-o", "json")
      #expect(try keys(in: example.text) == keys(in: output.standardOutput))
    }

    @Test("every command in a console block does what the page says", arguments: Page.names)
    func commands(name: String) async throws {
      for (command, code) in try Page(name).commands {
        try await withTemporaryDirectory { directory in
          let output = try await Lbcheck.shell(command, in: directory)
          #expect(output.code == code, "\(name): \(command): \(output.standardError)")
        }
      }
    }

    @Test("every command for a service of the reader's own is one that lbcheck understands")
    func ownTargets() async throws {
      var count = 0
      for name in Page.names {
        for block in try Page(name).blocks where block.language == "sh" {
          for line in block.lines where line.hasPrefix("lbcheck ") {
            // These have no target.
            if ["demo", "lint", "merge"].contains(where: { line.hasPrefix("lbcheck \($0)") }) {
              continue
            }
            let words = line.split(separator: " ")
            let target = try #require(words.first { $0.contains("mygrpc") }, "\(name): \(line)")
            // Nothing is there, and nothing is asked to find that out: no cluster is known either.
            let isCluster = target.contains("svc/") || line.contains("kubernetes")
            let command = words.map { $0 == target && !isCluster ? "unix:/nowhere/socket" : $0 }
            try await withTemporaryDirectory { directory in
              let output = try await Lbcheck.shell(command.joined(separator: " "), in: directory)
              #expect(output.code != 64, "\(name): \(line): \(output.standardError)")
              #expect(output.code != 127, "\(name): \(line): \(output.standardError)")
            }
            count += 1
          }
        }
      }
      #expect(count > 0)
    }

    @Test("links between the pages lead somewhere")
    func links() throws {
      for name in Page.names {
        let page = try Page(name)
        for link in page.links where !link.contains("://") && !link.hasPrefix("#") {
          let file = link.prefix { $0 != "#" }
          #expect(readFile(page.directory + file) != nil, "\(name): \(link)")
        }
      }
    }

    @Test("the index names every page")
    func index() throws {
      let links = try Page("docs/README.md").links
      for name in Page.names where name != "docs/README.md" && name != "README.md" {
        #expect(links.contains { "docs/\($0)" == name }, "\(name)")
      }
    }

    /// Every `"key":` of a JSON text. Names of statuses and causes are data, not keys.
    private func keys(in json: String) throws -> Set<String> {
      let parts = json.split(separator: "\"", omittingEmptySubsequences: false)
      return Set(
        parts.indices.filter { $0 > 0 && parts[$0].hasPrefix(":") }.map { String(parts[$0 - 1]) }
          .filter { $0.contains { $0.isLowercase } })
    }
  }
}

extension StringProtocol {
  fileprivate var trimmingNewlines: String {
    String(drop { $0 == "\n" }.reversed().drop { $0 == "\n" }.reversed())
  }
}
