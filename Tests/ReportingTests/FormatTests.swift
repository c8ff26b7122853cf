import Distribution
import Reporting
import Testing

@Suite("Formats for other programs")
struct FormatTests {
  private let plain = Style(color: false, unicode: true, width: 100)

  /// A report whose names try to be more than text.
  private func hostile() throws -> Report {
    var report = try Reports.lost()
    report.pods[0].pod = "=HYPERLINK(\"x\"),\n::error::<b>|`\u{1B}[2J"
    report.assertions = [
      .init(AssertionResult(assert: "balanced", held: false, observed: "pinned")),
      .init(AssertionResult(assert: "skew<=1.1", held: nil, observed: "1 to 5")),
      .init(AssertionResult(assert: "lost==0", held: true, observed: "0")),
    ]
    return report
  }

  @Test(
    "each in its own form",
    arguments: [
      (OutputFormat.yaml, "lost.yaml"), (.csv, "lost.csv"), (.junit, "lost.xml"),
      (.github, "lost.github"), (.prometheus, "lost.prom"),
    ])
  func goldens(format: OutputFormat, file: String) throws {
    try expectGolden(render(hostile(), as: format, style: plain), file)
  }

  @Test("the job summary is a table in which names are text")
  func summary() throws {
    try expectGolden(githubSummary(hostile()), "lost.md")
  }

  @Test("the job summary shows some of many pods: GitHub drops a page of more than 1 MiB")
  func largeSummary() throws {
    let rows = (0..<10_000).map {
      Reports.Row(pod: "mygrpc-\($0)", address: "10.0.\($0 / 250).\($0 % 250):1", ok: $0 % 2 * 20)
    }
    let text = githubSummary(
      try Reports.report(rows, policy: "round_robin", connections: [], isCyclic: true))
    #expect(text.utf8.count < 10_000)
    #expect(text.contains("| 4975 more between these |"))
    #expect(text.contains("| 4985 more silent |"))
  }

  @Test("no line of a hostile name begins a command, a formula or an element")
  func escaping() throws {
    let report = try hostile()
    let csv = render(report, as: .csv, style: plain)
    #expect(csv.contains("\"'=HYPERLINK(\"\"x\"\")"))
    let github = render(report, as: .github, style: plain)
    for line in github.split(separator: "\n") {
      #expect(
        ["::error title=lbcheck", "::warning title=lbcheck", "::notice title=lbcheck"]
          .contains { line.hasPrefix($0) })
    }
    #expect(!render(report, as: .junit, style: plain).contains("<b>"))
    #expect(!githubSummary(report).contains("<b>"))
    for format in OutputFormat.allCases {
      #expect(!render(report, as: format, style: plain).contains("\u{1B}"), "\(format)")
    }
  }
}
