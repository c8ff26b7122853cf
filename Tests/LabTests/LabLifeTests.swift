import NIOCore
import Naming
import Synchronization
import Testing

@testable import Lab

private final class Texts: Sendable {
  private let texts = Mutex<[String]>([])
  var all: [String] { texts.withLock { $0 } }
  func append(_ text: String) { texts.withLock { $0.append(text) } }
}

@Suite("Pods that come and go", .timeLimit(.minutes(1)))
struct LabLifeTests {
  private func options(_ pods: Int) -> LabOptions {
    var options = LabOptions()
    options.pods = pods
    return options
  }

  private func inDNS(_ lab: LabCluster) -> Set<IPAddress> {
    let records = lab.dns.zone.recordSet(lab.names.headless, ZoneRecord.Kind.a.rawValue)?.records
    return Set(
      (records ?? []).compactMap { if case .address(let address) = $0 { address } else { nil } })
  }

  /// The names of a pod's events, in order.
  private func life(of pod: Int, _ lab: LabCluster) async throws -> [String] {
    let name = lab.pods[pod].name
    return try await lab.events().filter { $0.pod == name }.map(\.kind.name)
  }

  @Test("scaling out and in: new names and addresses, the highest go first")
  func scaling() async throws {
    try await withLab(options(2)) { lab in
      try await lab.scale(to: 4)
      #expect(await lab.readyPods() == [0, 1, 2, 3])
      #expect(lab.pods.map(\.name) == (0..<4).map { "mygrpc-\($0)" })
      #expect(Set(lab.pods.map(\.address)).count == 4)
      #expect(inDNS(lab) == Set(lab.pods.map(\.address)))
      #expect(try await TestClient.connect(lab.pods[3]).call().podName == "mygrpc-3")
      try await lab.scale(to: 1)
      #expect(await lab.readyPods() == [0])
      #expect(inDNS(lab) == [lab.pods[0].address])
      try await lab.scale(to: 2)
      #expect(await lab.readyPods() == [0, 4])
      #expect(lab.pods[4].name == "mygrpc-4")
      #expect(!lab.pods[..<4].map(\.address).contains(lab.pods[4].address))
      try await lab.scale(to: 0)
      #expect(lab.dns.zone.exists(lab.names.headless) == false)
      #expect(try await lab.counts().count == 5)
    }
  }

  @Test("a new pod is pending until its start-up time is over")
  func startUp() async throws {
    var options = options(1)
    options.life.startUp = .milliseconds(50)
    try await withLab(options) { lab in
      try await lab.scale(to: 2)
      #expect(await lab.presentPods() == [0, 1])
      try await until { await lab.readyPods() == [0, 1] }
      let life = try await life(of: 1, lab)
      #expect(life == ["created", "ready", "in_api", "in_dns"])
      let events = try await lab.events().filter { $0.pod == "mygrpc-1" }
      #expect(events[1].time - events[0].time >= .milliseconds(50))
    }
  }

  @Test("concurrent changes come one after the other")
  func turns() async throws {
    try await withLab(options(1)) { lab in
      try await withThrowingTaskGroup { group in
        for count in [3, 5, 3, 7, 2] { group.addTask { try await lab.scale(to: count) } }
        group.addTask { try await lab.restart() }
        try await group.waitForAll()
      }
      try await lab.scale(to: 4)
      #expect(await lab.readyPods().count == 4)
      #expect(Set(lab.pods.map(\.address)).count == lab.pods.count)
    }
  }

  @Test("a restart replaces every pod without ever having fewer ready ones")
  func restart() async throws {
    var options = options(4)
    options.life.startUp = .milliseconds(5)
    try await withLab(options) { lab in
      let client = try await TestClient.connect(lab.pods[1])
      #expect(try await client.call().podName == "mygrpc-1")
      try await lab.restart()
      #expect(await lab.readyPods() == [4, 5, 6, 7])
      #expect(inDNS(lab) == Set(lab.pods[4...].map(\.address)))
      // What a graceful end tells its client.
      try await until { try await client.goAways().count == 2 }
      #expect(try await client.goAways().allSatisfy { $0.debug == "graceful_stop" })
      try await until { try await life(of: 1, lab).last == "gone" }
      var ready = 4
      for event in try await lab.events().drop(while: { $0.pod != "mygrpc-4" }) {
        if event.kind == .inDNS { ready += 1 }
        if event.kind == .leftDNS { ready -= 1 }
        #expect((4...5).contains(ready))
      }
    }
  }

