import FoundationEssentials
import Reporting
import Testing

@Suite("Hostile text")
struct EscapingTests {
  /// Terminal escapes in 7 and 8 bits, line breaks, bidirectional overrides and isolates,
  /// zero-width and tag characters, separators, and JSON's own special characters.
  static let hostile = [
    "\u{1b}[31mred", "\u{9b}31m", "a\nb", "a\r\nb", "\u{202E}fdp.exe", "\u{2066}x\u{2069}",
    "zero\u{200B}width", "\u{E0041}", "\u{2028}line", "\u{7}bell", "\u{7F}", "\u{0}",
    "quote\"\\back",
    "\u{FEFF}bom", "::error::no", "=cmd()", "<script>", "naïve 日本 👩🏽", "\u{10FFFF}",
  ]

  private func report(_ text: String) throws -> Report {
    var report = try Reports.lost()
    report.target.given = text
    report.resolution.server = text
    report.resolution.resolver = text
    report.policy.name = text
    report.policy.client = text
    report.policy.protocol = text
    report.rpcs.byStatus = [text: 1]
    report.verdict.outcome = text
    report.verdict.basis = text
    for index in report.pods.indices {
      report.pods[index].pod = index == 0 ? text : nil
      report.pods[index].address = text
      report.pods[index].identity = index == 1 ? Report.Pod.unknownIdentity : text
    }
    for index in report.connections.indices {
      report.connections[index].local = text
      report.connections[index].remote = text
      report.connections[index].pods = [text]
      report.connections[index].error = text
      report.connections[index].goAway = Report.GoAway(code: text, debug: text, lastStream: 1)
    }
    report.verdict.reason = text
    report.assertions[0].assert = text
    report.assertions[0].observed = text
    report.findings = [
      Report.Finding(code: text, level: .error, message: text, evidence: text, hint: text)
    ]
    return report
  }

  private func resolveReport(_ text: String) -> ResolveReport {
    var report = ResolveReports.headless()
    report.target.given = text
    report.cnames = [text]
    for index in report.questions.indices {
      report.questions[index].name = text
      report.questions[index].namesTried = [text]
      report.questions[index].server = index == 0 ? text : nil
      report.questions[index].error = text
      report.questions[index].type = text
      report.questions[index].transport = text
    }
    report.addresses[0].address = text
    report.addresses[0].pod = text
    report.srv[0].name = text
    report.srv[0].target = text
    report.txt[0].name = text
    report.txt[0].text = text
    report.next = text
    report.differences = [text]
    return report
  }

  private func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      if scalar == "\n" { return true }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
        return false
      default: return true
      }
    }
  }

  @Test("No table lets it through, nor breaks its lines", arguments: hostile)
  func tables(text: String) throws {
    let style = Style(color: false, unicode: true, width: 4000)
    let problem = Problem(phase: .connect, tried: text, on: text, cameBack: text, next: text)
    let findings = [Report.Finding(code: "a", level: .info, message: "b", evidence: "c", hint: "d")]
    var calm = try report("x")
    calm.findings = findings
    for format in [OutputFormat.table, .wide] {
      let table = render(try report(text), as: format, style: style)
      #expect(isHarmless(table))
      #expect(
        table.split(separator: "\n", omittingEmptySubsequences: false).count
          == render(calm, as: format, style: style).split(
            separator: "\n", omittingEmptySubsequences: false
          ).count)
      #expect(isHarmless(render(resolveReport(text), as: format, style: style)))
      let lines = render(problem, as: format, style: style)
      #expect(isHarmless(lines))
      #expect(lines.split(separator: "\n").count == 3)
    }
  }

  @Test("JSON carries it whole, and harmless to a terminal", arguments: hostile)
  func json(text: String) throws {
    let report = try report(text)
    let json = render(report, as: .json, style: Style())
    #expect(isHarmless(json))
    #expect(try JSONDecoder().decode(Report.self, from: Data(json.utf8)) == report)
    let resolved = resolveReport(text)
    let resolvedJSON = render(resolved, as: .json, style: Style())
    #expect(isHarmless(resolvedJSON))
    #expect(try JSONDecoder().decode(ResolveReport.self, from: Data(resolvedJSON.utf8)) == resolved)
  }

  @Test("What is escaped can be recognised")
  func visible() throws {
    let table = render(try report("\u{1b}[31m\u{202E}"), as: .wide, style: Style())
    #expect(table.contains("\\u{1B}[31m\\u{202E}"))
    let json = render(try report("\u{E0041}"), as: .json, style: Style())
    #expect(json.contains("\\udb40\\udc41"))
  }

  @Test("Ordinary text of any script stays as it is")
  func ordinary() throws {
    let table = render(try report("naïve-日本-Ωμέγα"), as: .wide, style: Style())
    #expect(table.contains("naïve-日本-Ωμέγα"))
  }
}
