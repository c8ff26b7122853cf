/// The assertions as a JUnit test suite, as GitLab, Jenkins and GitHub's reporters read it: one case
/// per assertion, or one for the measurement where nothing was asserted. What could not be decided is
/// an error, since a pipeline must not take it for a success.
struct JUnitReport {
  private let report: Report

  init(_ report: Report) {
    self.report = report
  }

  var text: String {
    let failed = report.assertions.count { $0.held == false }
    let undecided = report.assertions.count { $0.held == nil }
    let cases = report.assertions.isEmpty ? [measured] : report.assertions.map(testCase)
    let name = HTML.escaped("lbcheck \(report.target.given)")
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
      <testsuite name="\(name)" tests="\(cases.count)" failures="\(failed)" errors="\(undecided)" \
      skipped="0" time="\(report.duration)" timestamp="\(HTML.escaped(report.startedAt))">
      \(cases.joined(separator: "\n"))
      <system-out>\(HTML.escaped(lines: DistributeTable(report, style: Style(), isWide: false).text))\
      </system-out>
      </testsuite>
      </testsuites>

      """
  }

  private var measured: String {
    "<testcase classname=\"\(className)\" name=\"measured: \(HTML.escaped(report.verdict.outcome))\" "
      + "time=\"\(report.duration)\"/>"
  }

  private var className: String {
    HTML.escaped("lbcheck.\(report.policy.name)")
  }

  private func testCase(_ assertion: Report.Assertion) -> String {
    let head =
      "<testcase classname=\"\(className)\" name=\"\(HTML.escaped(assertion.assert))\" "
      + "time=\"\(report.duration)\""
    let observed = HTML.escaped("observed \(assertion.observed)")
    let reason = HTML.escaped(report.verdict.reason)
    return switch assertion.held {
    case true?: head + "/>"
    case false?:
      head + "><failure type=\"assertion\" message=\"\(observed)\">\(reason)</failure></testcase>"
    case nil:
      head + "><error type=\"inconclusive\" message=\"\(observed)\">\(reason)</error></testcase>"
    }
  }
}
