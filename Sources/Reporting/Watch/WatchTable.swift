private import Distribution

/// A watch at its end, for people.
struct WatchTable {
  private static let mostPods = 40

  let report: WatchReport
  let style: Style
  let isWide: Bool

  var text: String {
    var page = Page(style: style)
    let head = report.head
    page.add("Target", head.target.given + (head.source == .lab ? " (embedded lab)" : ""))
    page.add(
      "Watched",
      "\(report.duration.decimal(1)) s\(report.interrupted ? ", interrupted" : ""): \(head.policy), "
        + "client \(head.client), \(head.rate.decimal(0)) RPC/s per resolver, seed \(head.seed)")
    for blind in head.blind {
      page.add("Not seen", "\(blind.source): \(blind.reason)", .unsure)
    }
    if !head.seesAPI {
      page.add("Pods", "begin and end when DNS says so: the Kubernetes API was not seen")
    }
    if let during = report.during {
      page.add(
        "Command", "\(during.command): \(during.words)", during.succeeded == true ? nil : .bad)
    }
    if report.settled == false {
      page.add("Settled", "no: \(report.unsettled.joined(separator: "; "))", .bad)
    }
    page.add(line: "")
    page.add(resolvers)
    page.add(line: "")
    page.add(pods)
    addLifetimes(&page)
    addErrors(&page)
    for result in report.assertions {
      let (word, paint): (String, Style.Paint) =
        switch result.held {
        case true?: ("held", .good)
        case false?: ("failed", .bad)
        case nil: ("undecided", .unsure)
        }
      page.add("Assertion", "\(result.assert) \(word): observed \(result.observed)", paint)
    }
    return page.text
  }

  private var resolvers: TextTable {
    var table = TextTable([
      .init(title: "RESOLVER"), .init(title: "BLIND SPOT min/med/max", isRight: true),
      .init(title: "NOTICED", isRight: true), .init(title: "BOUND", isRight: true),
      .init(title: "LINGERING", isRight: true), .init(title: "WAITING", isRight: true),
      .init(title: "SENT", isRight: true), .init(title: "ERRORS", isRight: true),
      .init(title: "UNEXPLAINED", isRight: true),
    ])
    for resolver in report.resolvers {
      let unexplained = resolver.unexplained.values.reduce(0, +)
      let waiting = resolver.unreached?.count ?? 0
      table.add([
        .init(resolver.name), .init(resolver.blindSpot.words), .init(resolver.noticed.words),
        .init(resolver.bound.words), .init(resolver.lingering.words),
        .init("\(waiting)", waiting > 0 ? .unsure : nil), .init("\(resolver.sent)"),
        .init("\(resolver.errors)", resolver.errors > 0 ? .unsure : nil),
        .init("\(unexplained)", unexplained > 0 ? .bad : nil),
      ])
    }
    return table
  }

  private var pods: TextTable {
    var table = TextTable([
      .init(title: "POD"), .init(title: "RESOLVER"), .init(title: "READY", isRight: true),
      .init(title: "LISTED", isRight: true), .init(title: "FIRST RPC", isRight: true),
      .init(title: "BLIND SPOT", isRight: true), .init(title: "ENDING", isRight: true),
      .init(title: "LAST RPC", isRight: true), .init(title: "LINGERING", isRight: true),
      .init(title: "END"), .init(title: "RPCS", isRight: true),
      .init(title: "FAILED", isRight: true),
    ])
    let shown = isWide ? report.pods[...] : report.pods.suffix(Self.mostPods)
    for pod in shown {
      for (lane, resolver) in zip(pod.lanes, report.resolvers) {
        table.add([
          .init(pod.pod ?? pod.address), .init(resolver.name),
          .init(pod.wasThere ? "before" : time(pod.ready ?? pod.inDNS)),
          .init(lane.via.map { "via \($0)" } ?? time(lane.listed)),
          .init(time(lane.firstRPC)), .init(time(lane.blindSpot)), .init(time(pod.ending)),
          .init(pod.ending == nil ? "" : time(lane.lastRPC)), .init(time(lane.lingering)),
          .init(lane.end ?? ""), .init("\(lane.answered)"),
          .init("\(lane.failed)", lane.failed > 0 ? .bad : nil),
        ])
      }
    }
    let hidden = report.pods.count - shown.count + report.forgottenPods
    if hidden > 0 { table.addLine("and \(hidden) that ended earlier") }
    return table
  }

