private import Distribution

/// Who answered when, as a stacked area; below it how much, with what was lost.
struct ShareOverTime {
  private struct Layer {
    var name: String
    var counts: [Int]
  }

  /// As many as can be told apart.
  private static let mostLayers = 10

  private let layers: [Layer]
  private let lost: [Int]
  /// Milliseconds.
  private let step: Double
  private let podCount: Int
  /// Answers of all layers by slice.
  private let totals: [Int]

  /// Nil where the report does not say when its pods answered.
  init?(_ report: Report) {
    guard var timeline = report.timeline, timeline.isConsistent(pods: report.pods.count) else {
      return nil
    }
    let shown = min(timeline.pods.count + (timeline.others == nil ? 0 : 1), Self.mostLayers)
    // With a handful of answers per slice an area shows which pod happened to be next.
    while timeline.lost.count > 8, timeline.answered < 4 * shown * timeline.lost.count {
      timeline.joinNeighbours()
    }
    let sums = timeline.rpcs.map { $0.reduce(0, +) }
    let hasRest = timeline.others != nil || sums.count > Self.mostLayers
    let first = sums.indices.sorted { (sums[$1], $0) < (sums[$0], $1) }
      .prefix(hasRest ? Self.mostLayers - 1 : Self.mostLayers).sorted()
    var layers = first.map {
      Layer(name: report.pods[timeline.pods[$0]].label, counts: timeline.rpcs[$0])
    }
    var rest = timeline.others ?? [Int](repeating: 0, count: timeline.lost.count)
    for index in Set(sums.indices).subtracting(first) {
      rest = zip(rest, timeline.rpcs[index]).map { $0 + $1 }
    }
    if hasRest { layers.append(Layer(name: "all other pods", counts: rest)) }
    self.layers = layers
    podCount = report.pods.count { $0.rpcs > 0 }
    lost = timeline.lost
    step = timeline.step
    totals = lost.indices.map { slice in layers.reduce(0) { $0 + $1.counts[slice] } }
  }

  var section: HTML {
    let length = step * Double(lost.count)
    let some =
      podCount > Self.mostLayers
      ? " Of \(podCount) pods that answered, the \(layers.count - 1) with most." : ""
    let legend = layers.enumerated().map { index, layer -> HTML in
      "<li><svg aria-hidden=\"true\"><rect class=\"s\(index)\" width=\"100%\" height=\"100%\"/></svg>\(number(index)) \(layer.name)</li>"
    }
    return """
      <section>
      <h2>Share over time</h2>
      <p class="soft">Who answered in each \(tick(milliseconds: step)) of the measuring window, as \
      a share of the answers in it.\(some) Numbers in the picture are those of the list.</p>
      <figure>
      <div class="plot">
      <svg class="area" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="\(spoken)">\(areas)</svg>
      \(labels)
      </div>
      <p class="axis">Answers in each: at most \(totals.max() ?? 0)\(lostWords)</p>
      <svg class="strip" role="img" aria-label="Answered per slice: at most \(totals.max() ?? 0). Lost: \(lost.reduce(0, +)).">\(columns)</svg>
      <div class="axis"><span>0 s</span><span>\(tick(milliseconds: length))</span></div>
      <figcaption><ul class="legend">\(legend)</ul></figcaption>
      </figure>
      <details><summary>As a table</summary><div class="scroll">\(table)</div></details>
      </section>
      """
  }

  private func number(_ index: Int) -> HTML { "<b>\(index + 1)</b>" }

  private var lostWords: String { lost.contains { $0 > 0 } ? "; in red on top, lost" : "" }

  private var spoken: String {
    let parts = layers.map { layer -> String in
      let shares = totals.indices.filter { totals[$0] > 0 }
        .map { Double(layer.counts[$0]) / Double(totals[$0]) }
      return
        "\(layer.name) \(percentage(shares.min() ?? 0)) to \(percentage(shares.max() ?? 0))"
    }
    return "Share of answers per slice of time: " + parts.joined(separator: "; ")
  }

