import Diagnosis
import Distribution
import Reporting
import Synchronization

/// The live view: a row for each pod and resolver with its share of the answers just now and its
/// connection's age, and the newest events.
final class WatchView: Sendable {
  private static let mostRows = 24
  private static let mostEvents = 8

  private let recorder: WatchRecorder
  private let terminal: Terminal
  private let events = Mutex<[String]>([])

  init(_ recorder: WatchRecorder, _ terminal: Terminal) {
    self.recorder = recorder
    self.terminal = terminal
  }

  /// - Parameter line: escaped.
  func note(_ line: String) {
    events.withLock { events in
      events.append(line)
      if events.count > Self.mostEvents { events.removeFirst() }
    }
  }

  /// Draws until the task is cancelled, and takes the drawing away.
  func draw() async {
    var lines = 0
    var window: [(time: Int64, counts: [String: [Int]])] = []
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(250))
      guard !Task.isCancelled else { break }
      let timeline = recorder.timeline
      let pods = timeline.present
      let now = recorder.time()
      window.append(
        (
          now,
          Dictionary(uniqueKeysWithValues: pods.map { ($0.address, $0.lanes.map(\.answered)) })
        ))
      // The share of the last two seconds.
      if window.count > 9 { window.removeFirst() }
      let text = Self.text(
        timeline, since: window[0].counts, at: now, events: events.withLock { $0 },
        style: terminal.errorStyle)
      terminal.error(Self.erase(lines) + text)
      lines = Self.rows(of: text, width: terminal.errorStyle.width)
    }
    terminal.error(Self.erase(lines))
  }

  /// How many rows of the terminal a text takes, whose lines end in newlines: a long line goes on in the
  /// next row. Colours (ECMA-48 SGR) take no place.
  private static func rows(of text: String, width: Int) -> Int {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(0) {
      rows, line in
      var columns = 0
      var isEscape = false
      for character in line {
        if character == "\u{1b}" { isEscape = true }
        if !isEscape { columns += 1 }
        if character == "m" { isEscape = false }
      }
      return rows + max(1, (columns + width - 1) / max(1, width))
    }
  }

  /// Moves up over the lines drawn before and clears from there (ECMA-48 CUU, ED).
  private static func erase(_ lines: Int) -> String {
    lines == 0 ? "" : "\u{1b}[\(lines)A\u{1b}[J"
  }

  static func text(
    _ timeline: Timeline, since: [String: [Int]], at time: Int64, events: [String], style: Style
  ) -> String {
    let pods = timeline.present
    let sent = timeline.errors.sent.reduce(0, +)
    let failed = timeline.errors.failed.reduce(0, +)
    var text =
      "watching for \(seconds(time)) s: \(sent) RPCs, \(failed) errors, "
      + "\(timeline.connectionCount) connections\n"
    let connections = timeline.openConnections
    let width = max(12, style.width - 60)
    for (lane, name) in timeline.lanes.enumerated() {
      text += "\(name)\n"
      let front = timeline.front(lane: lane)?.address
      let grown = pods.map { $0.lanes[lane].answered - (since[$0.address]?[lane] ?? 0) }
      let all = max(1, grown.reduce(0, +))
      for (pod, count) in zip(pods, grown).prefix(mostRows) {
        let share = 100 * count / all
        let filled = count * 20 / all
        let bar = String(repeating: style.unicode ? "█" : "#", count: filled)
        let age =
          connections.last { $0.lane == lane && $0.address == pod.address }
          .map { "\(seconds(time - $0.connected)) s" } ?? "-"
        let label = Escaping.terminal(pod.pod ?? pod.address).prefix(width)
        let blanks = String(repeating: " ", count: max(1, 24 - label.count))
        let padding = String(repeating: " ", count: 20 - filled)
        text += "  \(label)\(blanks)\(bar)\(padding) \(share)%  connection \(age)"
        text += state(pod, lane, behind: front) + "\n"
      }
      if pods.count > mostRows { text += "  … \(pods.count - mostRows) more\n" }
    }
    for event in events { text += event + "\n" }
    return text
  }

  private static func state(_ pod: PodLife, _ lane: Int, behind front: String?) -> String {
    if pod.gone != nil || pod.leftDNS != nil { return "  gone" }
    if pod.terminating != nil { return "  terminating" }
    if pod.notReady != nil { return "  not ready" }
    if let front, pod.isInAPI { return "  via \(front)" }
    return pod.lanes[lane].isListed ? "" : "  not in the list"
  }

  private static func seconds(_ nanoseconds: Int64) -> String {
    (Double(nanoseconds) / 1e9).decimal(1)
  }
}
