import Distribution
import Testing

@testable import Reporting

@Suite("A report as a page")
struct HTMLPageTests {
  private let plain = Style(color: false, unicode: true, width: 100)

  private func comparison(pod: String) throws -> CompareReport {
    var report = try Reports.balanced()
    report.pods[0].pod = pod
    return CompareReport(
      version: "1.2.3", source: .target, startedAt: timestamp(unixMilliseconds: 0),
      interrupted: false, seed: 1, target: report.target,
      rows: [
        .init(
          policy: "round_robin", resolver: "dns", protocol: "h2",
          measured: .init(report, expected: 3)),
        .init(
          policy: "round_robin", resolver: "kubernetes", protocol: "h2",
          skipped: "kubernetes: <Forbidden>"),
      ])
  }

  @Test("a table line for what was measured, a sentence for what was not")
  func table() throws {
    try expectGolden(
      render(comparison(pod: "mygrpc-0"), as: .table, style: plain), "compare.txt")
  }

  @Test("the page is whole, needs nothing from elsewhere and runs nothing")
  func page() throws {
    let page = try render(comparison(pod: "mygrpc-0"), as: .html, style: plain)
    try expectGolden(page, "compare.html")
    for outside in ["http:", "https:", "<script", "@import", "url(", "src="] {
      #expect(!page.contains(outside), "\(outside)")
    }
  }

  @Test("text from outside is text, whatever it looks like")
  func escaping() throws {
    let name = "\"><script>alert(1)</script>\u{1B}[2J\u{202E}'&"
    let page = try render(comparison(pod: name), as: .html, style: plain)
    #expect(
      page.contains(
        "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\\u{1B}[2J\\u{202E}&#39;&amp;"))
    #expect(!page.contains("<script"))
    #expect(page.contains("kubernetes: &lt;Forbidden&gt;"))
  }

  @Test("a run in full: whole, from nowhere else, without scripts")
  func run() throws {
    let page = try render(Reports.lost(), as: .html, style: plain)
    try expectGolden(page, "lost.html")
    for outside in ["http:", "https:", "<script", "@import", "url(", "src=", "href="] {
      #expect(!page.contains(outside), "\(outside)")
    }
  }

  @Test("pictures and tables hold what was measured")
  func pictures() throws {
    let page = try render(Reports.lost(), as: .html, style: plain)
    for title in ["Distribution", "Share over time", "Connections", "Latency", "All pods"] {
      #expect(page.contains("<h2>\(title)</h2>"), "\(title)")
    }
    #expect(page.contains("GOAWAY at 0.406 s"))
    #expect(page.contains("NO_ERROR &quot;max_age&quot;, last stream 119"))
    #expect(page.contains("<b class=\"bad\">123 lost</b>"))
    #expect(page.contains("coverage&gt;=1"))
  }

  @Test("a report of a version without a timeline has a page without that picture")
  func old() throws {
    var report = try Reports.lost()
    report.timeline = nil
    for index in report.connections.indices { report.connections[index].goAway?.at = nil }
    let page = render(report, as: .html, style: plain)
    #expect(!page.contains("Share over time"))
    #expect(page.contains("<h2>Connections</h2>"))
  }

  @Test("1,000 pods: pictures of some, a table of all, and a page that opens")
  func many() throws {
    let report = try Reports.many(1000)
    let page = render(report, as: .html, style: plain)
    #expect(page.utf8.count < 1_000_000)
    #expect(page.contains("Of 1000 pods, those with most and least are drawn"))
    #expect(page.contains("Of 1000 connections 40 are drawn"))
    #expect(page.contains("Of 900 pods that answered, the 9 with most"))
    let lines = page.utf8.split(separator: UInt8(ascii: "\n"))
    let addresses = report.pods.compactMap { $0.address.map { Array("<td>\($0)</td>".utf8) } }
    let rows = lines.filter { $0.starts(with: "<tr><th scope=\"row\">mygrpc-".utf8) }
      .compactMap { row in row.firstRange(of: Array("<td>".utf8)).map { row[$0.lowerBound...] } }
    #expect(rows.count == 1000)
    #expect(zip(rows, addresses).allSatisfy { $0.starts(with: $1) })
  }

  @Test("a saved report may hold any numbers: the page is made all the same")
  func nonsense() throws {
    var report = try Reports.lost()
    let wild = [0, -1, .infinity, -.infinity, 1e300, -1e300, 1e-300]
    for number in wild {
      report.duration = number
      report.verdict.tolerance = number
      report.statistics.ready = number == 0 ? 0 : .max
      for index in report.pods.indices {
        report.pods[index].share = number
        report.pods[index].latency?.p50 = number
        report.pods[index].latency?.max = number
      }
      for index in report.connections.indices {
        report.connections[index].opened = number
        report.connections[index].closed = -number
        report.connections[index].goAway?.at = number
      }
      let page = render(report, as: .html, style: plain)
      #expect(!page.contains("=\"nan") && !page.contains("=\"inf") && !page.contains("width=\"-"))
    }
    let good = try #require(try Reports.lost().timeline)
    let broken: [(inout Report.Timeline) -> Void] = [
      { $0.step = 0 }, { $0.step = .infinity }, { $0.pods[0] = 99 }, { $0.pods[0] = -1 },
      { $0.pods.removeLast() }, { $0.rpcs[0].removeLast() }, { $0.rpcs[0][0] = .max },
      { $0.lost = [] }, { $0.lost[0] = -1 }, { $0.others = [1] },
      { timeline in
        timeline.pods = []
        timeline.rpcs = []
      },
    ]
    for breakIt in broken {
      var timeline = good
      breakIt(&timeline)
      report = try Reports.lost()
      report.timeline = timeline
      #expect(!render(report, as: .html, style: plain).contains("Share over time"))
    }
  }

  @Test("past 40 series the pods with the highest peaks have their own, the others one together")
  func series() {
    let series = (0..<100).map { pod in pod < 10 ? [0, 0] : [pod, pod == 50 ? 900 : 1] }
    let timeline = Report.Timeline(from: 0, step: 1, series: series, lost: [0, 0])
    #expect(timeline.pods == [50] + Array(61..<100))
    #expect(timeline.rpcs == timeline.pods.map { series[$0] })
    let rest = (10..<100).filter { !timeline.pods.contains($0) }
    #expect(timeline.others == [rest.reduce(0, +), rest.count])
    let few = Report.Timeline(from: 0, step: 1, series: [[0, 0], [1, 0]], lost: [0, 0])
    #expect(few.pods == [1])
    #expect(few.others == nil)
  }

  @Test("every report has a page")
  func others() throws {
    #expect(render(ResolveReports.cluster(), as: .html, style: plain).contains("<pre>"))
  }
}
