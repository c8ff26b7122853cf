private import Distribution

/// One row per pod. Past forty pods the plain table shows the most and the least loaded and the
/// silent ones; the wide one shows all.
struct PodTable {
  private static let most = 40
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
    let pods = report.pods
    if isWide || pods.count <= Self.most {
      for pod in pods { table.add(cells(pod)) }
      return table
    }
    let sorted = pods.indices.sorted { (pods[$1].rpcs, $0) < (pods[$0].rpcs, $1) }.map { pods[$0] }
    let answering = sorted.filter { $0.rpcs > 0 }
    let silent = sorted.filter { $0.rpcs == 0 }
    add(answering, head: 20, tail: 5, "more between these", to: &table)
    add(silent, head: 15, tail: 0, "more silent", to: &table)
    return table
  }

  /// The first `head` and the last `tail` of the pods, and how many are left out.
  private func add(
    _ pods: [Report.Pod], head: Int, tail: Int, _ what: String, to table: inout TextTable
  ) {
    let hidden = pods.count - head - tail
    guard hidden > 1 else {
      for pod in pods { table.add(cells(pod)) }
      return
    }
    for pod in pods.prefix(head) { table.add(cells(pod)) }
    table.addLine("\(style.unicode ? "…" : "...") \(hidden) \(what) (all with -o wide)")
    for pod in pods.suffix(tail) { table.add(cells(pod)) }
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
    let name = TextTable.Cell(Self.name(pod), isSilent ? .bad : nil)
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

  /// The pod as people know it: its name, or else its address.
  private static func name(_ pod: Report.Pod) -> String {
    let address = pod.address
    if pod.identity == Report.Pod.unknownIdentity {
      return "(unknown pod behind \(address ?? "an unknown address"))"
    }
    return pod.pod ?? address ?? "-"
  }

  /// Green within the tolerance of an equal share, yellow outside it.
  private func paint(_ pod: Report.Pod) -> Style.Paint? {
    guard let ready = report.statistics.ready, ready > 0 else { return nil }
    let deviation = abs(pod.share * Double(ready) - 1)
    return deviation <= report.verdict.tolerance ? .good : .unsure
  }
}
