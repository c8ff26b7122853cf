private import Distribution

/// The checks for people, grouped by area, each with a sign as `linkerd check` has it.
struct DoctorTable {
  private let report: DoctorReport
  private let style: Style

  init(_ report: DoctorReport, style: Style) {
    self.report = report
    self.style = style
  }

  var text: String {
    var page = Page(style: style)
    let lab = report.source == .lab ? " (embedded lab)" : ""
    page.add("Target", report.target.given + lab)
    page.add("Client", "\(report.policy); \(counted(report.rpcs, "RPC")) sent")
    var area = ""
    for check in report.checks {
      if check.area != area {
        area = check.area
        page.add(line: "")
        page.add(line: style.paint(area, .bold))
      }
      add(check, to: &page)
    }
    page.add(line: "")
    page.add(
      "Result", report.summary,
      report.reaches(.error) ? .bad : report.reaches(.warning) ? .unsure : .good)
    return page.text
  }

  private func add(_ check: DoctorReport.Check, to page: inout Page) {
    let (sign, paint) = sign(check)
    page.add(
      line: "  \(style.paint(sign, paint)) \(check.code) \(Escaping.terminal(check.title))")
    var sentences = [check.evidence].compactMap { $0 }
    if check.status == .passed { sentences = [] }
    if let hint = check.hint { sentences.append("try: \(hint)") }
    let indent = String(repeating: " ", count: sign.count + 3)
    for sentence in sentences {
      for line in wrapped(sentence, width: style.width - indent.count) {
        page.add(line: indent + (check.status == .skipped ? style.paint(line, .dim) : line))
      }
    }
  }

  private func sign(_ check: DoctorReport.Check) -> (String, Style.Paint) {
    switch (check.status, check.level) {
    case (.passed, _): (style.unicode ? "√" : "[ok]", .good)
    case (.skipped, _): ("-", .dim)
    case (.found, .error): (style.unicode ? "×" : "[error]", .bad)
    case (.found, .warning): (style.unicode ? "‼" : "[warning]", .unsure)
    case (.found, _): (style.unicode ? "i" : "[info]", .dim)
    }
  }
}
