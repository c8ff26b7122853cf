import Lab
import Naming
import Resolution
import Testing

@Suite("A channel's resolver", .timeLimit(.minutes(1)))
struct ResolverTests {
  /// Rules that do not make a test wait.
  private static var quick: ReResolutionRules {
    var rules = ReResolutionRules.go
    rules.floor = .milliseconds(20)
    rules.firstBackoff = .milliseconds(20)
    rules.maximumBackoff = .milliseconds(40)
    return rules
  }

  private func endpoints(_ count: UInt32) -> ResolverUpdate {
    .endpoints(pods(count).map { Endpoint(.ip($0, port: 50051)) })
  }

  @Test("looks up at once, and again when asked")
  func reResolves() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.example", pods(2))
    try await withDNS(zone) { client async throws in
      let resolver = Resolver(
        client: client, host: "web.example", port: 50051, rules: Self.quick, seed: 1)
      var updates = resolver.updates.makeAsyncIterator()
      #expect(await updates.next() == endpoints(2))
      #expect(resolver.latest?.a.addresses == pods(2))
      zone.setAddresses("web.example", pods(3))
      resolver.reResolve()
      #expect(await updates.next() == endpoints(3))
      // grpc-go asks for the service config each time.
      #expect(zone.queryCounts[DNSZone.Query("_grpc_config.web.example", .txt)] == 2)
      resolver.stop()
      #expect(await updates.next() == nil)
    }
  }

  @Test("does not look up unasked after a success")
  func noPolling() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.example", pods(1), ttl: 0)
    try await withDNS(zone) { client async throws in
      let resolver = Resolver(
        client: client, host: "web.example", port: 50051, rules: Self.quick, seed: 1)
      let other = Resolver(
        client: client, host: "other.example", port: 50051, rules: Self.quick, seed: 1)
      var updates = resolver.updates.makeAsyncIterator()
      #expect(await updates.next() == endpoints(1))
      // The other one, which finds nothing, tries again and again meanwhile.
      var others = other.updates.makeAsyncIterator()
      for _ in 0..<5 { #expect(await others.next() == .endpoints([])) }
      #expect(zone.queryCounts[DNSZone.Query("web.example", .a)] == 1)
      #expect(zone.queryCounts[DNSZone.Query("other.example", .a)].map { $0 >= 5 } == true)
    }
  }

  @Test("reports failures with what happened where, and recovers by itself")
  func failures() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.example", pods(1))
    zone.setFault(.serverFailure, for: "web.example")
    try await withDNS(zone) { client async throws in
      let resolver = Resolver(
        client: client, host: "web.example", port: 50051, rules: Self.quick, seed: 1)
      var updates = resolver.updates.makeAsyncIterator()
      guard case .failure(let text) = await updates.next() else {
        Issue.record("no failure")
        return
      }
      #expect(text.hasPrefix("SERVFAIL from DNS server 127.0.0.1:"))
      #expect(text.hasSuffix("for web.example A"))
      zone.setFault(nil, for: "web.example")
      var update = await updates.next()
      while case .failure = update { update = await updates.next() }
      #expect(update == endpoints(1))
    }
  }

  @Test("what clients make of NXDOMAIN differs: grpc-go empties its list, C-core fails")
  func nameErrors() async throws {
    try await withDNS { client async throws in
      let go = Resolver(client: client, host: "web.example", port: 50051, rules: .go, seed: 1)
      let core = Resolver(client: client, host: "web.example", port: 50051, rules: .core, seed: 1)
      var goUpdates = go.updates.makeAsyncIterator()
      var coreUpdates = core.updates.makeAsyncIterator()
      #expect(await goUpdates.next() == .endpoints([]))
      guard case .failure(let text) = await coreUpdates.next() else {
        Issue.record("no failure")
        return
      }
      #expect(text.hasPrefix("NXDOMAIN"))
    }
  }

  @Test("gives an IP literal once, without asking anybody")
  func literal() async throws {
    let zone = DNSZone()
    try await withDNS(zone) { client async throws in
      let resolver = Resolver(
        client: client, host: "10.0.0.1", port: 50051, rules: Self.quick, seed: 1)
      var updates = resolver.updates.makeAsyncIterator()
      #expect(await updates.next() == endpoints(1))
      resolver.reResolve()
      resolver.stop()
      #expect(await updates.next() == nil)
      #expect(zone.queryCounts.isEmpty)
    }
  }

  @Test("200 of them share one client")
  func many() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.example", pods(100))
    try await withDNS(zone) { client async throws in
      let resolvers = (0..<200).map {
        Resolver(client: client, host: "web.example", port: 50051, rules: .go, seed: UInt64($0))
      }
      for resolver in resolvers {
        var updates = resolver.updates.makeAsyncIterator()
        // Compared outside #expect, whose difference of two lists of 100 would take minutes to show.
        let isComplete = await updates.next() == endpoints(100)
        #expect(isComplete)
      }
      #expect(zone.queryCounts[DNSZone.Query("web.example", .a)] == 200)
    }
  }
}
