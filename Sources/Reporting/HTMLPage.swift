private import Distribution

/// A report as one self-contained page: no scripts, nothing is fetched; readable on a phone, in dark
/// mode and on paper.
struct HTMLPage {
  private let title: String
  private let subtitle: String
  private let sections: [String]

  /// A picture per policy, in which a mark shows where an equal share would end.
  init(_ report: CompareReport) {
    title = "lbcheck compare \(report.target.given)"
    subtitle = "lbcheck \(report.version), \(report.startedAt), seed \(report.seed)"
    sections = Self.interrupted(report.interrupted) + report.rows.map(Self.section)
  }

  /// The same picture of a single run.
  init(_ report: Report) {
    title = "lbcheck distribute \(report.target.given)"
    subtitle = "lbcheck \(report.version), \(report.startedAt), seed \(report.seed)"
    let row = CompareReport.Row(
      policy: report.policy.name, resolver: report.resolution.resolver,
      protocol: report.policy.protocol, measured: CompareReport.Measured(report, expected: nil))
    let assertions = report.assertions.map {
      ($0.held.map { $0 ? "held: " : "failed: " } ?? "undecided: ") + "\($0.assert), observed "
        + $0.observed
    }
    let findings = report.findings.map { finding in
      "\(finding.code): "
        + [finding.message, finding.evidence, finding.hint.map { "try: \($0)" }].compactMap { $0 }
        .joined(separator: "; ")
    }
    sections =
      Self.interrupted(report.interrupted) + [Self.section(row)]
      + Self.list("Assertions", assertions) + Self.list("Findings", findings)
  }

  private static func interrupted(_ isInterrupted: Bool) -> [String] {
    isInterrupted
      ? ["<p><strong>Interrupted: this is what was measured until then.</strong></p>"] : []
  }

  private static func list(_ title: String, _ items: [String]) -> [String] {
    guard !items.isEmpty else { return [] }
    let lines = items.map { "<li>\(HTML.escaped($0))</li>" }.joined(separator: "\n")
    return ["<section>\n<h2>\(title)</h2>\n<ul>\n\(lines)\n</ul>\n</section>"]
  }

  /// Text that has its columns already.
  init(title: String, table: String) {
    self.title = title
    subtitle = ""
    sections = ["<pre>\(HTML.escaped(lines: table))</pre>"]
  }

  var text: String {
    let title = HTML.escaped(title)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <h1>\(title)</h1>
      <p>\(HTML.escaped(subtitle))</p>
      \(sections.joined(separator: "\n"))
      </body>
      </html>

      """
  }

  private static func section(_ row: CompareReport.Row) -> String {
    let name = HTML.escaped("\(row.name), \(row.protocol)")
    guard let measured = row.measured else {
      return """
        <section>
        <h2>\(name)</h2>
        <p>\(HTML.escaped("Not measured: \(row.skipped ?? "")"))</p>
        </section>
        """
    }
    return """
      <section>
      <h2>\(name) <span class="\(Outcome(rawValue: measured.verdict.outcome)?.rawValue ?? "inconclusive")">\(HTML.escaped(measured.verdict.outcome))</span></h2>
      <p>\(HTML.escaped(measured.verdict.reason))</p>
      <table>
      \(bars(measured))
      </table>
      <p class="small">\(HTML.escaped(numbers(measured)))</p>
      </section>
      """
  }

  private static let shownPods = 100

  private static func bars(_ measured: CompareReport.Measured) -> String {
    let equal = 100 / Double(max(1, measured.statistics.ready ?? measured.pods.count))
    let hottest = max(measured.pods.map { 100 * $0.share }.max() ?? 0, equal)
    var rows = measured.pods.prefix(shownPods).map { pod in
      let share = 100 * pod.share
      let name = HTML.escaped(pod.pod ?? pod.address ?? "unknown pod")
      return """
        <tr><th scope="row">\(name)</th><td class="bar"><svg viewBox="0 0 100 10" \
        preserveAspectRatio="none" role="img" aria-label="\(share.decimal(1)) %">\
        <rect width="\((100 * share / hottest).decimal(2))" height="10"/>\
        <line x1="\((100 * equal / hottest).decimal(2))" x2="\((100 * equal / hottest).decimal(2))" \
        y2="10"/></svg></td><td class="number">\(share.decimal(1)) %</td>\
        <td class="number">\(pod.rpcs)</td></tr>
        """
    }
    if measured.pods.count > shownPods {
      let more = measured.pods.count - shownPods
      rows.append("<tr><td colspan=\"4\">and \(more) more pods</td></tr>")
    }
    return rows.joined(separator: "\n")
  }

  private static func numbers(_ measured: CompareReport.Measured) -> String {
    let statistics = measured.statistics
    var parts = [counted(measured.connections, "connection")]
    if let answered = statistics.answered {
      let ready = statistics.ready.map { " of \($0)" } ?? ""
      parts.append("\(answered)\(ready) pods reached")
    }
    if let expected = measured.expectedPods {
      parts.append("theory has \(expected.decimal(1)) on average")
    }
    if let effective = statistics.effectivePods {
      parts.append("they work like \(effective.decimal(1))")
    }
    parts.append("\(measured.rpcs.answered) answered, \(measured.rpcs.lost) lost")
    return parts.joined(separator: "; ")
  }
}
