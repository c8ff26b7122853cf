extension DoctorReport {
  /// A line per finding, as compilers write them; nothing where nothing was found.
  var shortText: String {
    checks.filter { $0.status == .found }.map { check in
      let level = check.level?.rawValue ?? ""
      return Escaping.terminal("\(level) \(check.code): \(check.evidence ?? check.title)") + "\n"
    }.joined()
  }

  /// A test suite with a case per check: what was found at warning or above fails, what could not be
  /// checked is skipped.
  var junitText: String {
    let cases = checks.map { check -> String in
      let head =
        "<testcase classname=\"lbcheck.doctor.\(HTML.escaped(check.area))\" "
        + "name=\"\(HTML.escaped("\(check.code) \(check.title)"))\" time=\"0\""
      let evidence = HTML.escaped(check.evidence ?? "")
      switch (check.status, check.level) {
      case (.skipped, _): return head + "><skipped message=\"\(evidence)\"/></testcase>"
      case (.found, .error), (.found, .warning):
        let level = check.level?.rawValue ?? ""
        return head + "><failure type=\"\(level)\" message=\"\(evidence)\">"
          + "\(HTML.escaped(check.hint ?? ""))</failure></testcase>"
      default: return head + "/>"
      }
    }
    let failed = checks.count { $0.level.map { $0 >= .warning } ?? false }
    let skipped = checks.count { $0.status == .skipped }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
      <testsuite name="\(HTML.escaped("lbcheck doctor \(target.given)"))" tests="\(cases.count)" \
      failures="\(failed)" errors="0" skipped="\(skipped)" time="0" \
      timestamp="\(HTML.escaped(startedAt))">
      \(cases.joined(separator: "\n"))
      </testsuite>
      </testsuites>

      """
  }

  /// Annotations for GitHub Actions: one for every finding.
  var githubText: String {
    checks.filter { $0.status == .found }.map { check in
      let command =
        switch check.level {
        case .error: "error"
        case .warning: "warning"
        default: "notice"
        }
      let text = [check.evidence ?? check.title, check.hint.map { "try: \($0)" }]
      return GitHubAnnotations.line(
        command, "lbcheck \(check.code)", text.compactMap { $0 }.joined(separator: "; "))
    }.joined()
  }
}
