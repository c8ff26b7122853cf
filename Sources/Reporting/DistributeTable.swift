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
    let policy = report.policy
    let resolution = report.resolution
    let lab = report.source == .lab ? " (embedded lab)" : ""
    page.add("Target", report.target.given + lab)
    let emulated = policy.emulated ? ", emulated: no virtual IP was found" : ""
    page.add(
      "Policy",
      "\(policy.name)\(emulated); client \(policy.client), \(policy.protocol), "
        + counted(policy.channels, "channel"))
    let count = resolution.addresses.count
    let addresses = "\(count) \(count == 1 ? "address" : "addresses")"
    let server = resolution.server.map { " at \($0)" } ?? ""
    let ttl = resolution.ttl.map { ", TTL \($0) s" } ?? ""
    let changes =
      resolution.changes > 0 ? ", changed \(counted(resolution.changes, "time")) meanwhile" : ""
    page.add("Resolved", "\(addresses) from \(resolution.resolver)\(server)\(ttl)\(changes)")
    page.add(
      "Measured",
      "\(report.duration.decimal(2)) s after \(counted(report.rpcs.warmup, "warm-up RPC")), "
        + "seed \(report.seed)")
    if report.interrupted {
      page.add("Interrupted", "this is what was measured until then", .unsure)
    }
  }

  private func addCounts(to page: inout Page) {
    let rpcs = report.rpcs
    let statuses = rpcs.byStatus.isEmpty ? "" : " (\(listed(rpcs.byStatus)))"
    let causes =
      rpcs.lostByCause.isEmpty ? "" : " (\(listed(rpcs.lostByCause).replacing("_", with: " ")))"
    let retried = rpcs.retried > 0 ? ", \(rpcs.retried) of them retries" : ""
    let nowhere = rpcs.unattributed > 0 ? "; \(rpcs.unattributed) answers are in no row" : ""
    page.add(
      "RPCs",
      "\(rpcs.sent) sent\(retried): \(rpcs.answered) answered\(statuses), "
        + "\(rpcs.lost) lost\(causes)\(nowhere)",
      rpcs.lost > 0 ? .bad : nil)
    page.add("Connections", ConnectionTable.summary(report.connections))
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
    let needed = verdict.neededRPCs.map { "; \($0) answered RPCs would decide" } ?? ""
    page.add(
      "",
      "basis \(verdict.basis); balanced means within \(percentage(verdict.tolerance)) of an equal "
        + "share\(confidence(verdict))\(needed)")
  }

  /// Where the verdict is about draws.
  private func confidence(_ verdict: Report.Verdict) -> String {
    verdict.basis == Basis.perCall.rawValue
      ? ", with \(percentage(verdict.confidence)) confidence" : ""
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
