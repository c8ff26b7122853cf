private import Distribution

/// A report as one self-contained page: no scripts, nothing is fetched; readable on a phone, in dark
/// mode and on paper, by ear, and without colours.
struct HTMLPage {
  private let title: String
  private let sections: [HTML]

  /// Sections of a report's own.
  init(title: String, sections: [HTML]) {
    self.title = title
    self.sections = sections
  }

  /// One run in full.
  init(_ report: Report) {
    title = "\(report.command) \(report.target.given)"
    let summary = ReportSummary(report)
    sections =
      [summary.header]
      + [
        summary.verdict, summary.figures, summary.assertions, summary.findings,
        ShareBars(report).section, ShareOverTime(report)?.section,
        ConnectionChart(report)?.section, LatencyChart(report)?.section, PodDetails(report).section,
        summary.facts,
      ].compactMap { $0 }
  }

  /// The distribution of each run, one below the other.
  init(_ report: CompareReport) {
    title = "compare \(report.target.given)"
    sections =
      [
        """
        <header>
        <p class="soft">lbcheck compare</p>
        <h1>\(report.target.given)</h1>
        \(Self.interrupted(report.interrupted))<p class="soft">\
        lbcheck \(report.version), \(report.startedAt), seed \(report.seed)</p>
        </header>
        """
      ] + report.rows.map(Self.section)
  }

  /// Text that has its columns already.
  init(title: String, table: String) {
    self.title = title
    sections = ["<h1>\(title)</h1>", "<pre>\(HTML(lines: table))</pre>"]
  }

  var text: String {
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title) - lbcheck</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      \(sections)
      </main>
      </body>
      </html>

      """
    return page.text
  }

  static func interrupted(_ isInterrupted: Bool) -> HTML {
    isInterrupted
      ? "<p><strong>Interrupted: this is what was measured until then.</strong></p>\n" : ""
  }

  private static func section(_ row: CompareReport.Row) -> HTML {
    let name = "\(row.name), \(row.protocol)"
    guard let measured = row.measured else {
      return """
        <section>
        <h2>\(name)</h2>
        <p>Not measured: \(row.skipped ?? "")</p>
        </section>
        """
    }
    return """
      <section>
      <h2>\(name) \(measured.verdict.badge)</h2>
      <p>\(measured.verdict.reason)</p>
      \(ShareBars(measured).picture)
      <p class="soft">\(numbers(measured))</p>
      </section>
      """
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

extension Report.Verdict {
  /// The outcome as a sign and a word, so that it does not depend on its colour.
  var badge: HTML {
    "<span class=\"badge \(paint.style)\"><span aria-hidden=\"true\">\(paint.sign)</span> \(outcome)</span>"
  }
}

extension Style.Paint {
  /// The class in the page's style sheet.
  var style: HTML {
    switch self {
    case .good: "good"
    case .bad: "bad"
    case .unsure: "unsure"
    case .bold, .dim: "soft"
    }
  }

  var sign: String {
    switch self {
    case .good: "✓"
    case .bad: "✕"
    case .unsure, .bold, .dim: "?"
    }
  }
}
