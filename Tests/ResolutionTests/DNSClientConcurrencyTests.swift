import Lab
import Naming
import Resolution
import Testing

@Suite("Many questions at once, and the end of the client", .timeLimit(.minutes(1)))
struct DNSClientConcurrencyTests {
  @Test("1,000 questions at once all get their own answers")
  func thousand() async throws {
    let zone = DNSZone()
    for index: UInt32 in 0..<1000 {
      zone.setAddresses("pod-\(index).example", [IPAddress.v4(index)])
    }
    try await withDNS(zone) { client async throws in
      let answers = await withTaskGroup(of: (UInt32, DNSAnswer).self) { group in
        for index: UInt32 in 0..<1000 {
          group.addTask { (index, await client.query("pod-\(index).example", .a)) }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      #expect(answers.count == 1000)
      let wrong = answers.filter { index, answer in
        answer.addresses != [IPAddress.v4(index)] || answer.name != "pod-\(index).example"
          || answer.server?.host != "127.0.0.1"
      }
      #expect(wrong.values.map(\.outcome) == [])
    }
  }

  /// Two of them under one id would leave one without an answer: with 2,000 truncated ones, four or
  /// so would be.
  @Test("equal questions at once are asked one by one, none is merged, cached or mixed up")
  func equalQuestions() async throws {
    let zone = DNSZone()
    zone.setAddresses("web.example", pods(100))
    try await withDNS(zone) { client async throws in
      let counts = await withTaskGroup(of: Int.self) { group in
        for _ in 0..<2000 {
          group.addTask { await client.query("web.example", .a).addresses.count }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts.count == 2000)
      #expect(Set(counts) == [100])
      #expect(zone.queryCounts[DNSZone.Query("web.example", .a)] == 2000)
    }
  }

  @Test("shutting down ends questions in flight and in line, and later ones, as cancelled")
  func shutDown() async throws {
    let zone = DNSZone()
    zone.setFault(.silence, for: "a.b")
    try await withDNS(zone) { client async throws in
      async let outcomes = withTaskGroup(of: DNSOutcome.self) { group in
        for _ in 0..<300 { group.addTask { await client.query("a.b", .a).outcome } }
        return await group.reduce(into: Set()) { $0.insert($1) }
      }
      // At least one question is with the server.
      while zone.queryCounts.isEmpty { await Task.yield() }
      client.shutDown()
      #expect(await outcomes == [.cancelled])
      #expect(await client.query("a.b", .a).outcome == .cancelled)
      client.shutDown()
    }
  }

  @Test("a cancelled task gets its answer at once, and others are not disturbed")
  func cancellation() async throws {
    let zone = DNSZone()
    zone.setFault(.silence, for: "silent.b")
    zone.setAddresses("a.b", pods(1))
    try await withDNS(zone) { client async throws in
      let task = Task { await client.query("silent.b", .a) }
      while zone.queryCounts.isEmpty { await Task.yield() }
      task.cancel()
      #expect(await task.value.outcome == .cancelled)
      #expect(await client.query("a.b", .a).outcome == .answered)
      let never = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return await client.query("silent.b", .a)
      }
      #expect(await never.value.outcome == .cancelled)
    }
  }

  @Test("a client without references is gone: its thread holds none")
  func lastReference() throws {
    weak var weakClient: DNSClient?
    do {
      let client = try DNSClient(DNSConfiguration(servers: [NameServer(host: "127.0.0.1")]))
      weakClient = client
      #expect(weakClient != nil)
    }
    #expect(weakClient == nil)
  }
}
