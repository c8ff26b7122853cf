import Lab
import Naming
import Testing

@testable import Resolution

@Suite("The search list and ndots", .timeLimit(.minutes(1)))
struct SearchTests {
  static let kubernetes = SearchList(
    domains: ["ns.svc.cluster.local", "svc.cluster.local", "cluster.local"], ndots: 5)

  static let orders: [(SearchList, String, [String])] = [
    (SearchList(), "a", ["a"]),
    (SearchList(domains: ["x"], ndots: 1), "a", ["a.x", "a"]),
    (SearchList(domains: ["x", "y"], ndots: 1), "a.b", ["a.b", "a.b.x", "a.b.y"]),
    (SearchList(domains: ["x"], ndots: 2), "a.b", ["a.b.x", "a.b"]),
    (SearchList(domains: ["x"], ndots: 0), "a", ["a", "a.x"]),
    (SearchList(domains: ["x", "."], ndots: 1), "a", ["a.x", "a"]),
    (SearchList(domains: ["x"], ndots: 5), "a.b.", ["a.b"]),
    (
      kubernetes, "web.ns",
      ["web.ns.ns.svc.cluster.local", "web.ns.svc.cluster.local", "web.ns.cluster.local", "web.ns"]
    ),
    (
      kubernetes, "web.ns.svc.cluster.local",
      [
        "web.ns.svc.cluster.local.ns.svc.cluster.local",
        "web.ns.svc.cluster.local.svc.cluster.local",
        "web.ns.svc.cluster.local.cluster.local", "web.ns.svc.cluster.local",
      ]
    ),
  ]

  @Test("make these names, in this order", arguments: orders)
  func names(list: SearchList, name: String, expected: [String]) {
    let (names, asIs) = list.names(for: name)
    #expect(names == expected)
    #expect(names[asIs] == (name.hasSuffix(".") ? String(name.dropLast()) : name))
  }

  @Test("decide what the server is asked, name by name, until one answers")
  func asksInOrder() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.ns.svc.cluster.local", pods(2))
    try await withDNS(zone) {
      $0.search = Self.kubernetes
    } _: { client async throws in
      let answer = await client.query("web.ns", .a)
      #expect(answer.name == "web.ns.svc.cluster.local")
      #expect(answer.addresses == pods(2))
      #expect(
        answer.attempts == [
          DNSAnswer.Attempt(name: "web.ns.ns.svc.cluster.local", outcome: .nameError),
          DNSAnswer.Attempt(name: "web.ns.svc.cluster.local", outcome: .answered),
        ])
      #expect(
        zone.queryLog.map(\.name) == ["web.ns.ns.svc.cluster.local", "web.ns.svc.cluster.local"])
    }
  }

  @Test("cost a name with four dots three questions more, and a final dot avoids them")
  func trailingDot() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.ns.svc.cluster.local", pods(1))
    try await withDNS(zone) {
      $0.search = Self.kubernetes
    } _: { client async throws in
      let searched = await client.query("web.ns.svc.cluster.local", .a)
      #expect(searched.attempts.count == 4)
      #expect(searched.name == "web.ns.svc.cluster.local")
      let absolute = await client.query("web.ns.svc.cluster.local.", .a)
      #expect(absolute.attempts.count == 1)
      #expect(absolute.addresses == pods(1))
      #expect(zone.queryLog.count == 5)
    }
  }

  @Test("go on after NXDOMAIN, no data and SERVFAIL, and stop at anything else")
  func continues() async throws {
    let zone = DNSZone()
    zone.setFault(.nameError, for: "web.one")
    zone.setFault(.empty, for: "web.two")
    zone.setFault(.serverFailure, for: "web.three")
    zone.setFault(.refused, for: "web.four")
    zone.setAddresses("web.five", pods(1))
    try await withDNS(zone) {
      $0.search = SearchList(domains: ["one", "two", "three", "four", "five"], ndots: 1)
    } _: { client async throws in
      let answer = await client.query("web", .a)
      #expect(answer.outcome == .refused)
      #expect(
        answer.attempts.map(\.outcome) == [.nameError, .noData, .serverFailure, .refused])
      zone.setFault(nil, for: "web.four")
      #expect(await client.query("web", .a).addresses == pods(1))
    }
  }

  @Test("found nowhere, the outcome is of the name as it is; no data anywhere beats NXDOMAIN")
  func nowhere() async throws {
    let zone = DNSZone()
    zone.setRecords("web.two", .txt, [.txt(["x"])])
    try await withDNS(zone) {
      $0.search = SearchList(domains: ["one", "two"], ndots: 1)
    } _: { client async throws in
      let missing = await client.query("other", .a)
      #expect(missing.outcome == .nameError)
      #expect(missing.name == "other")
      #expect(missing.attempts.map(\.name) == ["other.one", "other.two", "other"])
      let empty = await client.query("web", .a)
      #expect(empty.outcome == .noData)
      #expect(empty.attempts.map(\.outcome) == [.nameError, .noData, .nameError])
    }
  }

  @Test("treat A and AAAA together: a name with either ends the search for both")
  func together() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.one", pods(1))
    zone.setAddresses("web.two", [.v6(high: 1, low: 1)])
    try await withDNS(zone) {
      $0.search = SearchList(domains: ["one", "two"], ndots: 1)
    } _: { client async throws in
      let answers = await client.query("web", [.a, .aaaa])
      #expect(answers.map(\.name) == ["web.one", "web.one"])
      #expect(answers.map(\.outcome) == [.answered, .noData])
    }
  }

  static let files: [(String, String?, String?, String, SearchList)] = [
    ("", nil, nil, "pod", SearchList()),
    ("", nil, nil, "pod.example", SearchList(domains: ["example"])),
    ("search\n", nil, nil, "pod.example", SearchList()),
    ("search a b\t c\n", nil, nil, "pod.x", SearchList(domains: ["a", "b", "c"])),
    ("domain a b", nil, nil, "", SearchList(domains: ["a"])),
    ("search a\ndomain b\n", nil, nil, "", SearchList(domains: ["b"])),
    ("# search a\n;search b\nsearch c ; d\n", nil, nil, "", SearchList(domains: ["c"])),
    ("options rotate ndots:5\n", nil, nil, "", SearchList(ndots: 5)),
    ("options ndots:99\n", nil, nil, "", SearchList(ndots: 15)),
    ("options ndots:x\n", nil, nil, "", SearchList()),
    ("search a\noptions ndots:5", "b c", "ndots:2", "", SearchList(domains: ["b", "c"], ndots: 2)),
  ]

  @Test("are read as resolv.conf(5) says", arguments: files)
  func reads(
    text: String, domains: String?, options: String?, hostName: String, expected: SearchList
  ) {
    #expect(
      SearchList(parsing: text, domains: domains, options: options, hostName: hostName) == expected)
  }

  @Test("come from resolv.conf")
  func resolvConf() async throws {
    let text = "nameserver 127.0.0.1\nsearch a.example b.example\noptions ndots:3\n"
    try await withFile(text) { path async throws in
      var configuration = DNSConfiguration()
      configuration.resolvConf = path
      let client = try DNSClient(configuration)
      #expect(client.search == SearchList(domains: ["a.example", "b.example"], ndots: 3))
      client.shutDown()
    }
  }
}
