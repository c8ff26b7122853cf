private import Distribution
private import Glibc

/// From the median to the slowest answer of each pod, on a logarithmic scale.
struct LatencyChart {
  private let pods: [Report.Pod]
  private let scale: Scale
  private let ticks: [Double]

  /// Nil where nothing was answered.
  init?(_ report: Report) {
    pods = report.pods.filter { $0.latency != nil }
    let latencies = pods.compactMap(\.latency)
    let fastest = latencies.map(\.p50).filter { $0 > 0 }.min() ?? 0.001
    let slowest = latencies.map(\.max).filter(\.isFinite).max() ?? 0
    guard !latencies.isEmpty else { return nil }
    let low = min(max(fastest * 0.8, 1e-6), 1e11)
    let high = min(max(slowest * 1.1, low * 2), 1e12)
    scale = Scale(logarithmicFrom: low, to: high)
    ticks = Self.ticks(from: low, to: high)
  }

  /// Round numbers: every decade, or else 1, 2 and 5 of each, or else finer, until there are three.
  private static func ticks(from low: Double, to high: Double) -> [Double] {
    let decades = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    var ticks: [Double] = []
    for steps: [Double] in [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]] where ticks.count < 3
    {
      ticks = decades.flatMap { decade in steps.map { $0 * pow(10, Double(decade)) } }
        .filter { $0 >= low && $0 <= high }
    }
    return ticks
  }

  var section: HTML {
    let rows = PodRows.rows(pods).map { row -> HTML in
      switch row {
      case .pod(let pod): line(pod)
      case .hidden(let count, let what):
        "<tr class=\"hidden\"><td colspan=\"6\">… \(count) \(what)</td></tr>"
      }
    }
    let all = pods.count > PodRows.most ? " Of \(pods.count) pods, some; the table has all." : ""
    let labels = ticks.map { time -> HTML in
      "<span style=\"left:\(scale.percent(time))%\">\(tick(milliseconds: time))</span>"
    }
    return """
      <section>
      <h2>Latency</h2>
      <table class="fixed times">
      <caption>Of the answers, by pod, on a logarithmic scale: the dark bar reaches from p50 to p90, \
      the light one to p99, the thin line to the slowest.\(all)</caption>
      <thead><tr><th scope="col">Pod</th><td class="track"></td><th scope="col" class="n">p50</th>\
      <th scope="col" class="n wide">p90</th><th scope="col" class="n">p99</th>\
      <th scope="col" class="n wide">max</th></tr></thead>
      <tbody>
      \(rows)
      </tbody>
      <tfoot><tr><td></td><td class="track"><div class="ticks axis">\(labels)</div></td>\
      <td></td><td class="wide"></td><td></td><td class="wide"></td></tr></tfoot>
      </table>
      </section>
      """
  }

  private func line(_ pod: Report.Pod) -> HTML {
    guard let latency = pod.latency else { return "" }
    let p50 = scale.percent(latency.p50)
    let p90 = scale.percent(latency.p90)
    let p99 = scale.percent(latency.p99)
    let slowest = scale.percent(latency.max)
    let grid = ticks.map(scale.percent).map { x -> HTML in
      "<line class=\"grid\" x1=\"\(x)%\" x2=\"\(x)%\" y2=\"100%\"/>"
    }
    return """
      <tr><th scope="row">\(pod.label)</th><td class="track"><svg aria-hidden="true">\
      <rect class="ground" width="100%" height="100%"/>\(grid)\
      <line class="thin" x1="\(p99)%" x2="\(slowest)%" y1="50%" y2="50%"/>\
      <rect class="light" x="\(p90)%" y="20%" width="\(max(0, p99 - p90))%" height="60%"/>\
      <rect class="bar" x="\(p50)%" y="20%" width="\(max(0.6, p90 - p50))%" height="60%"/>\
      <line class="thin" x1="\(slowest)%" x2="\(slowest)%" y1="20%" y2="80%"/></svg></td>\
      <td class="n">\(duration(milliseconds: latency.p50))</td>\
      <td class="n wide">\(duration(milliseconds: latency.p90))</td>\
      <td class="n">\(duration(milliseconds: latency.p99))</td>\
      <td class="n wide">\(duration(milliseconds: latency.max))</td></tr>
      """
  }
}
