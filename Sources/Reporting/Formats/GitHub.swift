/// Annotations for GitHub Actions (workflow commands,
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions): an error for every
/// assertion that failed, a warning for what could not be decided and for every finding that warns, a
/// notice with the verdict.
struct GitHubAnnotations {
  private let report: Report

  init(_ report: Report) {
    self.report = report
  }

  var text: String {
    var lines = [
      Self.line("notice", "lbcheck: \(report.verdict.outcome)", report.verdict.reason)
    ]
    for assertion in report.assertions where assertion.held != true {
      lines.append(
        Self.line(
          assertion.held == false ? "error" : "warning",
          assertion.held == false
            ? "lbcheck: \(assertion.assert) failed" : "lbcheck: \(assertion.assert) is undecided",
          "observed \(assertion.observed)"))
    }
    for finding in report.findings where finding.level != .info {
      let text = [finding.message, finding.evidence, finding.hint.map { "try: \($0)" }]
      lines.append(
        Self.line(
          finding.level == .error ? "error" : "warning", "lbcheck \(finding.code)",
          text.compactMap { $0 }.joined(separator: "; ")))
    }
    return lines.joined()
  }

  static func line(_ command: String, _ title: String, _ message: String) -> String {
    "::\(command) title=\(escaped(title, ":,"))::\(escaped(message, ""))\n"
  }

  /// Per cent signs and line ends, and in a property what would end it, as the runner decodes them.
  private static func escaped(_ text: String, _ more: String) -> String {
    var result = ""
    for scalar in Escaping.terminal(text).unicodeScalars {
      switch scalar {
      case "%": result += "%25"
      case ":" where more.contains(":"): result += "%3A"
      case "," where more.contains(","): result += "%2C"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
