package import Distribution

/// One event as a line of JSON, or of text.
package struct WatchEventLine: Codable, Hashable, Sendable {
  package var type = "event"
  /// Seconds from the start.
  package var time: Double
  /// RFC 3339 with milliseconds, UTC.
  package var at: String
  /// Whose channel it concerns; null for what the observers and the run itself say.
  package var resolver: String?
  package var pod: String?
  package var address: String?
  package var event: String
  /// The resolver's n-th connection.
  package var connection: Int?
  package var took: Double?
  package var age: Double?
  package var code: String?
  package var lastStream: Int?
  package var debug: String?
  package var end: String?
  /// What came back, or whatever else there is to say.
  package var text: String?

  package init(
    _ event: TimelineEvent, resolvers: [String], startUnixMilliseconds: Int64
  ) {
    time = event.time.inSeconds
    at = timestamp(unixMilliseconds: startUnixMilliseconds + event.time / 1_000_000)
    resolver = event.lane.map { resolvers[$0] }
    pod = event.pod
    address = event.address
    self.event = event.kind.name
    switch event.kind {
    case .connected(let number, let nanoseconds):
      connection = number
      took = (Double(nanoseconds) / 1e6).rounded(places: 2)
    case .connectFailed(let words), .lookUpFailed(let words), .note(let words): text = words
    case .goAway(let number, let notice):
      connection = number
      age = notice.age.inSeconds
      code = notice.code
      lastStream = Int(notice.lastStream)
      debug = notice.debug
    case .closed(let number, let how, let words):
      connection = number
      end = how.rawValue
      text = words.isEmpty ? nil : words
    case .outage(let source, let words): text = "\(source.rawValue): \(words)"
    case .recovered(let source): text = source.rawValue
    default: break
    }
  }

  enum CodingKeys: String, CodingKey {
    case type
    case time = "time_s"
    case at, resolver, pod, address, event, connection
    case took = "took_ms"
    case age = "age_s"
    case code
    case lastStream = "last_stream"
    case debug, end, text
  }

  /// One line of text, escaped, without its end.
  package func line(style: Style) -> String {
    let head = "+\(time.decimal(3))s".padded(to: 11) + (resolver ?? "").padded(to: 12)
    var words = [pod ?? "", address ?? ""].filter { !$0.isEmpty }
    words.append(event)
    if let took { words.append("in \(duration(milliseconds: took))") }
    if let end { words.append(end) }
    if let code { words.append(code) }
    if let debug, !debug.isEmpty { words.append("\"\(debug)\"") }
    if let age { words.append("at the age of \(age.decimal(3)) s") }
    if let lastStream {
      words.append(lastStream == Int(Int32.max) ? "first notice" : "last stream \(lastStream)")
    }
    if let text { words[words.count - 1] += ": \(text)" }
    return head + style.paint(Escaping.terminal(words.joined(separator: " ")), paint)
  }

  private var paint: Style.Paint? {
    switch event {
    case "connect_failed", "silent", "look_up_failed", "outage": .bad
    case "goaway", "closed", "terminating", "not_ready": .unsure
    case "ready", "connected", "first_rpc", "recovered": .good
    default: nil
    }
  }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, width - count))
  }
}
