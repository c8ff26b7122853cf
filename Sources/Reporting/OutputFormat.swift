/// How a report can be shown.
package enum OutputFormat: String, CaseIterable, Sendable {
  case table
  /// The table with every column and every row.
  case wide
  case json
}

/// The report as text that ends in a newline.
package func render(_ report: Report, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .table: DistributeTable(report, style: style, isWide: false).text
  case .wide: DistributeTable(report, style: style, isWide: true).text
  case .json: jsonText(report)
  }
}

/// The report as text that ends in a newline.
package func render(_ report: ResolveReport, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .table: ResolveTable(report, style: style, isWide: false).text
  case .wide: ResolveTable(report, style: style, isWide: true).text
  case .json: jsonText(report)
  }
}

/// The problem as two to four lines for people, or as a JSON object; the text ends in a newline.
package func render(_ problem: Problem, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .table, .wide: problem.lines(style: style)
  case .json: jsonText(problem)
  }
}
