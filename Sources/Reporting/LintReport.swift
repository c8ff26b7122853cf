private import Distribution

/// What gRPC clients make of a service config: schema `lbcheck.lint/v1`.
package struct LintReport: Codable, Hashable, Sendable {
  /// `lbcheck.lint/v1`.
  package var schema = "lbcheck.lint/v1"
  package var version: String
  package var command = "lint"
  /// Where the config came from: a file, or `the command line`.
  package var source: String
  /// Empty where the text is no JSON.
  package var clients: [Client]
  package var findings: [Report.Finding]

  package init(
    version: String, source: String, clients: [Client], findings: [Report.Finding]
  ) {
    self.version = version
    self.source = source
    self.clients = clients
    self.findings = findings
  }

  /// One implementation of gRPC.
  package struct Client: Codable, Hashable, Sendable {
    /// Such as `grpc-go`.
    package var client: String
    package var accepted: Bool
    /// What it then balances with; null where the config is not accepted.
    package var policy: String?
    /// What becomes of the client, where the config is not accepted.
    package var consequence: String?

    package init(client: String, accepted: Bool, policy: String?, consequence: String?) {
      self.client = client
      self.accepted = accepted
      self.policy = policy
      self.consequence = consequence
    }
  }
}

extension LintReport {
  /// Whether something is at or above this level.
  package func reaches(_ level: Report.Finding.Level) -> Bool {
    findings.contains { $0.level >= level }
  }

  func text(style: Style) -> String {
    var page = Page(style: style)
    page.add("Service config", source)
    if !clients.isEmpty {
      page.add(line: "")
      var table = TextTable([
        .init(title: "CLIENT"), .init(title: "ACCEPTED"), .init(title: "POLICY"),
      ])
      for client in clients {
        table.add([
          .init(client.client),
          .init(client.accepted ? "yes" : "no", client.accepted ? .good : .bad),
          .init(client.policy ?? "-"),
        ])
      }
      page.add(table)
      let rejecting = clients.filter { $0.consequence != nil }
      if !rejecting.isEmpty { page.add(line: "") }
      for client in rejecting { page.add(client.client, client.consequence ?? "") }
    }
    page.add(findings)
    page.add(line: "")
    let counts = Report.Finding.Level.allCases.reversed().map { level in
      (level, findings.count { $0.level == level })
    }
    let found = counts.filter { $0.1 > 0 }.map { counted($0.1, $0.0.noun) }
    page.add(
      "Result", found.isEmpty ? "nothing found" : found.joined(separator: ", "),
      findings.isEmpty ? .good : reaches(.error) ? .bad : reaches(.warning) ? .unsure : nil)
    return page.text
  }
}

extension Report.Finding.Level: Comparable {
  /// info before warning before error.
  package static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .error: 2
    }
  }

  var noun: String { self == .info ? "note" : rawValue }
}
