import Lab
import Naming
import Testing

@testable import Resolution

@Suite("Everything about one host", .timeLimit(.minutes(1)))
struct LookUpTests {
  private static let host = "web.ns.svc.cluster.local"

  @Test("A, AAAA, SRV and TXT are asked together, and make endpoints with the target's port")
  func everything() async throws {
    let zone = DNSZone()
    zone.setAddresses(Self.host, pods(2), ttl: 9)
    zone.setRecords(
      "_grpc._tcp.\(Self.host)", .srv,
      [.srv(priority: 0, weight: 50, port: 50051, target: "10-0-0-1.\(Self.host)")])
    zone.setRecords(
      "_grpc_config.\(Self.host)", .txt, [.txt(["other"]), .txt(["grpc_config=", "[{}]"])])
    try await withDNS(zone) { client async throws in
      let found = await client.lookUp(host: Self.host, port: 50051)
      #expect(found.outcome == .answered)
      #expect(found.endpoints == pods(2).map { Endpoint(.ip($0, port: 50051)) })
      #expect(found.ttl == 9)
      #expect(found.aaaa.outcome == .noData)
      #expect(found.srv?.name == "_grpc._tcp.\(Self.host)")
      #expect(found.srv?.records.count == 1)
      #expect(found.serviceConfig == "[{}]")
      // Pods named by their address need no further questions.
      #expect(
        Set(zone.queryLog.map(\.name)) == [
          Self.host, "_grpc._tcp.\(Self.host)", "_grpc_config.\(Self.host)",
        ])
    }
  }

  @Test("pods of a StatefulSet are named by their SRV targets, sent along or looked up")
  func podNames() async throws {
    let zone = DNSZone()
    zone.setAddresses(Self.host, pods(3))
    for (index, address) in pods(2).enumerated() {
      zone.setAddresses("web-\(index).\(Self.host)", [address])
    }
    zone.setRecords(
      Self.host, .srv,
      ["web-0", "web-1", "10-0-0-3"].map {
        .srv(priority: 0, weight: 33, port: 50051, target: "\($0).\(Self.host)")
      })
    try await withDNS(zone) { client async throws in
      let found = await client.lookUp(host: Self.host, port: 1)
      #expect(found.srv?.name == Self.host)
      #expect(found.endpoints.map(\.pod) == ["web-0", "web-1", nil])
      #expect(!zone.queryLog.contains { $0.name.hasPrefix("web-") })
    }
    #expect(PodNames.pod(of: "web-0.\(Self.host)") == "web-0")
    #expect(PodNames.pod(of: "10-0-0-3.\(Self.host)") == nil)
    #expect(PodNames.pod(of: "2001-db8--1.\(Self.host)") == nil)
    #expect(PodNames.pod(of: "") == nil)
  }

  @Test("SRV targets whose addresses did not come along are looked up without the search list")
  func podNamesLookedUp() async throws {
    // With their addresses they would not fit into the 64 KiB of a message.
    let count: UInt32 = 1100
    let zone = DNSZone()
    zone.setAddresses(Self.host, pods(count))
    for (index, address) in pods(count).enumerated() {
      zone.setAddresses("web-\(index).\(Self.host)", [address])
    }
    zone.setRecords(
      Self.host, .srv,
      (0..<count).map { .srv(priority: 0, weight: 1, port: 1, target: "web-\($0).\(Self.host)") })
    try await withDNS(zone) {
      $0.search = SearchList(domains: ["cluster.local"], ndots: 9)
    } _: { client async throws in
      let found = await client.lookUp(host: "\(Self.host).", port: 1)
      #expect(found.srv?.additional.isEmpty == true)
      let named = zip(found.endpoints, 0..<count).count { $0.pod == "web-\($1)" }
      #expect(named == Int(count))
    }
  }

  @Test("IP literals and localhost are not asked for TXT and SRV")
  func local() async throws {
    let zone = DNSZone()
    zone.setAddresses("localhost", [.v4(0x7F00_0001)])
    try await withDNS(zone) { client async throws in
      let literal = await client.lookUp(host: "10.0.0.1", port: 7)
      #expect(literal.endpoints == [Endpoint(.ip(.v4(0x0A00_0001), port: 7))])
      #expect(literal.srv == nil)
      #expect(literal.txt == nil)
      #expect(literal.ttl == nil)
      let localhost = await client.lookUp(host: "localhost", port: 7)
      #expect(localhost.srv == nil)
      #expect(localhost.outcome == .answered)
      #expect(Set(zone.queryLog.map(\.name)) == ["localhost"])
    }
  }

  @Test("a channel asks for less")
  func scopes() async throws {
    let zone = DNSZone()
    zone.setAddresses("a.b", pods(1))
    try await withDNS(zone) { client async throws in
      _ = await client.lookUp(host: "a.b", port: 1, .addresses)
      #expect(Set(zone.queryLog.map(\.type)) == [1, 28])
      _ = await client.lookUp(host: "a.b", port: 1, .addressesAndConfig)
      #expect(Set(zone.queryLog.map(\.type)) == [1, 28, 16])
    }
  }

  @Test("a failure that may pass outweighs an empty answer, and any address outweighs both")
  func outcome() async throws {
    let zone = DNSZone()
    zone.setFault(.serverFailure, for: "a.b", type: .aaaa)
    zone.setFault(.empty, for: "a.b", type: .a)
    try await withDNS(zone) { client async throws in
      #expect(await client.lookUp(host: "a.b", port: 1).outcome == .serverFailure)
      zone.setFault(nil, for: "a.b", type: .a)
      zone.setAddresses("a.b", pods(1))
      #expect(await client.lookUp(host: "a.b", port: 1).outcome == .answered)
    }
  }
}
