private import Distribution

/// A report for people: what was done, a row per pod, and what it means.
struct DistributeTable {
  private let report: Report
  private let style: Style
  private let isWide: Bool

  /// - Parameter isWide: whether to show every row, every column and the connections.
  init(_ report: Report, style: Style, isWide: Bool) {
    self.report = report
    self.style = style
    self.isWide = isWide
  }

  var text: String {
    var page = Page(style: style)
    addHeader(to: &page)
    page.add(line: "")
    page.add(PodTable(report, style: style, isWide: isWide).table)
    if isWide, !report.connections.isEmpty {
      page.add(line: "")
      page.add(ConnectionTable.table(report.connections))
    }
    page.add(line: "")
    addCounts(to: &page)
    page.add(line: "")
    addHeadline(to: &page)
    addAssertions(to: &page)
    page.add(report.findings)
    return page.text
  }

  private func addHeader(to page: inout Page) {
    page.add("Target", report.targetWords)
    page.add("Policy", report.policyWords)
    page.add("Resolved", report.resolvedWords)
    page.add("Measured", report.measuredWords)
    if report.interrupted {
      page.add("Interrupted", "this is what was measured until then", .unsure)
    }
  }

  private func addCounts(to page: inout Page) {
    page.add("RPCs", report.rpcs.words, report.rpcs.lost > 0 ? .bad : nil)
    page.add("Connections", report.connectionWords)
  }

  private func addHeadline(to page: inout Page) {
    let numbers = report.statistics
    if let effective = numbers.effectivePods {
      let pods =
        numbers.ready.map { "your \(counted($0, "pod")) work\($0 == 1 ? "s" : "") like " } ?? ""
      page.add("Effective pods", "\(pods)\(effective.decimal(1))")
    }
    if let skew = numbers.skew {
      page.add("Skew", "the hottest pod carries \(skew.decimal(2)) times its share")
    }
    if let usable = numbers.usableCapacity {
      page.add(
        "Usable capacity",
        "at \(percentage(usable)) of what your pods can carry, the hottest one is full")
    }
    let verdict = report.verdict
    page.add("Verdict", verdict.outcome.uppercased(), verdict.paint)
    page.add("", verdict.reason)
    page.add("", verdict.basisWords)
  }

  private func addAssertions(to page: inout Page) {
    guard !report.assertions.isEmpty else { return }
    page.add(line: "")
    page.add(line: style.paint("Assertions", .bold))
    let asserted = report.assertions.map { Escaping.terminal($0.assert) }
    let width = asserted.map(\.count).max() ?? 0
    for (assertion, text) in zip(report.assertions, asserted) {
      let (sign, paint): (String, Style.Paint) =
        switch assertion.held {
        case true?: (style.unicode ? "✓" : "[ok]", .good)
        case false?: (style.unicode ? "✗" : "[failed]", .bad)
        case nil: (style.unicode ? "?" : "[undecided]", .unsure)
        }
      let gap = String(repeating: " ", count: width - text.count)
      let observed = Escaping.terminal(assertion.observed)
      page.add(line: "  \(style.paint(sign, paint)) \(text)\(gap)  observed \(observed)")
    }
  }
}

extension Report.Verdict {
  var paint: Style.Paint {
    switch Outcome(rawValue: outcome) {
    case .balanced: .good
    case .pinned, .partial, .skewed: .bad
    case .inconclusive, nil: .unsure
    }
  }
}
