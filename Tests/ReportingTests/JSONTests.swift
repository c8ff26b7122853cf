import FoundationEssentials
import Reporting
import Testing

@Suite("JSON reports")
struct JSONTests {
  static let reports: [@Sendable () throws -> Report] = [
    Reports.balanced, Reports.pinned, Reports.partial, Reports.opaque, Reports.interrupted,
    Reports.lost, { try Reports.many(200) },
  ]

  @Test("What is written reads back equal, with an independent parser", arguments: 0..<7)
  func roundTrip(index: Int) throws {
    let report = try Self.reports[index]()
    let text = render(report, as: .json, style: Style())
    #expect(try JSONDecoder().decode(Report.self, from: Data(text.utf8)) == report)
    #expect(render(report, as: .json, style: Style(color: true, unicode: false)) == text)
  }

  @Test("Resolve reports and problems read back equal")
  func others() throws {
    for report in [ResolveReports.headless(), ResolveReports.missing()] {
      let text = render(report, as: .json, style: Style())
      #expect(try JSONDecoder().decode(ResolveReport.self, from: Data(text.utf8)) == report)
    }
    let problem = Problem(phase: .tls, tried: "to connect", cameBack: "an alert")
    let text = render(problem, as: .json, style: Style())
    #expect(try JSONDecoder().decode(Problem.self, from: Data(text.utf8)) == problem)
    #expect(text.contains("\"on\": null"))
  }

  @Test("A report as JSON, to the letter")
  func golden() throws {
    try expectGolden(render(Reports.lost(), as: .json, style: Style()), "lost.json")
    try expectGolden(render(Reports.opaque(), as: .json, style: Style()), "opaque.json")
    try expectGolden(
      render(ResolveReports.headless(), as: .json, style: Style()), "resolve-headless.json")
  }

  @Test("The books balance", arguments: 0..<7)
  func sums(index: Int) throws {
    let report = try Self.reports[index]()
    let rpcs = report.rpcs
    #expect(rpcs.sent == rpcs.answered + rpcs.lost)
    #expect(rpcs.byStatus.values.reduce(0, +) == rpcs.answered)
    #expect(rpcs.lostByCause.values.reduce(0, +) == rpcs.lost)
    #expect(report.pods.reduce(0) { $0 + $1.rpcs } + rpcs.unattributed == rpcs.answered)
    #expect(abs(report.pods.reduce(0) { $0 + $1.share } - 1) < 1e-3)
  }

  @Test("A measure that cannot be known is null, and present")
  func nulls() throws {
    let text = render(try Reports.opaque(), as: .json, style: Style())
    let keys = [
      "ready", "answered", "coverage", "skew", "effective_pods", "usable_capacity", "jain",
      "max_share", "min_share", "chi_square", "needed_rpcs", "goaway", "closed_by", "namespace",
    ]
    for key in keys { #expect(text.contains("\"\(key)\": null"), "\(key)") }
  }

  @Test("Keys come in the order of the documentation")
  func order() throws {
    let text = render(try Reports.balanced(), as: .json, style: Style())
    let keys = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }
      .map { String($0.dropFirst(3).prefix { $0 != "\"" }) }
    #expect(
      keys == [
        "schema", "version", "command", "merged", "source", "started_at", "duration_s",
        "interrupted", "seed",
        "target", "resolution", "policy", "rpcs", "pods", "connections", "timeline", "statistics",
        "verdict",
        "assertions", "findings",
      ])
  }

  @Test("Numbers print short, and seeds exactly")
  func numbers() throws {
    var report = try Reports.balanced()
    report.seed = .max
    let text = render(report, as: .json, style: Style())
    #expect(text.contains("\"seed\": 18446744073709551615"))
    #expect(text.contains("\"duration_s\": 0.8,"))
    report.duration = .nan
    #expect(render(report, as: .json, style: Style()).contains("\"duration_s\": null"))
  }

  @Test(
    "Moments are RFC 3339 in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (1_790_000_000_123, "2026-09-21T14:13:20.123Z"),
    ] as [(Int64, String)])
  func moments(milliseconds: Int64, text: String) {
    #expect(timestamp(unixMilliseconds: milliseconds) == text)
  }
}
