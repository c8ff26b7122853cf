import Distribution
import Reporting
import Testing

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

  @Test("every report has a page")
  func others() throws {
    #expect(try render(Reports.balanced(), as: .html, style: plain).contains("<h2>"))
    #expect(render(ResolveReports.cluster(), as: .html, style: plain).contains("<pre>"))
  }
}
