import Lab
import Naming
import Resolution
import Testing

@Suite("A channel's resolver on a manual clock", .timeLimit(.minutes(1)))
struct ResolverClockTests {
  private func update(_ count: UInt32) -> ResolverUpdate {
    .endpoints(pods(count).map { Endpoint(.ip($0, port: 50051)) })
  }

  private func resolver(
    _ client: DNSClient, _ rules: ReResolutionRules, _ clock: ManualClock
  ) -> Resolver {
    Resolver(
      client: client, host: "web.example", port: 50051, rules: rules, seed: 1,
      clock: clock.resolverClock)
  }

  @Test("§2: a request inside the floor runs 30 s after the previous success, and not before")
  func floor() async throws {
    for rules in [ReResolutionRules.go, .core] {
      let zone = DNSZone()
      zone.setAddresses("web.example", pods(1))
      try await withDNS(zone) { client async throws in
        let clock = ManualClock()
        let resolver = resolver(client, rules, clock)
        var updates = resolver.updates.makeAsyncIterator()
        var sleeps = clock.sleeps.makeAsyncIterator()
        #expect(await updates.next() == update(1))
        zone.setAddresses("web.example", pods(2))
        resolver.reResolve()
        #expect(await sleeps.next() == clock.start + .seconds(30))
        #expect(zone.queryCounts[DNSZone.Query("web.example", .a)] == 1)
        clock.advance(to: clock.start + .seconds(30))
        #expect(await updates.next() == update(2))
        resolver.stop()
      }
    }
  }

  @Test("§2: failed lookups are repeated after 1.6 s, then longer, without being asked")
  func failures() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.example", pods(1))
    zone.setFault(.serverFailure, for: "web.example")
    try await withDNS(zone) { client async throws in
      let clock = ManualClock()
      let resolver = resolver(client, .go, clock)
      var sleeps = clock.sleeps.makeAsyncIterator()
      var last = clock.start
      for mean in [1.6, 2.56, 4.096] {
        let wake = try #require(await sleeps.next())
        let wait = last.duration(to: wake) / .seconds(1)
        #expect(wait >= mean * 0.8 && wait <= mean * 1.2)
        last = wake
        clock.advance(to: wake)
      }
      resolver.stop()
    }
  }

  @Test("§4: leaving idle looks up anew, inside the floor and out of any wait")
  func lookUpAnew() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.example", pods(1))
    try await withDNS(zone) { client async throws in
      let clock = ManualClock()
      let resolver = resolver(client, .go, clock)
      var updates = resolver.updates.makeAsyncIterator()
      var sleeps = clock.sleeps.makeAsyncIterator()
      #expect(await updates.next() == update(1))
      zone.setAddresses("web.example", pods(2))
      resolver.lookUpAnew()
      #expect(await updates.next() == update(2))
      resolver.reResolve()
      #expect(await sleeps.next() == clock.start + .seconds(30))
      zone.setAddresses("web.example", pods(3))
      resolver.lookUpAnew()
      #expect(await updates.next() == update(3))
      resolver.stop()
      #expect(await updates.next() == nil)
    }
  }

  @Test("grpc-swift makes one endpoint of all addresses")
  func oneEndpoint() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.example", pods(3))
    try await withDNS(zone) { client async throws in
      let resolver = resolver(client, .swift, ManualClock())
      var updates = resolver.updates.makeAsyncIterator()
      let addresses = pods(3).map { TransportAddress.ip($0, port: 50051) }
      #expect(await updates.next() == .endpoints([Endpoint(addresses: addresses)]))
      resolver.stop()
    }
  }
}