  /// Edges between layers in per cent from the top, by layer and slice; the last is the bottom.
  private var edges: [[Double]] {
    var sums = [Int](repeating: 0, count: totals.count)
    var edges = [sums.map { _ in 100.0 }]
    for layer in layers {
      for slice in sums.indices { sums[slice] += layer.counts[slice] }
      edges.append(sums.indices.map { 100 - 100 * Double(sums[$0]) / Double(max(1, totals[$0])) })
    }
    return edges
  }

  /// A path per layer with a step at every slice; slices without an answer stay empty.
  private var areas: [HTML] {
    let edges = edges
    let width = 1000 / Double(totals.count)
    return layers.indices.map { index in
      var path = ""
      func point(_ command: String, _ number: Double) { path += command + number.decimal(2) }
      for run in totals.indices.split(whereSeparator: { totals[$0] == 0 }) {
        point("M", width * Double(run.startIndex))
        point(" ", edges[index][run.startIndex])
        for slice in run {
          point("V", edges[index + 1][slice])
          point("H", width * Double(slice + 1))
        }
        for slice in run.reversed() {
          point("V", edges[index][slice])
          point("H", width * Double(slice))
        }
        path += "Z"
      }
      // An outline would hide what is hardly thicker.
      let share = Double(layers[index].counts.reduce(0, +)) / Double(max(1, totals.reduce(0, +)))
      return "<path class=\"s\(index)\(share < 0.02 ? " flat" : "")\" d=\"\(path)\"/>"
    }
  }

  /// The number of each layer where it is thickest, of several such places the one nearest the middle.
  private var labels: [HTML] {
    let edges = edges
    return layers.indices.compactMap { index in
      let thickness = totals.indices.map { edges[index][$0] - edges[index + 1][$0] }
      let middle = totals.count / 2
      let best = totals.indices.filter { totals[$0] > 0 }.max {
        let (left, right) = (thickness[$0].rounded(), thickness[$1].rounded())
        return (left, abs($1 - middle)) < (right, abs($0 - middle))
      }
      guard let best, thickness[best] >= 8 else { return nil }
      let x = 100 * (Double(best) + 0.5) / Double(totals.count)
      let y = edges[index + 1][best] + thickness[best] / 2
      return
        "<b aria-hidden=\"true\" style=\"left:\(min(97, max(3, x)))%;top:\(y)%\">\(index + 1)</b>"
    }
  }

  private var columns: [HTML] {
    let top = Double(zip(totals, lost).map(+).max() ?? 0)
    let width = 100 / Double(totals.count)
    return totals.indices.flatMap { slice -> [HTML] in
      let answered = 100 * Double(totals[slice]) / max(1, top)
      let gone = 100 * Double(lost[slice]) / max(1, top)
      let x = width * Double(slice)
      var bars: [HTML] = []
      if answered > 0 {
        bars.append(
          "<rect class=\"light\" x=\"\(x)%\" y=\"\(100 - answered)%\" width=\"\(width * 0.9)%\" height=\"\(answered)%\"/>"
        )
      }
      if gone > 0 {
        bars.append(
          "<rect class=\"lost\" x=\"\(x)%\" y=\"\(100 - answered - gone)%\" width=\"\(width * 0.9)%\" height=\"\(gone)%\"/>"
        )
      }
      return bars
    }
  }

  private var table: HTML {
    let names = layers.map { layer -> HTML in "<th scope=\"col\" class=\"n\">\(layer.name)</th>" }
    let rows = totals.indices.map { slice -> HTML in
      let cells = layers.map { layer -> HTML in "<td class=\"n\">\(layer.counts[slice])</td>" }
      return
        "<tr><th scope=\"row\">\(tick(milliseconds: step * Double(slice)))</th>\(cells)<td class=\"n\">\(lost[slice])</td></tr>"
    }
    return """
      <table>
      <caption>Answers by pod from this time on</caption>
      <thead><tr><th scope="col">From</th>\(names)<th scope="col" class="n">Lost</th></tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table>
      """
  }
}
