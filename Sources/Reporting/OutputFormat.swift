/// How a report can be shown.
package enum OutputFormat: String, CaseIterable, Sendable {
  case table
  /// The table with every column and every row.
  case wide
  case json
  /// One self-contained page.
  case html
}

/// The report as text that ends in a newline.
package func render(_ report: Report, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .table: DistributeTable(report, style: style, isWide: false).text
  case .wide: DistributeTable(report, style: style, isWide: true).text
  case .json: jsonText(report)
  case .html: HTMLPage(report).text
  }
}

/// The report as text that ends in a newline.
package func render(_ report: ResolveReport, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .table: ResolveTable(report, style: style, isWide: false).text
  case .wide: ResolveTable(report, style: style, isWide: true).text
  case .json: jsonText(report)
  case .html:
    HTMLPage(
      title: "lbcheck resolve \(report.target.given)",
      table: ResolveTable(report, style: Style(), isWide: true).text
    ).text
  }
}

/// The report as text that ends in a newline.
package func render(_ report: AccessReport, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .table, .wide: report.text(style: style)
  case .json: jsonText(report)
  case .html:
    HTMLPage(title: "lbcheck rbac \(report.namespace)", table: report.text(style: Style())).text
  }
}

/// The report as text that ends in a newline.
package func render(_ report: CompareReport, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .table, .wide: CompareTable(report, style: style).text
  case .json: jsonText(report)
  case .html: HTMLPage(report).text
  }
}

/// The problem as two to four lines for people, or as a JSON object (there is no page for it); the text ends in a newline.
package func render(_ problem: Problem, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .table, .wide, .html: problem.lines(style: style)
  case .json: jsonText(problem)
  }
}
