import Distribution
import FoundationEssentials
import Reporting
import Testing

@Suite("A watch, rendered")
struct WatchReportTests {
  /// A pod that comes, is aged and goes, in a minute; everything from outside says `text`.
  private func report(_ text: String) throws -> WatchReport {
    var timeline = Timeline(lanes: ["dns"], seesAPI: true)
    timeline.begin()
    func event(_ kind: TimelineEvent.Kind, _ seconds: Double, lane: Int? = nil) {
      _ = timeline.record(
        TimelineEvent(
          kind, at: Int64(seconds * 1e9), lane: lane, address: "10.0.0.1:50051", pod: text))
    }
    func answered(_ seconds: Double) {
      let time = Int64(seconds * 1e9)
      _ = timeline.answered(
        lane: 0, address: "10.0.0.1:50051", pod: text, sent: time, at: time, isOK: false,
        status: text)
    }
    event(.ready, 10)
    event(.listed, 20, lane: 0)
    event(.connectFailed(text), 21, lane: 0)
    event(.connected(connection: 1, took: 1_000_000), 22, lane: 0)
    answered(24)
    let notice = GoAwayNotice(code: text, lastStream: 7, debug: text, age: 20_000_000_000)
    let aged = GoAwayNotice(code: "NO_ERROR", lastStream: 7, debug: "max_age", age: 20_000_000_000)
    timeline.aged(aged, age: 20_000_000_000...20_000_000_000, idle: 0...0)
    event(.goAway(connection: 1, notice), 42, lane: 0)
    event(.terminating, 44)
    answered(45)
    event(.closed(connection: 1, .fin, text), 46, lane: 0)
    timeline.conclude()
    let head = WatchReport.Head(
      version: "0", source: .target, startedAt: "2026-01-01T00:00:00.000Z", seed: 1,
      target: Report.Target(given: text, scheme: "dns", authority: nil, host: text, port: nil),
      policy: "round_robin", client: "go", rate: 20, seesAPI: true,
      blind: [WatchReport.Blind(source: "dns", reason: text)])
    return WatchReport(
      timeline, head: head, at: 60_000_000_000, unixMilliseconds: 0, interrupted: false,
      settled: false, unsettled: [text],
      during: WatchReport.During(command: text, succeeded: false, words: text),
      bounds: [WatchReport.Bound(.never, reason: text)],
      assertions: [
        Report.Assertion(
          try Assertion(parsing: "blind-spot<=10s")
            .evaluate(on: TimelineEvidence(timeline, at: 60_000_000_000)))
      ])
  }

  private let formats: [OutputFormat] = [.table, .wide, .json, .yaml, .junit, .github]

  @Test(
    "text from outside breaks no line and reaches no terminal", arguments: EscapingTests.hostile)
  func hostile(text: String) throws {
    let style = Style(color: false, unicode: true, width: 4000)
    for format in formats {
      let shown = render(try report(text), as: format, style: style)
      let calm = render(try report("x"), as: format, style: style)
      #expect(
        shown.unicodeScalars.allSatisfy {
          $0 == "\n" || $0.properties.generalCategory != .control
        }, "\(format)")
      #expect(shown.count { $0 == "\n" } == calm.count { $0 == "\n" }, "\(format)")
    }
    let page = render(try report(text), as: .html, style: style)
    #expect(!page.contains("<script") && !page.unicodeScalars.contains("\u{1b}"))
  }

  @Test("the table has the times, the range, the bound and the errors by event")
  func table() throws {
    let table = render(try report("mygrpc-0"), as: .wide, style: Style(width: 200))
    for words in [
      "14.000 s", "10.000 s", "1.000 s", "never, while connections live",
      "MaxConnectionAge 18.18 to 22.22 s, from 1 connection", "mygrpc-0 terminating at 44.000 s",
      "blind-spot<=10s failed: observed 14.00s", "Settled",
    ] {
      #expect(table.contains(words), "\(words) in \(table)")
    }
  }

  @Test("JSON reads back as it was")
  func json() throws {
    let report = try report("mygrpc-0")
    let line = render(report, as: .json, style: Style())
    #expect(line.count { $0 == "\n" } == 1)
    #expect(try JSONDecoder().decode(WatchReport.self, from: Data(line.utf8)) == report)
  }
}
