import Lab
import Naming
import Resolution
import Testing

@Suite("Names that are not asked of DNS", .timeLimit(.minutes(1)))
struct NamesWithoutDNSTests {
  @Test("an IP literal answers for itself, in its family only")
  func literals() async throws {
    let zone = DNSZone()
    try await withDNS(zone) { client async throws in
      let a = await client.query("10.0.0.1", .a)
      #expect(a.addresses == pods(1))
      #expect(a.source == .literal)
      #expect(a.server == nil)
      let aaaa = await client.query("10.0.0.1", .aaaa)
      #expect(aaaa.outcome == .noData)
      #expect(aaaa.source == .literal)
      let v6 = await client.query("2001:DB8::1", .aaaa)
      #expect(v6.addresses.map(\.description) == ["2001:db8::1"])
      #expect(zone.queryCounts.isEmpty)
    }
  }

  @Test("a host in the hosts file is answered from it, and only addresses are")
  func hostsFile() async throws {
    let zone = DNSZone()
    zone.setAddresses("other.example", pods(2))
    zone.setRecords("web.example", .txt, [.txt(["x"])])
    try await withFile("10.0.0.1 web.example\n") { path async throws in
      try await withDNS(zone) {
        $0.hostsFile = path
      } _: { client async throws in
        let a = await client.query("WEB.example", .a)
        #expect(a.addresses == pods(1))
        #expect(a.source == .hostsFile)
        let aaaa = await client.query("web.example", .aaaa)
        #expect(aaaa.outcome == .noData)
        #expect(aaaa.source == .hostsFile)
        #expect(zone.queryCounts.isEmpty)
        let txt = await client.query("web.example", .txt)
        #expect(txt.outcome == .answered)
        #expect(txt.source == .dns)
        let other = await client.query("other.example", .a)
        #expect(other.source == .dns)
        #expect(other.addresses == pods(2))
      }
    }
  }
}
