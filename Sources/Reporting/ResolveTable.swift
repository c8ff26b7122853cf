/// A resolve report for people.
struct ResolveTable {
  private let report: ResolveReport
  private let style: Style
  private let isWide: Bool

  /// - Parameter isWide: whether to show the names that the search list made of each question.
  init(_ report: ResolveReport, style: Style, isWide: Bool) {
    self.report = report
    self.style = style
    self.isWide = isWide
  }

  var text: String {
    var page = Page(style: style)
    let lab = report.source == .lab ? " (embedded lab)" : ""
    page.add("Target", report.target.given + lab)
    if !report.cnames.isEmpty {
      page.add("Alias of", report.cnames.joined(separator: ", then "))
    }
    if !report.questions.isEmpty {
      page.add(line: "")
      page.add(questions)
    }
    if let kubernetes = report.kubernetes {
      KubernetesSection(kubernetes, report.comparison).add(to: &page)
    } else if !report.addresses.isEmpty {
      page.add(line: "")
      page.add(addresses)
    }
    addRecords(to: &page)
    page.add(line: "")
    page.add("A gRPC client", report.next)
    for difference in report.differences {
      page.add("Difference", difference, .unsure)
    }
    page.add(report.findings)
    return page.text
  }

  private var questions: TextTable {
    var columns: [TextTable.Column] = [
      .init(title: "QUESTION"), .init(title: "TYPE"), .init(title: "OUTCOME"),
      .init(title: "RECORDS", isRight: true), .init(title: "TTL", isRight: true),
      .init(title: "TIME", isRight: true), .init(title: "BY"), .init(title: "SERVER"),
    ]
    if isWide { columns.append(.init(title: "TRIED")) }
    var table = TextTable(columns)
    for question in report.questions {
      let tried = question.namesTried.joined(separator: ", ")
      let cells: [TextTable.Cell] = [
        .init(
          isWide ? question.name : question.namesTried.last ?? question.name),
        .init(question.type), .init(question.outcome.rawValue, question.outcome.paint),
        .init("\(question.records)"), .init(Self.seconds(question.ttl)),
        .init(duration(milliseconds: question.duration)), .init(Self.transport(question)),
        .init(question.server ?? question.error ?? "-"),
      ]
      table.add(isWide ? cells + [.init(tried)] : cells)
    }
    return table
  }

  private var addresses: TextTable {
    var table = TextTable([
      .init(title: "ADDRESS"), .init(title: "FAMILY"), .init(title: "TTL", isRight: true),
      .init(title: "POD"),
    ])
    for address in report.addresses {
      table.add([
        .init(address.address), .init(address.family),
        .init(Self.seconds(address.ttl)), .init(address.pod ?? "-"),
      ])
    }
    return table
  }

  private func addRecords(to page: inout Page) {
    guard !(report.srv.isEmpty && report.txt.isEmpty) else { return }
    var table = TextTable([
      .init(title: "RECORD"), .init(title: "TYPE"), .init(title: "TTL", isRight: true),
      .init(title: "VALUE"),
    ])
    for srv in report.srv {
      table.add([
        .init(srv.name), .init("SRV"), .init(Self.seconds(srv.ttl)),
        .init("\(srv.priority) \(srv.weight) \(srv.port) \(srv.target)"),
      ])
    }
    for txt in report.txt {
      table.add([
        .init(txt.name), .init("TXT"), .init(Self.seconds(txt.ttl)),
        .init(txt.text),
      ])
    }
    page.add(line: "")
    page.add(table)
  }

  private static func transport(_ question: ResolveReport.Question) -> String {
    question.truncated ? "udp, then tcp" : question.transport ?? "-"
  }

  private static func seconds(_ ttl: Int?) -> String {
    ttl.map { "\($0) s" } ?? "-"
  }
}

extension ResolveReport.Outcome {
  fileprivate var paint: Style.Paint? {
    switch self {
    case .answer: .good
    case .noData: nil
    case .noName, .serverFailure, .refused, .timeout, .unreachable, .malformed, .other: .bad
    }
  }
}
