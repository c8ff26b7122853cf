private import Distribution

/// The connections of a report for people.
enum ConnectionTable {
  static func table(_ connections: [Report.Connection]) -> TextTable {
    var table = TextTable([
      .init(title: "CONN", isRight: true), .init(title: "CHANNEL", isRight: true),
      .init(title: "LOCAL"), .init(title: "REMOTE"), .init(title: "PODS"),
      .init(title: "OPENED", isRight: true), .init(title: "CLOSED", isRight: true),
      .init(title: "RPCS", isRight: true), .init(title: "END"),
    ])
    for connection in connections {
      table.add([
        .init("\(connection.id)"), .init("\(connection.channel)"),
        .init(connection.local ?? "-"),
        .init(connection.remote), .init(pods(connection.pods)),
        .init(time(connection.opened)), .init(time(connection.closed)),
        .init("\(connection.rpcs)"), .init(end(connection)),
      ])
    }
    return table
  }

  /// `5 opened; 1 refused …`: how many there were and how those that did not last ended.
  static func summary(_ connections: [Report.Connection]) -> String {
    let opened = connections.count { $0.opened != nil }
    let ends = Report.ClosedBy.allCases.compactMap { by -> String? in
      let ended = connections.filter { $0.closedBy == by }
      guard let first = ended.first else { return nil }
      let said = [first.goAway.flatMap(said), first.error].compactMap { $0 }.first
      return "\(ended.count) \(by.words)" + (said.map { " (\($0))" } ?? "")
    }
    return (["\(opened) opened"] + ends).joined(separator: ", ")
  }

  static func end(_ connection: Report.Connection) -> String {
    var parts: [String] = []
    if let by = connection.closedBy { parts.append(by.words) }
    if let goAway = connection.goAway {
      let debug = goAway.debug.isEmpty ? "" : " \"\(goAway.debug)\""
      parts.append("GOAWAY \(goAway.code)\(debug), last stream \(goAway.lastStream)")
    }
    if let error = connection.error { parts.append(error) }
    return parts.joined(separator: "; ")
  }

  /// The shortest thing that tells one GOAWAY from another.
  private static func said(_ goAway: Report.GoAway) -> String? {
    goAway.debug.isEmpty ? goAway.code : goAway.debug
  }

  static func pods(_ names: [String]) -> String {
    let shown = names.prefix(3).joined(separator: ", ")
    return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }

  static func time(_ milliseconds: Double?) -> String {
    milliseconds.map { "\(($0 / 1000).decimal(3)) s" } ?? "-"
  }
}

extension Report.ClosedBy {
  /// After a number, or alone.
  fileprivate var words: String {
    switch self {
    case .client: "closed by the client"
    case .goAway: "closed after GOAWAY"
    case .server: "closed by the server"
    case .keepalive: "given up for want of an answer to PING"
    case .network: "broken"
    case .protocolError: "closed for breaking HTTP/2"
    case .connectFailed: "failed to connect"
    }
  }
}
