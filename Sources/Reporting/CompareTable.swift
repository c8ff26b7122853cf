private import Distribution

/// A comparison for people: a line per policy and resolver, what was measured beside what theory has.
struct CompareTable {
  private let report: CompareReport
  private let style: Style

  init(_ report: CompareReport, style: Style) {
    self.report = report
    self.style = style
  }

  var text: String {
    var page = Page(style: style)
    let lab = report.source == .lab ? " (embedded lab)" : ""
    page.add("Target", report.target.given + lab)
    if report.interrupted {
      page.add("Interrupted", "this is what was measured until then", .unsure)
    }
    page.add(line: "")
    page.add(table)
    let skipped = report.rows.filter { $0.skipped != nil }
    if !skipped.isEmpty { page.add(line: "") }
    for row in skipped {
      page.add("Not measured", "\(row.name): \(row.skipped ?? "")", .dim)
    }
    return page.text
  }

  private var table: TextTable {
    var table = TextTable([
      .init(title: "POLICY"), .init(title: "RESOLVER"), .init(title: "PROTOCOL"),
      .init(title: "CONNS", isRight: true), .init(title: "PODS", isRight: true),
      .init(title: "EXPECTED", isRight: true), .init(title: "HOTTEST", isRight: true),
      .init(title: "WORK LIKE", isRight: true), .init(title: "LOST", isRight: true),
      .init(title: "VERDICT"),
    ])
    for row in report.rows {
      guard let measured = row.measured else { continue }
      let statistics = measured.statistics
      let ready = statistics.ready.map { "/\($0)" } ?? ""
      table.add([
        .init(row.policy + (measured.emulated ? " (emulated)" : "")), .init(row.resolver),
        .init(row.protocol), .init("\(measured.connections)"),
        .init(statistics.answered.map { "\($0)\(ready)" } ?? "?"),
        .init(measured.expectedPods.map { $0.decimal(1) } ?? "-"),
        .init(statistics.maxShare.map(percentage) ?? "-"),
        .init(statistics.effectivePods.map { $0.decimal(1) } ?? "-"),
        .init("\(measured.rpcs.lost)", measured.rpcs.lost > 0 ? .bad : nil),
        .init(measured.verdict.outcome, measured.verdict.paint),
      ])
    }
    return table
  }
}

extension CompareReport.Row {
  /// `round_robin over dns`, `cluster_ip over dns in http1`.
  var name: String {
    "\(policy) over \(resolver)" + (`protocol` == "h2" ? "" : " in \(`protocol`)")
  }
}
