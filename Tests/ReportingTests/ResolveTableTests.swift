import Reporting
import Testing

@Suite("The table of resolve")
struct ResolveTableTests {
  private let plain = Style(color: false, unicode: true, width: 100)

  @Test("A headless Service with SRV and TXT records behind an alias")
  func headless() throws {
    try expectGolden(
      render(ResolveReports.headless(), as: .table, style: plain), "resolve-headless.txt")
  }

  @Test("A name that does not exist; wide shows what the search list tried")
  func missing() throws {
    try expectGolden(
      render(ResolveReports.missing(), as: .wide, style: plain), "resolve-missing-wide.txt")
  }

  @Test("A Service in the Kubernetes API, beside DNS")
  func cluster() throws {
    try expectGolden(
      render(ResolveReports.cluster(), as: .table, style: plain), "resolve-cluster.txt")
  }
}
