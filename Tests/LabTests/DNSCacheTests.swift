import Naming
import Testing

@testable import Lab

@Suite("The cache before the lab's DNS")
struct DNSCacheTests {
  private let name = "a.cluster.local"

  private func at(_ seconds: Double) -> LabInstant {
    LabInstant(nanoseconds: Int64(seconds * 1e9))
  }

  private func zone(cache: Duration) -> DNSZone {
    DNSZone(cache: cache)
  }

  @Test("keeps an answer no longer than the limit, and counts its TTL down")
  func stale() {
    let zone = zone(cache: .seconds(10))
    zone.setAddresses(name, [.v4(1)], ttl: 30)
    func answer(_ seconds: Double) -> DNSZone.RecordSet? {
      zone.recordSet(name, ZoneRecord.Kind.a.rawValue, at: at(seconds))
    }
    #expect(answer(100)?.ttl == 10)
    zone.setAddresses(name, [.v4(2)], ttl: 30)
    #expect(answer(104)?.records == [.address(.v4(1))])
    #expect(answer(104)?.ttl == 6)
    #expect(answer(109.9)?.records == [.address(.v4(1))])
    #expect(answer(109.9)?.ttl == 1)
    #expect(answer(110)?.records == [.address(.v4(2))])
    #expect(answer(110)?.ttl == 10)
  }

  @Test("keeps no answer longer than its TTL, and a missing one for the negative TTL")
  func lifetimes() {
    let zone = zone(cache: .seconds(300))
    func answer(_ seconds: Double) -> DNSZone.RecordSet? {
      zone.recordSet(name, ZoneRecord.Kind.a.rawValue, at: at(seconds))
    }
    #expect(answer(0) == nil)
    zone.setAddresses(name, [.v4(1)], ttl: 7)
    #expect(answer(4.9) == nil)
    #expect(answer(5)?.ttl == 7)
    zone.remove(name)
    #expect(answer(11.9)?.records == [.address(.v4(1))])
    #expect(answer(12) == nil)
  }
}
