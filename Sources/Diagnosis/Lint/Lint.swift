internal import Balancing
internal import Protobuf
package import Reporting

/// Which client's reading of a service config is asked for.
package enum LintedClient: String, CaseIterable, Sendable {
  case go, core, java

  var dialect: ConfigDialect {
    switch self {
    case .go: .go
    case .core: .core
    case .java: .java
    }
  }
}

/// What these clients make of a service config, side by side.
/// - Parameter source: where the text came from, for the report.
package func lint(
  _ text: [UInt8], source: String, clients: [LintedClient] = LintedClient.allCases, version: String
) -> LintReport {
  let dialects = clients.map(\.dialect)
  do throws(JSONError) {
    let readings = try ServiceConfigReader.read(text, as: dialects)
    return LintReport(
      version: version, source: source,
      clients: zip(dialects, readings).map { dialect, reading in
        LintReport.Client(
          client: reading.client, accepted: reading.isAccepted,
          policy: reading.config.map { $0.policy ?? Policy.pickFirst.rawValue },
          consequence: reading.isAccepted ? nil : dialect.whenRejected)
      },
      findings: LintFindings(readings).all)
  } catch {
    return LintReport(
      version: version, source: source, clients: [],
      findings: [
        Report.Finding(
          code: "LBC0200", level: .error, message: "the service config is no JSON",
          evidence: error.description,
          hint:
            "a service config is an object, such as {\"loadBalancingConfig\":[{\"round_robin\":{}}]}"
        )
      ])
  }
}
