import Reporting
import Testing

@Suite("The table of distribute")
struct DistributeTableTests {
  private let plain = Style(color: false, unicode: true, width: 100)

  @Test(
    "Each kind of run as a table",
    arguments: [
      ("balanced", Reports.balanced), ("pinned", Reports.pinned), ("partial", Reports.partial),
      ("opaque", Reports.opaque), ("interrupted", Reports.interrupted), ("lost", Reports.lost),
    ] as [(String, @Sendable () throws -> Report)])
  func table(name: String, report: @Sendable () throws -> Report) throws {
    try expectGolden(render(report(), as: .table, style: plain), "\(name).txt")
  }

  @Test("wide shows addresses, identities, more latency, and the connections")
  func wide() throws {
    try expectGolden(render(Reports.lost(), as: .wide, style: plain), "lost-wide.txt")
  }

  @Test("Without Unicode and in 60 columns, the table is ASCII")
  func ascii() throws {
    let text = render(
      try Reports.balanced(), as: .table, style: Style(color: false, unicode: false, width: 60))
    #expect(text.unicodeScalars.allSatisfy { $0.isASCII && ($0.value >= 0x20 || $0 == "\n") })
    try expectGolden(text, "balanced-ascii.txt")
  }

  @Test("Colour adds nothing but escapes")
  func color() throws {
    for report in [try Reports.lost(), try Reports.pinned(), try Reports.balanced()] {
      let colored = render(report, as: .table, style: Style(color: true, unicode: true, width: 100))
      let without = colored.replacing(/\u{1b}\[[0-9]+m/, with: "")
      #expect(colored != without)
      #expect(without == render(report, as: .table, style: plain))
    }
  }

  @Test("Two hundred pods do not flood the table; wide has them all")
  func many() throws {
    let report = try Reports.many(200)
    let table = render(report, as: .table, style: plain)
    try expectGolden(table, "many.txt")
    let wide = render(report, as: .wide, style: plain)
    for index in 0..<200 { #expect(wide.contains("\nmygrpc-\(index) ")) }
  }

  @Test("Forty pods are shown in full, in the order of the report")
  func forty() throws {
    let table = render(try Reports.many(40), as: .table, style: plain)
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("mygrpc-") }
    #expect(rows.map { $0.prefix { $0 != " " } } == (0..<40).map { "mygrpc-\($0)" })
    #expect(!table.contains("(all with -o wide)"))
  }

  @Test("No sentence is wider than the style allows, and no line ends in a blank")
  func width() throws {
    for width in [60, 80, 132] {
      let text = render(
        try Reports.pinned(), as: .table, style: Style(color: false, unicode: true, width: width))
      let sentences = text.split(separator: "\n").drop { !$0.hasPrefix("RPCs") }
      for line in sentences { #expect(line.count <= width || !line.contains(" "), "\(line)") }
      for line in text.split(separator: "\n") { #expect(line.last != " ") }
    }
  }
}
