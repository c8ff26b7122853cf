private import Distribution

extension HTMLPage {
  /// A watch: the pods on the time of the run, and all its numbers.
  init(_ report: WatchReport) {
    let head = report.head
    let table = WatchTable(report: report, style: Style(), isWide: true).text
    let events = report.latestEvents.map { $0.line(style: Style()) }.joined(separator: "\n")
    self.init(
      title: "watch \(head.target.given)",
      sections: [
        """
        <header>
        <p class="soft">lbcheck watch</p>
        <h1>\(head.target.given)</h1>
        \(Self.interrupted(report.interrupted))<p class="soft">\
        lbcheck \(head.version), \(head.startedAt), seed \(head.seed)</p>
        </header>
        """,
        PodLifeChart(report).section,
        "<section>\n<h2>Numbers</h2>\n<pre>\(HTML(lines: table))</pre>\n</section>",
        """
        <section>
        <h2>Events</h2>
        <details><summary>The newest \(report.latestEvents.count) of \(report.events)</summary>\
        <pre>\(HTML(lines: events))</pre></details>
        </section>
        """,
      ])
  }
}

/// Each life of a pod on the time of the run, a line per resolver: ready, in the channel's list, with
/// RPCs.
struct PodLifeChart {
  private static let most = 60

  private let report: WatchReport
  private let pods: [WatchReport.Pod]
  private let scale: Scale

  init(_ report: WatchReport) {
    self.report = report
    pods = Array(report.pods.suffix(Self.most))
    scale = Scale(from: 0, to: max(0.001, report.duration))
  }

  var section: HTML {
    let hidden = report.pods.count - pods.count + report.forgottenPods
    let some = hidden > 0 ? " \(hidden) lives that ended earlier are not drawn." : ""
    return """
      <section>
      <h2>Pods over time</h2>
      <p class="soft">Grey: ready. Thin: in the channel's list. Thick: from the first RPC to the last. \
      What is grey and empty is the blind spot; what is thick and not grey lingers.\(some)</p>
      <table class="fixed">
      <thead><tr><th scope="col">Pod, resolver</th><td class="track"></td>\
      <th scope="col" class="n">RPCs</th><th scope="col" class="n">Failed</th></tr></thead>
      <tbody>
      \(pods.flatMap { pod in pod.lanes.indices.map { line(pod, $0) } })
      </tbody>
      <tfoot><tr><td></td><td class="track"><div class="axis"><span>0 s</span>\
      <span>\(report.duration.decimal(1)) s</span></div></td><td></td><td></td></tr></tfoot>
      </table>
      <ul class="legend">
      <li><svg aria-hidden="true"><svg x="50%" y="50%">\(Self.diamond)</svg></svg>GOAWAY</li>
      <li><svg aria-hidden="true"><line class="end" x1="50%" x2="50%" y2="100%"/></svg>last connection ended</li>
      </ul>
      </section>
      """
  }

  private func line(_ pod: WatchReport.Pod, _ index: Int) -> HTML {
    let lane = pod.lanes[index]
    let resolver = index < report.resolvers.count ? report.resolvers[index].name : ""
    let spoken =
      "blind spot \(lane.blindSpot.map { "\($0) s" } ?? "none"), "
      + "lingering \(lane.lingering.map { "\($0) s" } ?? "none")"
    let failed: HTML = lane.failed > 0 ? "<span class=\"bad\">\(lane.failed)</span>" : "0"
    return """
      <tr><th scope="row">\(pod.pod ?? pod.address) <span class="soft">\(resolver)</span></th>\
      <td class="track"><svg role="img" aria-label="\(spoken)">\(picture(pod, lane))</svg></td>\
      <td class="n">\(lane.answered)</td><td class="n">\(failed)</td></tr>
      """
  }

  private func picture(_ pod: WatchReport.Pod, _ lane: WatchReport.PodLane) -> [HTML] {
    let beginning = pod.wasThere ? 0 : pod.ready ?? pod.inDNS
    var parts: [HTML] = ["<rect class=\"ground\" width=\"100%\" height=\"100%\"/>"]
    parts += bar("band", beginning, pod.ending, y: 0, height: 100)
    parts += bar("light", lane.listed, lane.unlisted, y: 40, height: 20)
    parts += bar("bar", lane.firstRPC, lane.lastRPC, y: 20, height: 60)
    if let closed = lane.closed {
      parts.append(
        "<line class=\"end\" x1=\"\(scale.percent(closed))%\" x2=\"\(scale.percent(closed))%\" y2=\"100%\"/>"
      )
    }
    if let at = lane.goAway {
      parts.append("<svg x=\"\(scale.percent(at))%\" y=\"50%\">\(Self.diamond)</svg>")
    }
    return parts
  }

  private func bar(
    _ style: HTML, _ from: Double?, _ to: Double?, y: Int, height: Int
  ) -> [HTML] {
    guard let from else { return [] }
    let (left, right) = (scale.percent(from), scale.percent(to ?? report.duration))
    return [
      "<rect class=\"\(style)\" x=\"\(left)%\" y=\"\(y)%\" width=\"\(max(0.3, right - left))%\" height=\"\(height)%\"/>"
    ]
  }

  private static let diamond: HTML = "<path class=\"sign\" d=\"M0-7L6 0L0 7L-6 0Z\"/>"
}
