/// How a report can be shown.
package enum OutputFormat: String, CaseIterable, Sendable {
  case table
  /// The table with every column and every row.
  case wide
  case json
  case yaml
  /// One self-contained page.
  case html
  /// A line per pod.
  case csv
  /// The assertions as a test suite.
  case junit
  /// Annotations of GitHub Actions.
  case github
  /// Prometheus' text format.
  case prometheus
  /// A line per finding.
  case short

  /// Those that every report has.
  package static let common: [OutputFormat] = [.table, .wide, .json, .yaml, .html]
  /// Those of one run of distribute.
  package static let ofRuns = allCases.filter { $0 != .short }
  /// Those of a watch.
  package static let ofWatches: [OutputFormat] = common + [.junit, .github]
  /// Those of the doctor.
  package static let ofChecks: [OutputFormat] = common + [.short, .junit, .github]
}

/// The report as text that ends in a newline.
package func render(_ report: Report, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .table: DistributeTable(report, style: style, isWide: false).text
  case .wide: DistributeTable(report, style: style, isWide: true).text
  case .json: jsonText(report)
  case .yaml: yamlText(report)
  case .html: HTMLPage(report).text
  case .csv: CSVTable(report).text
  case .junit: JUnitReport(report).text
  case .github: GitHubAnnotations(report).text
  case .prometheus: PrometheusMetrics(report).text
  case .short: DistributeTable(report, style: style, isWide: false).text
  }
}

/// The report as text that ends in a newline; a format that is not among the common ones gives the
/// table.
package func render(_ report: ResolveReport, as format: OutputFormat, style: Style) -> String {
  render(report, as: format, style, title: "lbcheck resolve \(report.target.given)") {
    ResolveTable(report, style: $0, isWide: $1).text
  }
}

/// The report as text that ends in a newline; a format that is not among the common ones gives the
/// table.
package func render(_ report: AccessReport, as format: OutputFormat, style: Style) -> String {
  render(report, as: format, style, title: "lbcheck rbac \(report.namespace)") { style, _ in
    report.text(style: style)
  }
}

/// The report as text that ends in a newline; a format that is not among the common ones gives the
/// table.
package func render(_ report: CompareReport, as format: OutputFormat, style: Style) -> String {
  if format == .html { return HTMLPage(report).text }
  return render(report, as: format, style, title: "lbcheck compare") { style, _ in
    CompareTable(report, style: style).text
  }
}

/// The report as text that ends in a newline; a format that is not among the common ones gives the
/// table.
package func render(_ report: LintReport, as format: OutputFormat, style: Style) -> String {
  render(report, as: format, style, title: "lbcheck lint") { style, _ in
    report.text(style: style)
  }
}

/// The report as text that ends in a newline; a format that is not among `ofChecks` gives the table.
package func render(_ report: DoctorReport, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .short: report.shortText
  case .junit: report.junitText
  case .github: report.githubText
  default:
    render(report, as: format, style, title: "lbcheck doctor \(report.target.given)") { style, _ in
      DoctorTable(report, style: style).text
    }
  }
}

/// The report as text that ends in a newline; a format that is not among the common ones gives the
/// table.
package func render(_ report: DemoReport, as format: OutputFormat, style: Style) -> String {
  render(report, as: format, style, title: "lbcheck demo") { style, _ in
    report.text(style: style)
  }
}

/// - Parameter table: for people, in a style, and whether it is wide.
private func render(
  _ report: some Encodable, as format: OutputFormat, _ style: Style, title: String,
  table: (Style, Bool) -> String
) -> String {
  switch format {
  case .json: jsonText(report)
  case .yaml: yamlText(report)
  case .html: HTMLPage(title: title, table: table(Style(), true)).text
  case .wide: table(style, true)
  case .table, .csv, .junit, .github, .prometheus, .short: table(style, false)
  }
}

/// The problem as two to four lines for people, or as an object for programs that read the report as
/// one; the text ends in a newline.
package func render(_ problem: Problem, as format: OutputFormat, style: Style) -> String {
  switch format {
  case .json: jsonText(problem)
  case .yaml: yamlText(problem)
  default: problem.lines(style: style)
  }
}