  @Test("a terminating pod that is still busy is killed when its grace is over")
  func grace() async throws {
    var options = options(2)
    options.life.grace = .milliseconds(30)
    options.behaviour.answer = .never
    try await withLab(options) { lab in
      let client = try await TestClient.connect(lab.pods[1])
      let reply = try await client.start()
      try await until { try await lab.counts()[1].received == 1 }
      try await lab.drain(pod: 1)
      #expect(try await reply.soon().end == .connectionLost)
      try await until { try await life(of: 1, lab).last == "gone" }
      let events = try await lab.events().filter { $0.pod == "mygrpc-1" }
      let terminating = try #require(events.first { $0.kind == .terminating })
      let gone = try #require(events.last)
      #expect(gone.time - terminating.time >= .milliseconds(30))
      #expect(try await lab.counts()[1].openConnections == 0)
    }
  }

  @Test("a pod that ignores SIGTERM serves on until it is killed")
  func ignoresTermination() async throws {
    var options = options(2)
    options.life.grace = .milliseconds(200)
    options.life.heedsTermination = false
    try await withLab(options) { lab in
      let client = try await TestClient.connect(lab.pods[1])
      try await lab.drain(pod: 1)
      #expect(inDNS(lab) == [lab.pods[0].address])
      #expect(try await client.call().podName == "mygrpc-1")
      try await until { try await life(of: 1, lab).last == "gone" }
      #expect(try await client.goAways().isEmpty)
      #expect(try await client.call().end == .connectionLost)
    }
  }

  @Test("publication takes its time, in DNS and in the API")
  func publication() async throws {
    var options = options(1)
    options.publicationDelay.dns = .milliseconds(60)
    options.publicationDelay.api = .milliseconds(20)
    try await withLab(options) { lab in
      try await lab.scale(to: 2)
      #expect(inDNS(lab) == [lab.pods[0].address])
      try await until { inDNS(lab).count == 2 }
      let events = try await lab.events().filter { $0.pod == "mygrpc-1" }
      #expect(events.map(\.kind.name) == ["created", "ready", "in_api", "in_dns"])
      #expect(events[2].time - events[1].time >= .milliseconds(20))
      #expect(events[3].time - events[1].time >= .milliseconds(60))
    }
  }

  @Test("a schedule is carried out in order; a step that cannot be is told and passed over")
  func schedule() async throws {
    try await withLab(options(2)) { lab in
      let failures = Texts()
      await lab.run(
        try LabSchedule(["0s scale=3 1ms kill=nobody 2ms restart 3ms notready=mygrpc-0"])
      ) { step, failure in failures.append("\(step.action): \(failure)") }
      #expect(
        failures.all == [
          "kill=nobody: no pod is named 'nobody'; now there are mygrpc-0, mygrpc-1, mygrpc-2"
        ])
      #expect(await lab.presentPods() == [3, 4, 5])
    }
  }

  @Test("first and last requests are among the events, which two clocks date")
  func requests() async throws {
    try await withLab(options(1)) { lab in
      let before = LabInstant.now
      let client = try await TestClient.connect(lab.pods[0])
      for _ in 0..<3 { _ = try await client.call() }
      let after = LabInstant.now
      let events = try await lab.events()
      let first = try #require(events.first { $0.kind == .firstRequest })
      let last = try #require(events.first { $0.kind == .lastRequest })
      #expect(before < first.time && first.time < last.time && last.time < after)
      #expect(last.unixMilliseconds >= first.unixMilliseconds)
      #expect(
        first.json
          == #"{"event":"first_request","pod":"mygrpc-0","monotonic_ns":\#(first.time.nanoseconds),"#
          + #""unix_ms":\#(first.unixMilliseconds)}"#)
    }
  }

  @Test("the log keeps the newest events")
  func bounded() {
    let log = LabEventLog(limit: 10)
    for number in 0..<95 { log.note(.ready, pod: "\(number)") }
    #expect(log.events.count + log.forgotten == 95)
    #expect((10..<20).contains(log.events.count))
    #expect(log.events.last?.pod == "94")
  }

  @Test("of many connections the sums remain, and records of the newest and the open ones")
  func folding() {
    var records = ConnectionRecords()
    let open = records.append(.init(peer: "open"))
    for number in 0..<50_000 {
      let id = records.append(.init(peer: "\(number)"))
      records[id: id].received += 2
      records[id: id].answered += 1
      records.end(id, by: .client)
      records.end(id, by: .client)
      records[id: open].received += 1
    }
    #expect(records.count <= 2 * ConnectionRecords.kept + 1)
    #expect(records.accepted == 50_001)
    #expect(records.folded.received + records.map(\.received).reduce(0, +) == 150_000)
    #expect(records.folded.answered + records.map(\.answered).reduce(0, +) == 50_000)
    #expect(records.first?.received == 50_000)
    #expect(records.filter(\.isOpen).map(\.peer) == ["open"])
    records[id: 1].received += 1
    #expect(records.folded.received + records.map(\.received).reduce(0, +) == 150_000)
  }
}
