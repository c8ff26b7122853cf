private import Distribution

/// The report as text that ends in a newline. `json` is its one line, the last of the JSON lines; a
/// format that shows a distribution only gives the table.
package func render(_ report: WatchReport, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .json: jsonLine(report)
  case .yaml: yamlText(report)
  case .html: HTMLPage(report).text
  case .junit: report.junitText
  case .github: report.githubText
  case .wide: WatchTable(report: report, style: style, isWide: true).text
  case .table, .csv, .prometheus, .short:
    WatchTable(report: report, style: style, isWide: false).text
  }
}

/// A value as one line of JSON.
package func jsonLine(_ value: some Encodable) -> String {
  var text: [UInt8] = []
  OrderedEncoder.tree(value).writeLine(to: &text)
  return String(decoding: text, as: UTF8.self) + "\n"
}

extension WatchReport {
  /// A test suite with a case per assertion, or one for the measurement where nothing was asserted.
  var junitText: String {
    let name = HTML.escaped("lbcheck watch \(head.target.given)")
    func line(_ assertion: String, _ body: String?) -> String {
      "<testcase classname=\"lbcheck.watch\" name=\"\(HTML.escaped(assertion))\" "
        + "time=\"\(duration)\"\(body.map { ">\($0)</testcase>" } ?? "/>")"
    }
    let cases = assertions.map { result -> String in
      let observed = HTML.escaped("observed \(result.observed)")
      return switch result.held {
      case true?: line(result.assert, nil)
      case false?: line(result.assert, "<failure type=\"assertion\" message=\"\(observed)\"/>")
      case nil: line(result.assert, "<error type=\"inconclusive\" message=\"\(observed)\"/>")
      }
    }
    let table = WatchTable(report: self, style: Style(), isWide: false).text
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
      <testsuite name="\(name)" tests="\(max(1, cases.count))" \
      failures="\(assertions.count { $0.held == false })" \
      errors="\(assertions.count { $0.held == nil })" skipped="0" time="\(duration)" \
      timestamp="\(HTML.escaped(head.startedAt))">
      \(cases.isEmpty ? line("measured", nil) : cases.joined(separator: "\n"))
      <system-out>\(HTML.escaped(lines: table))</system-out>
      </testsuite>
      </testsuites>

      """
  }

  /// Annotations for GitHub Actions: what each resolver noticed, and every assertion that did not hold.
  var githubText: String {
    let notices = resolvers.map { resolver in
      GitHubAnnotations.line(
        "notice", "lbcheck watch: \(resolver.name)",
        "blind spot \(resolver.blindSpot.words), lingering \(resolver.lingering.words), "
          + "\(resolver.errors) errors, \(resolver.unexplained.values.reduce(0, +)) unexplained")
    }
    let failures = assertions.filter { $0.held != true }.map { result in
      GitHubAnnotations.line(
        result.held == false ? "error" : "warning",
        "lbcheck: \(result.assert) \(result.held == false ? "failed" : "is undecided")",
        "observed \(result.observed)")
    }
    return (notices + failures).joined()
  }
}
