private import Distribution

/// Each connection on the time of the run, those to the same pod beside each other.
struct ConnectionChart {
  private static let mostDrawn = 40
  private static let mostListed = 2000

  private let connections: [Report.Connection]
  private let drawn: [Report.Connection]
  private let scale: Scale
  /// Milliseconds from the start of the run.
  private let end: Double
  private let window: ClosedRange<Double>?

  /// Nil where there are none.
  init?(_ report: Report) {
    guard !report.connections.isEmpty else { return nil }
    connections = report.connections
    let places = Dictionary(
      report.pods.enumerated().map { ($1.pod ?? $1.address ?? "?", $0) },
      uniquingKeysWith: { first, _ in first })
    let keyed = connections.map { connection in
      (pod: connection.pods.first.flatMap { places[$0] } ?? .max, connection: connection)
    }
    // Where not all can be drawn, those that tell something come first.
    let chosen =
      keyed.enumerated().sorted {
        let (left, right) = ($0.element.connection, $1.element.connection)
        return (left.isUneventful ? 1 : 0, $0.offset) < (right.isUneventful ? 1 : 0, $1.offset)
      }.prefix(Self.mostDrawn).map(\.element)
    drawn = chosen.sorted { ($0.pod, $0.connection.id) < ($1.pod, $1.connection.id) }
      .map(\.connection)
    let length = max(0, report.duration * 1000)
    let began = report.timeline?.from
    let times = connections.flatMap { [$0.opened, $0.closed, $0.goAway?.at].compactMap { $0 } }
    end = max(1, (began ?? 0) + length, times.max() ?? 0)
    window = began.map { $0...max($0, $0 + length) }
    scale = Scale(from: 0, to: end)
  }

  var section: HTML {
    let some =
      connections.count > drawn.count
      ? " Of \(connections.count) connections \(drawn.count) are drawn: first those that ended, then those opened first."
      : ""
    let band = window == nil ? "" : " The grey band is the measuring window."
    return """
      <section>
      <h2>Connections</h2>
      <p class="soft">From opening to the end of the run, by pod.\(band)\(some)</p>
      <table class="fixed">
      <thead><tr><th scope="col">Pod, connection</th><td class="track"></td>\
      <th scope="col" class="n">RPCs</th><th scope="col" class="wide end">End</th></tr></thead>
      <tbody>
      \(drawn.map(line))
      </tbody>
      <tfoot><tr><td></td><td class="track"><div class="axis"><span>0 s</span>\
      <span>\(duration(milliseconds: end))</span></div></td><td></td><td class="wide"></td></tr></tfoot>
      </table>
      \(legend)
      \(details)
      </section>
      """
  }

  private func line(_ connection: Report.Connection) -> HTML {
    """
    <tr><th scope="row">\(Self.name(connection)) <span class="soft">#\(connection.id)</span></th>\
    <td class="track"><svg role="img" aria-label="\(Self.spoken(connection))">\(picture(connection))</svg></td>\
    <td class="n">\(connection.rpcs)</td><td class="wide soft">\(Self.end(connection))</td></tr>
    """
  }

  private func picture(_ connection: Report.Connection) -> HTML {
    var picture: HTML = "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>"
    if let window {
      let from = scale.percent(window.lowerBound)
      picture =
        "\(picture)<rect class=\"band\" x=\"\(from)%\" width=\"\(scale.percent(window.upperBound) - from)%\" height=\"100%\"/>"
    }
    if let opened = connection.opened {
      let from = scale.percent(opened)
      let to = scale.percent(connection.closed ?? end)
      picture =
        "\(picture)<rect class=\"bar\" x=\"\(from)%\" y=\"25%\" width=\"\(max(0.4, to - from))%\" height=\"50%\"/>"
      if connection.closed != nil {
        picture = "\(picture)<line class=\"end\" x1=\"\(to)%\" x2=\"\(to)%\" y2=\"100%\"/>"
      }
    } else {
      picture = "\(picture)\(sign(Self.cross, at: scale.percent(connection.closed ?? 0)))"
    }
    if let at = connection.goAway?.at ?? connection.goAway.flatMap({ _ in connection.closed }) {
      picture = "\(picture)\(sign(Self.diamond, at: scale.percent(at)))"
    }
    return picture
  }