  private func time(_ seconds: Double?) -> String { seconds.map { "\($0.decimal(3)) s" } ?? "-" }

  private func addLifetimes(_ page: inout Page) {
    page.add(line: "")
    page.add("Connection age", report.lifetime.ageWords)
    for resolver in report.resolvers {
      page.add(
        "New pods, \(resolver.name)",
        "are noticed \(resolver.bound.words): \(resolver.bound.reason)")
    }
    if !report.lifetime.goAways.isEmpty {
      page.add(
        "GOAWAYs",
        "\(listed(report.lifetime.goAways)) on \(counted(report.connectionCount, "connection"))")
    }
    if let grace = report.lifetime.graceWords { page.add("Grace", grace) }
    if let idle = report.lifetime.maxIdle {
      page.add("Idle limit", "MaxConnectionIdle \(idle.words)")
    }
    if isWide, !report.connections.isEmpty {
      page.add(line: "")
      page.add(connections)
    }
  }

  private var connections: TextTable {
    var table = TextTable([
      .init(title: "CONNECTION"), .init(title: "RESOLVER"), .init(title: "READY", isRight: true),
      .init(title: "GOAWAY", isRight: true), .init(title: "AGE", isRight: true),
      .init(title: "CODE"), .init(title: "DEBUG"), .init(title: "LAST STREAM", isRight: true),
      .init(title: "DRAIN", isRight: true), .init(title: "END"),
      .init(title: "RETRIED", isRight: true), .init(title: "CUT", isRight: true),
    ])
    for connection in report.connections {
      table.add([
        .init(connection.pod ?? connection.address), .init(connection.resolver),
        .init(time(connection.connected)), .init(time(connection.goAway)),
        .init(time(connection.age)), .init(connection.code ?? ""), .init(connection.debug ?? ""),
        .init(connection.lastStream.map { "\($0)" } ?? ""), .init(time(connection.drain)),
        .init(connection.end ?? "open"), .init("\(connection.retried)"),
        .init("\(connection.cut)", connection.cut > 0 ? .bad : nil),
      ])
    }
    let hidden = report.connectionCount - report.connections.count
    if hidden > 0 { table.addLine("and \(hidden) that ended earlier") }
    return table
  }

  private func addErrors(_ page: inout Page) {
    let shown = report.errorsByEvent.suffix(20)
    for cost in shown {
      let pod = cost.pod ?? cost.address ?? ""
      page.add(
        "Errors",
        "\(cost.errors) over \(cost.resolver): \(pod) \(cost.event) at \(cost.time.decimal(3)) s",
        .unsure)
    }
    for resolver in report.resolvers where !resolver.unexplained.isEmpty {
      page.add("Unexplained", "\(resolver.name): \(listed(resolver.unexplained))", .bad)
    }
  }
}

extension WatchReport.Bound {
  var words: String {
    within.map { "within \($0.decimal(1)) s" } ?? "never, while connections live"
  }
}

extension WatchReport.Times? {
  /// `1.2 s / 3.4 s / 5.6 s`, or one time where there is one.
  var words: String {
    guard let times = self else { return "-" }
    if times.count == 1 { return "\(times.max.decimal(3)) s" }
    return [times.min, times.median, times.max].map { $0.decimal(3) }.joined(separator: " / ")
      + " s"
  }
}

extension WatchReport.Lifetime {
  var ageWords: String {
    guard let range = maxAge else {
      return "no connection was ended for its age; the oldest was \(oldest.decimal(1)) s old, so a "
        + "MaxConnectionAge would be more than \((oldest / 1.1).decimal(1)) s"
    }
    return "MaxConnectionAge \(range.words)"
  }

  var graceWords: String? {
    let parts = [
      graceAtLeast.map { "at least \($0.decimal(3)) s: a drain took that long" },
      graceAtMost.map { "at most \($0.decimal(3)) s: RPCs were cut off then" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}

extension WatchReport.Lifetime.Range {
  /// `5.96 to 6.05 s, from 39 connections`
  var words: String {
    "\(from.decimal(2)) to \(to.decimal(2)) s, from \(counted(connections, "connection"))"
      + (mixed ? "; no single value explains them all: servers differ" : "")
  }
}
