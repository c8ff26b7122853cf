private import Distribution

/// A bar per pod, the mark of an equal share, and the band that counts as balanced.
struct ShareBars {
  private let pods: [Report.Pod]
  private let statistics: Report.Statistics
  private let tolerance: Double

  init(_ report: Report) {
    pods = report.pods
    statistics = report.statistics
    tolerance = report.verdict.tolerance
  }

  init(_ measured: CompareReport.Measured) {
    pods = measured.pods
    statistics = measured.statistics
    tolerance = measured.verdict.tolerance
  }

  var section: HTML {
    """
    <section>
    <h2>Distribution</h2>
    \(picture)
    </section>
    """
  }

  private var places: Int { equal < 0.01 ? 3 : 1 }

  private var equal: Double { 1 / Double(max(1, statistics.ready ?? pods.count)) }

  var picture: HTML {
    let top = max(pods.map(\.share).max() ?? 0, equal * (1 + tolerance))
    let scale = Scale(from: 0, to: top)
    let rows = PodRows.rows(pods).map { row -> HTML in
      switch row {
      case .pod(let pod): line(pod, scale)
      case .hidden(let count, let what):
        "<tr class=\"hidden\"><td colspan=\"6\">… \(count) \(what)</td></tr>"
      }
    }
    let off = statistics.ready == nil ? "" : "; what ends outside of it is orange"
    let all =
      pods.count > PodRows.most
      ? " Of \(pods.count) pods, those with most and least are drawn; the table has all." : ""
    return """
      <table class="fixed">
      <caption>Share of what was answered. The line is an equal share, \(percentage(equal, places: places)); the grey \
      band is what counts as balanced\(off).\(all)</caption>
      <thead><tr><th scope="col">Pod</th><td class="track"></td><th scope="col" class="n">Share</th>\
      <th scope="col" class="n wide">× equal</th><th scope="col" class="n">RPCs</th>\
      <th scope="col" class="n wide">Lost</th></tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table>
      """
  }

  private func line(_ pod: Report.Pod, _ scale: Scale) -> HTML {
    let times = pod.share / equal
    let isOff = statistics.ready != nil && abs(times - 1) > tolerance
    let low = scale.percent(equal * (1 - tolerance))
    let high = scale.percent(equal * (1 + tolerance))
    let mark = scale.percent(equal)
    let silent: HTML = pod.rpcs == 0 ? " <span class=\"bad\">silent</span>" : ""
    let lost: HTML = pod.lost > 0 ? "<span class=\"bad\">\(pod.lost)</span>" : "0"
    return """
      <tr><th scope="row">\(pod.label)\(silent)</th><td class="track"><svg aria-hidden="true">\
      <rect class="ground" width="100%" height="100%"/>\
      <rect class="band" x="\(low)%" width="\(high - low)%" height="100%"/>\
      <rect class="\(isOff ? "off" : "bar")" y="15%" width="\(scale.percent(pod.share))%" height="70%"/>\
      <line class="mark" x1="\(mark)%" x2="\(mark)%" y2="100%"/></svg></td>\
      <td class="n">\(percentage(pod.share, places: places))</td><td class="n wide">\(times.decimal(2))</td>\
      <td class="n">\(pod.rpcs)</td><td class="n wide">\(lost)</td></tr>
      """
  }
}
