private import Distribution

/// Every pod with all that is known of it.
struct PodDetails {
  private let pods: [Report.Pod]

  init(_ report: Report) {
    pods = report.pods
  }

  var section: HTML {
    // Open where it is short: paper cannot be unfolded.
    let open: HTML = pods.count <= PodRows.most ? " open" : ""
    return """
      <section>
      <h2>All pods</h2>
      <details\(open)><summary>\(counted(pods.count, "row"))</summary><div class="scroll"><table>
      <thead><tr><th scope="col">Pod</th><th scope="col">Address</th>\
      <th scope="col">Told by</th>\(Self.columns)</tr></thead>
      <tbody>
      \(pods.map(line))
      </tbody>
      </table></div></details>
      </section>
      """
  }

  private static let columns = [
    "Share", "RPCs", "Lost", "Conns", "Warm-up", "p50", "p90", "p99", "max",
  ].map { name -> HTML in "<th scope=\"col\" class=\"n\">\(name)</th>" }

  private func line(_ pod: Report.Pod) -> HTML {
    let times = pod.latency
    let numbers =
      [
        percentage(pod.share, places: pods.count > 100 ? 3 : 1), "\(pod.rpcs)", "\(pod.lost)",
        "\(pod.connections)", "\(pod.warmup)",
      ]
      + [times?.p50, times?.p90, times?.p99, times?.max].map {
        $0.map(duration(milliseconds:)) ?? "-"
      }
    let identity = pod.confidence == "likely" ? "\(pod.identity) (likely)" : pod.identity
    let cells = numbers.map { number -> HTML in "<td class=\"n\">\(number)</td>" }
    return """
      <tr><th scope="row">\(pod.label)</th><td>\(pod.address ?? "-")</td><td>\(identity)</td>\(cells)</tr>
      """
  }
}
