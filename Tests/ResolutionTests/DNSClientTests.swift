import Lab
import Naming
import Testing

@testable import Resolution

@Suite("DNS asked through c-ares", .timeLimit(.minutes(1)))
struct DNSClientTests {
  @Test("every record type comes with its TTL, the server and the transport")
  func recordTypes() async throws {
    let zone = DNSZone()
    let v6 = try #require(IPAddress("2001:db8::5"))
    zone.setAddresses("web.example", pods(2) + [v6], ttl: 7)
    zone.setRecords(
      "web.example", .srv,
      [.srv(priority: 1, weight: 2, port: 50051, target: "pod-0.web.example")], ttl: 9)
    zone.setRecords("web.example", .txt, [.txt(["grpc_config=[", "]"]), .txt(["x"])], ttl: 11)
    try await withDNS(zone) { client async throws in
      let a = await client.query("web.example", .a)
      #expect(a.outcome == .answered)
      #expect(a.addresses == pods(2))
      #expect(a.records.map(\.ttl) == [7, 7])
      #expect(a.records.map(\.name) == ["web.example", "web.example"])
      #expect(a.ttl == 7)
      #expect(a.server?.host == "127.0.0.1")
      #expect(a.transport == .udp)
      #expect(a.truncatedOverUDP == false)
      #expect(a.source == .dns)
      #expect(a.duration > .zero)
      let aaaa = await client.query("web.example", .aaaa)
      #expect(aaaa.addresses == [v6])
      let srv = await client.query("web.example", .srv)
      #expect(
        srv.records.map(\.data) == [
          .srv(priority: 1, weight: 2, port: 50051, target: "pod-0.web.example")
        ])
      #expect(srv.ttl == 9)
      let txt = await client.query("web.example", .txt)
      #expect(txt.records.map(\.data) == [.txt("grpc_config=[]"), .txt("x")])
      #expect(txt.ttl == 11)
    }
  }

  @Test("a CNAME chain is followed and kept, and its TTLs count")
  func aliases() async throws {
    let zone = DNSZone()
    zone.setRecords("a.example", .cname, [.cname("b.example")], ttl: 60)
    zone.setRecords("b.example", .cname, [.cname("c.example")], ttl: 5)
    zone.setAddresses("c.example", pods(1), ttl: 30)
    try await withDNS(zone) { client async throws in
      let answer = await client.query("a.example", .a)
      #expect(answer.name == "a.example")
      #expect(answer.records.map(\.name) == ["c.example"])
      #expect(answer.aliases.map(\.name) == ["a.example", "b.example"])
      #expect(answer.aliases.map(\.target) == ["b.example", "c.example"])
      #expect(answer.aliases.map(\.ttl) == [60, 5])
      #expect(answer.ttl == 5)
      let text = await client.query("a.example", .txt)
      #expect(text.outcome == .noData)
      #expect(text.aliases.count == 2)
    }
  }

  static let faults: [(DNSZone.Fault?, DNSOutcome)] = [
    (nil, .answered), (.nameError, .nameError), (.empty, .noData),
    (.serverFailure, .serverFailure), (.refused, .refused), (.onlyOverTCP, .answered),
  ]

  @Test("answers of every kind are told apart", arguments: faults)
  func outcomes(fault: DNSZone.Fault?, outcome: DNSOutcome) async throws {
    let zone = DNSZone()
    zone.setAddresses("a.b", pods(1))
    zone.setFault(fault, for: "a.b")
    try await withDNS(zone) { client async throws in
      let answer = await client.query("a.b.", .a)
      #expect(answer.outcome == outcome)
      #expect(answer.attempts == [DNSAnswer.Attempt(name: "a.b", outcome: outcome)])
      #expect(answer.server != nil)
      #expect(answer.transport == (fault == .onlyOverTCP ? .tcp : .udp))
      #expect(answer.truncatedOverUDP == (fault == .onlyOverTCP))
      #expect(answer.addresses == (outcome == .answered ? pods(1) : []))
    }
  }

  static let mute: [(DNSZone.Fault, DNSOutcome)] = [
    (.silence, .timeout), (.wrongID, .timeout), (.garbage, .malformed),
  ]

  @Test("silence and answers under a wrong id are timeouts, noise is malformed", arguments: mute)
  func noAnswer(fault: DNSZone.Fault, outcome: DNSOutcome) async throws {
    let zone = DNSZone()
    zone.setAddresses("a.b", pods(1))
    zone.setFault(fault, for: "a.b")
    try await withDNS(zone) {
      $0.timeout = .milliseconds(100)
      $0.tries = 2
    } _: { client async throws in
      let answer = await client.query("a.b", .a)
      #expect(answer.outcome == outcome)
      #expect(answer.records.isEmpty)
      #expect(answer.server != nil)
      // Later versions of c-ares do not wait on after noise.
      #expect(fault == .garbage || answer.duration >= .milliseconds(200))
      #expect(zone.queryCounts[DNSZone.Query("a.b", .a)] == 2)
    }
  }

  @Test("a port where no server listens is a refused connection, not a timeout")
  func noServer() async throws {
    // The lab's port is free again after the server stopped.
    let free = try await DNSServer.start(
      zone: DNSZone())
    try await free.stop()
    var configuration = DNSConfiguration(
      servers: [NameServer(host: "127.0.0.1", port: UInt16(free.port))])
    configuration.timeout = .seconds(20)
    let client = try DNSClient(configuration)
    let answer = await client.query("a.b.", .a)
    #expect(answer.outcome == .connectionRefused)
    #expect(answer.server?.port == UInt16(free.port))
    client.shutDown()
  }

  @Test("the next server is asked when one refuses, and the answer says which one it was")
  func secondServer() async throws {
    let refusing = DNSZone()
    refusing.setFault(.serverFailure, for: "a.b")
    let zone = DNSZone()
    zone.setAddresses("a.b", pods(1))
    let first = try await DNSServer.start(zone: refusing)
    let second = try await DNSServer.start(zone: zone, host: "127.0.0.2")
    var configuration = DNSConfiguration(servers: [
      NameServer(host: "127.0.0.1", port: UInt16(first.port)),
      NameServer(host: "127.0.0.2", port: UInt16(second.port)),
    ])
    configuration.timeout = .seconds(20)
    let client = try DNSClient(configuration)
    let answer = await client.query("a.b.", .a)
    #expect(answer.outcome == .answered)
    #expect(answer.server == NameServer(host: "127.0.0.2", port: UInt16(second.port)))
    #expect(refusing.queryCounts[DNSZone.Query("a.b", .a)] == 1)
    client.shutDown()
    try await first.stop()
    try await second.stop()
  }

  @Test("1,000 A records come over TCP, all of them and in order")
  func thousand() async throws {
    let zone = DNSZone()
    zone.setAddresses("many.example", pods(1000))
    try await withDNS(zone) { client async throws in
      let answer = await client.query("many.example", .a)
      #expect(answer.addresses == pods(1000))
      #expect(answer.transport == .tcp)
      #expect(answer.truncatedOverUDP)
      #expect(zone.queryLog.map(\.transport) == [.udp, .tcp])
    }
  }

  @Test("with EDNS0 an answer of 1,200 bytes stays on UDP")
  func edns() async throws {
    let zone = DNSZone()
    zone.setAddresses("some.example", pods(70))
    try await withDNS(zone) { client async throws in
      let answer = await client.query("some.example", .a)
      #expect(answer.addresses.count == 70)
      #expect(answer.transport == .udp)
    }
  }

  @Test("a server older than EDNS0 is asked without it, also by questions that were on their way")
  func oldServer() async throws {
    let zone = DNSZone()
    zone.setAddresses("some.example", pods(20))
    zone.setFault(.noEDNS, for: "some.example")
    try await withDNS(zone) { client async throws in
      let counts = await withTaskGroup(of: Int.self) { group in
        for _ in 0..<10 {
          group.addTask { await client.query("some.example", .a).addresses.count }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts == Array(repeating: 20, count: 10))
      let asked = zone.queryLog.count
      #expect(await client.query("some.example", .a).addresses.count == 20)
      #expect(zone.queryLog.count == asked + 1)
    }
  }

  @Test("the client refuses servers that are no addresses")
  func badServer() {
    #expect(throws: DNSClientError.serverIsNoAddress("ns.example")) {
      try DNSClient(DNSConfiguration(servers: [NameServer(host: "ns.example")]))
    }
  }

  @Test("a server that is given by name is looked up first")
  func serverByName() async throws {
    let zone = DNSZone()
    zone.setAddresses("a.b", pods(1))
    let server = try await DNSServer.start(
      zone: zone)
    let port = UInt16(server.port)
    try await withFile("127.0.0.1 ns.example\n") { path async throws in
      var configuration = DNSConfiguration()
      configuration.hostsFile = path
      let client = try await DNSClient.asking(
        NameServer(host: "ns.example", port: port), configuration)
      let answer = await client.query("a.b.", .a)
      #expect(answer.addresses == pods(1))
      #expect(answer.server == NameServer(host: "127.0.0.1", port: port))
      client.shutDown()
    }
    try await server.stop()
  }
}
