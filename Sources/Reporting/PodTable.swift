private import Distribution

/// One row per pod; the wide table shows all of them, the plain one what `PodRows` chooses.
struct PodTable {
  private static let barWidth = 24

  private let report: Report
  private let style: Style
  private let isWide: Bool
  private let topShare: Double

  init(_ report: Report, style: Style, isWide: Bool) {
    self.report = report
    self.style = style
    self.isWide = isWide
    topShare = report.pods.map(\.share).max() ?? 0
  }

  var table: TextTable {
    var table = TextTable(columns)
    let rows = isWide ? report.pods.map(PodRows.Row.pod) : PodRows.rows(report.pods)
    for row in rows {
      switch row {
      case .pod(let pod): table.add(cells(pod))
      case .hidden(let count, let what):
        table.addLine("\(style.unicode ? "…" : "...") \(count) \(what) (all with -o wide)")
      }
    }
    return table
  }

  private var columns: [TextTable.Column] {
    let count = { TextTable.Column(title: $0, isRight: true) }
    let name = [TextTable.Column(title: "POD")]
    let share = [TextTable.Column(title: ""), count("SHARE"), count("RPCS"), count("LOST")]
    return isWide
      ? name + [.init(title: "ADDRESS"), .init(title: "IDENTITY")] + share
        + ["CONNS", "WARM-UP", "P50", "P90", "P99", "MAX"].map(count)
      : name + share + ["CONNS", "P50", "P99"].map(count)
  }

  private func cells(_ pod: Report.Pod) -> [TextTable.Cell] {
    let isSilent = pod.rpcs == 0
    let name = TextTable.Cell(pod.label, isSilent ? .bad : nil)
    let bar = Bar.text(topShare > 0 ? pod.share / topShare : 0, width: Self.barWidth, style: style)
    let share = [
      TextTable.Cell(bar, paint(pod)), TextTable.Cell(percentage(pod.share)),
      TextTable.Cell("\(pod.rpcs)"), TextTable.Cell("\(pod.lost)", pod.lost > 0 ? .bad : nil),
    ]
    let times = pod.latency
    let latency =
      (isWide ? [times?.p50, times?.p90, times?.p99, times?.max] : [times?.p50, times?.p99])
      .map { TextTable.Cell($0.map(duration(milliseconds:)) ?? "-") }
    let connections = TextTable.Cell("\(pod.connections)")
    guard isWide else { return [name] + share + [connections] + latency }
    let address = TextTable.Cell(pod.address ?? "-")
    let identity = TextTable.Cell(
      pod.confidence == "likely" ? "\(pod.identity) (likely)" : pod.identity)
    return [name, address, identity] + share + [connections, .init("\(pod.warmup)")] + latency
  }

  /// Green within the tolerance of an equal share, yellow outside it.
  private func paint(_ pod: Report.Pod) -> Style.Paint? {
    guard let ready = report.statistics.ready, ready > 0 else { return nil }
    let deviation = abs(pod.share * Double(ready) - 1)
    return deviation <= report.verdict.tolerance ? .good : .unsure
  }
}