  private func sign(_ shape: HTML, at percent: Double) -> HTML {
    "<svg x=\"\(percent)%\" y=\"50%\">\(shape)</svg>"
  }

  private static let diamond: HTML = "<path class=\"sign\" d=\"M0-7L6 0L0 7L-6 0Z\"/>"
  private static let cross: HTML = "<path class=\"end\" d=\"M-5-5L5 5M-5 5L5-5\"/>"

  private var legend: HTML {
    """
    <ul class="legend">
    <li><svg aria-hidden="true"><rect class="bar" y="25%" width="100%" height="50%"/></svg>open</li>
    <li><svg aria-hidden="true"><svg x="50%" y="50%">\(Self.diamond)</svg></svg>GOAWAY came</li>
    <li><svg aria-hidden="true"><rect class="bar" y="25%" width="50%" height="50%"/><line class="end" x1="50%" x2="50%" y2="100%"/></svg>closed</li>
    <li><svg aria-hidden="true"><svg x="50%" y="50%">\(Self.cross)</svg></svg>failed to open</li>
    </ul>
    """
  }

  private var details: HTML {
    let listed = connections.prefix(Self.mostListed)
    let rows = listed.map { connection -> HTML in
      """
      <tr><td class="n">\(connection.id)</td><td class="n">\(connection.channel)</td>\
      <td>\(connection.local ?? "-")</td><td>\(connection.remote)</td>\
      <td>\(ConnectionTable.pods(connection.pods))</td>\
      <td class="n">\(ConnectionTable.time(connection.opened))</td>\
      <td class="n">\(ConnectionTable.time(connection.goAway?.at))</td>\
      <td class="n">\(ConnectionTable.time(connection.closed))</td>\
      <td class="n">\(connection.rpcs)</td><td>\(Self.end(connection))</td></tr>
      """
    }
    let more =
      connections.count > listed.count
      ? " The first \(listed.count) of \(connections.count); the JSON report has all." : ""
    return """
      <details><summary>All connections as a table</summary><div class="scroll"><table>
      <caption>Times are from the start of the run.\(more)</caption>
      <thead><tr><th scope="col" class="n">#</th><th scope="col" class="n">Channel</th>\
      <th scope="col">Local</th><th scope="col">Remote</th><th scope="col">Pods</th>\
      <th scope="col" class="n">Opened</th><th scope="col" class="n">GOAWAY</th>\
      <th scope="col" class="n">Closed</th><th scope="col" class="n">RPCs</th>\
      <th scope="col">End</th></tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table></div></details>
      """
  }

  private static func name(_ connection: Report.Connection) -> String {
    connection.pods.isEmpty ? connection.remote : ConnectionTable.pods(connection.pods)
  }

  private static func end(_ connection: Report.Connection) -> String {
    let words = ConnectionTable.end(connection)
    return words.isEmpty ? "open" : words
  }

  private static func spoken(_ connection: Report.Connection) -> String {
    var parts: [String] = []
    if let opened = connection.opened { parts.append("opened at \(ConnectionTable.time(opened))") }
    if let at = connection.goAway?.at { parts.append("GOAWAY at \(ConnectionTable.time(at))") }
    if let closed = connection.closed {
      parts.append("ended at \(ConnectionTable.time(closed)): \(ConnectionTable.end(connection))")
    } else {
      parts.append("open at the end")
    }
    return parts.joined(separator: ", ")
  }
}

extension Report.Connection {
  /// Opened, and open to the end.
  fileprivate var isUneventful: Bool { opened != nil && closed == nil && goAway == nil }
}
