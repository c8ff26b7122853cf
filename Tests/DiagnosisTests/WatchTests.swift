import Balancing
import Diagnosis
import Distribution
import Glibc
import Kubernetes
import Lab
import Naming
import Reporting
import Resolution
import Synchronization
import Testing
import Transport

@Suite("Watching a lab", .serialized, .timeLimit(.minutes(1)))
struct WatchTests {
  /// What a watch saw, and what the lab itself says.
  private struct Watched {
    var report: WatchReport
    var events: [WatchEventLine]
    var labEvents: [LabEvent]
    var counts: [PodCounts]
    /// Of the clock that the lab's events are on.
    var start: Int64

    /// By all pods, as they counted.
    var answered: Int { counts.reduce(0) { $0 + $1.answered } }
  }

  /// - Parameter body: what happens meanwhile; the watch ends with it, and when all has settled.
  private func watch(
    _ resolvers: [LookupOptions.Resolver], pods: Int = 3, rate: Double = 200, scale: Double = 0.02,
    settle: Duration = .seconds(8), options adjust: (inout LabOptions) -> Void = { _ in },
    seesAPI: Bool = true, virtualIP: Bool = false,
    plan change: (inout WatchPlan) -> Void = { _ in },
    _ body: @escaping @Sendable (LabCluster, RunControl) async throws -> Void
  ) async throws -> Watched {
    let kubeconfig = "/tmp/lbcheck-watch-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { unlink(kubeconfig) }
    var options = LabOptions()
    options.pods = pods
    if seesAPI { options.kubernetes = KubernetesOptions() }
    adjust(&options)
    let cluster = try await LabCluster.start(options)
    do {
      try await cluster.kubernetes?.writeKubeconfig(to: kubeconfig)
      var run = try LabRun.plan(.roundRobin, cluster)
      run.rate = rate
      run.membership = nil
      if virtualIP { run.target = try LabRun.target(cluster.names.clusterIP, cluster) }
      run.client = run.client.scaled(by: scale)
      run.lookup.cluster.kubeconfig = kubeconfig
      let control = RunControl()
      let failure = Mutex<(any Error)?>(nil)
      var plan = WatchPlan(
        run, resolvers: resolvers,
        during: WatchPlan.During("the test") {
          do {
            try await body(cluster, control)
          } catch {
            failure.withLock { $0 = error }
          }
          return WatchPlan.Outcome(succeeded: true, words: "ended")
        }, settle: settle)
      plan.dnsInterval = .milliseconds(100)
      plan.quiet = .milliseconds(400)
      change(&plan)
      let begun = Mutex<WatchRecorder?>(nil)
      let report = try await Diagnosis.watch(plan, control: control) { recorder, _ in
        begun.withLock { $0 = recorder }
      }
      if let error = failure.withLock({ $0 }) { throw error }
      let recorder = try #require(begun.withLock { $0 })
      let counts = try await cluster.counts()
      let labEvents = try await cluster.events()
      try await cluster.stop()
      var events: [WatchEventLine] = []
      for await event in recorder.events {
        events.append(
          WatchEventLine(
            event, resolvers: report.resolvers.map(\.name),
            startUnixMilliseconds: recorder.startUnixMilliseconds))
      }
      return Watched(
        report: report, events: events, labEvents: labEvents, counts: counts,
        start: recorder.start.nanoseconds)
    } catch {
      try? await cluster.stop()
      throw error
    }
  }

  @Test("scale-out and scale-in: at once through the API, through DNS when a connection has ended")
  func scaling() async throws {
    let watched = try await watch([.dns, .kubernetes]) { lab, _ in
      try await lab.answered(5, by: 2)
      try await lab.scale(to: 4)
      try await lab.answered(1, by: 3)
      // Nothing has ended yet, so DNS was not asked again.
      for pod in lab.pods { try await pod.ageConnections() }
      let known = try await lab.pods[3].counts().connections.accepted
      while try await lab.pods[3].counts().connections.accepted <= known { await Task.yield() }
      try await lab.answered(50, by: 3)
      try await lab.scale(to: 3)
    }
    let report = watched.report
    #expect(report.settled == true)
    let (dns, kubernetes) = (report.resolvers[0], report.resolvers[1])
    #expect(dns.name == "dns" && kubernetes.name == "kubernetes")
    for resolver in report.resolvers {
      #expect(resolver.blindSpot?.count == 1 && resolver.lingering?.count == 1, "\(resolver.name)")
      #expect(resolver.errors == 0 && resolver.unexplained.isEmpty)
      #expect(resolver.unreached == nil && resolver.stillLingering == nil)
    }
    let noticed = try (#require(dns.noticed).max, #require(kubernetes.noticed).max)
    #expect(noticed.1 < noticed.0)
    // A watch hears at once; DNS is asked after the GOAWAYs.
    let aged = try #require(watched.events.first { $0.event == "goaway" }).time
    let new = try #require(report.pods.first { $0.pod == "mygrpc-3" })
    let listed = try new.lanes.map { try #require($0.listed) }
    #expect(listed[1] < aged)
    #expect(aged <= listed[0] + 0.001)
    #expect(kubernetes.bound.within == 1)
    #expect(report.resolvers.reduce(0) { $0 + $1.sent } == watched.answered)
  }

  @Test("a rolling restart of 10 pods under 200 RPC/s: nothing lost, nothing unexplained")
  func rollingRestart() async throws {
    let watched = try await watch([.kubernetes], pods: 10) { lab, _ in
      try await lab.answered(5, by: 9)
      try await lab.restart()
    }
    let report = watched.report
    let resolver = report.resolvers[0]
    #expect(report.settled == true)
    #expect(resolver.lost == 0 && resolver.errors == 0 && resolver.unexplained.isEmpty)
    #expect(resolver.blindSpot?.count == 10)
    #expect(report.pods.count == 20)
    #expect(report.pods.prefix(10).allSatisfy { $0.terminating != nil })
    #expect(resolver.sent == watched.answered)
    #expect(watched.counts.allSatisfy { $0.violations.isEmpty })
  }

  @Test(
    "a black hole: its end is silence, which explains every error, with keepalive and without",
    arguments: [nil, KeepaliveSettings(time: .milliseconds(200), timeout: .milliseconds(200))])
  func blackHole(keepalive: KeepaliveSettings?) async throws {
    let watched = try await watch(
      [.dns], settle: .milliseconds(100),
      plan: {
        $0.run.request.timeout = .milliseconds(300)
        $0.run.keepalive = keepalive
      }
    ) { lab, _ in
      try await lab.answered(5, by: 1)
      try await lab.blackHole(pod: 1)
      let before = try await lab.pods[2].counts().answered
      try await lab.answered(before + 50, by: 2)
    }
    let report = watched.report
    let resolver = report.resolvers[0]
    #expect(resolver.lost > 0 && resolver.unexplained.isEmpty, "\(resolver.unexplained)")
    #expect(report.errorsByEvent.allSatisfy { $0.pod == "mygrpc-1" })
    #expect(Set(report.errorsByEvent.map(\.event)).isSubset(of: ["silent", "silence"]))
    #expect(report.errorsByEvent.reduce(0) { $0 + $1.errors } == resolver.errors)
    let pod = try #require(report.pods.first { $0.pod == "mygrpc-1" })
    #expect(pod.lanes[0].end == "silence" && pod.lanes[0].failed == resolver.errors)
    // Without keepalive the connection stays: every third RPC is lost, until TCP gives it up.
    #expect((pod.lanes[0].closed == nil) == (keepalive == nil))
    #expect(resolver.sent - resolver.lost == watched.answered)
  }

  @Test("an abrupt one: every error has its event")
  func crashes() async throws {
    let watched = try await watch(
      [.kubernetes], options: { $0.behaviour.delay = .milliseconds(50) }
    ) { lab, _ in
      try await lab.answered(20, by: 1)
      try await lab.kill(pod: 1, .reset)
      try await lab.setReady(false, pod: 1)
      try await lab.answered(60, by: 2)
      try await lab.kill(pod: 2)
      try await lab.setReady(false, pod: 2)
    }
    let resolver = watched.report.resolvers[0]
    #expect(resolver.errors > 0)
    #expect(resolver.unexplained.isEmpty, "\(resolver.unexplained)")
    #expect(watched.report.errorsByEvent.reduce(0) { $0 + $1.errors } == resolver.errors)
    #expect(resolver.sent - resolver.errors == watched.answered)
  }

  @Test("behind a ClusterIP a pod has the RPCs whose answers name it, and the run settles")
  func clusterIP() async throws {
    let watched = try await watch([.dns], virtualIP: true) { lab, _ in
      func answered() async throws -> Int { try await lab.counts().reduce(0) { $0 + $1.answered } }
      while try await answered() < 5 { await Task.yield() }
      try await lab.scale(to: 4)
      // Each new connection may lead to the new pod.
      while try await lab.pods[3].counts().answered == 0 {
        let before = try await answered()
        while try await answered() < before + 10 { await Task.yield() }
        for pod in lab.pods { try await pod.ageConnections() }
      }
    }
    let report = watched.report
    #expect(report.settled == true)
    for (index, counts) in watched.counts.enumerated() {
      let pod = try #require(report.pods.first { $0.pod == "mygrpc-\(index)" })
      #expect(pod.lanes[0].answered == counts.answered, "\(index)")
      #expect(pod.lanes[0].via != nil && pod.lanes[0].listed == nil)
    }
    #expect(report.resolvers[0].blindSpot?.count == 1 && report.resolvers[0].noticed == nil)
    #expect(render(report, as: .table, style: Style(width: 200)).contains("via 127."))
  }

  @Test("without MaxConnectionAge a new pod is not noticed through DNS, and the report says never")
  func never() async throws {
    let watched = try await watch(
      [.dns], settle: .milliseconds(500),
      plan: { $0.run.assertions = [try! Assertion(parsing: "blind-spot<=1h")] }
    ) { lab, _ in
      try await lab.answered(5, by: 2)
      try await lab.scale(to: 4)
      let answered = try await lab.counts().reduce(0) { $0 + $1.answered }
      while try await lab.counts().reduce(0, { $0 + $1.answered }) < answered + 100 {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    let resolver = watched.report.resolvers[0]
    #expect(watched.report.settled == false)
    #expect(resolver.blindSpot == nil && resolver.noticed == nil)
    #expect(resolver.unnoticed == 1 && resolver.unreached?.count == 1)
    #expect(resolver.bound.within == nil)
    #expect(watched.report.assertions.map(\.held) == [nil])
    let table = render(watched.report, as: .table, style: Style())
    #expect(table.contains("never, while connections live"))
    #expect(watched.report.unsettled.count == 1)
    let reason = try #require(watched.report.unsettled.first)
    #expect(reason.hasPrefix("dns has not listed mygrpc-3: "), "\(reason)")
    #expect(reason.contains("MaxConnectionAge is not set, or longer"))
    #expect(watched.counts[3].answered == 0)
  }

  @Test("connection ages tell MaxConnectionAge, and scale-out keeps to the bound that follows")
  func maxConnectionAge() async throws {
    let watched = try await watch(
      [.dns], scale: 0.01, options: { $0.behaviour.maxConnectionAge = .seconds(1) }
    ) { lab, _ in
      try await lab.answered(80, by: 2)
      try await lab.scale(to: 4)
      try await lab.answered(20, by: 3)
    }
    let report = watched.report
    let range = try #require(report.lifetime.maxAge)
    #expect(range.from <= 1 && 1 <= range.to, "\(range)")
    #expect(!range.mixed && range.connections >= 3)
    #expect(range.to - range.from < 0.22)
    let resolver = report.resolvers[0]
    let bound = try #require(resolver.bound.within)
    #expect(try #require(resolver.noticed).max <= bound)
    #expect(resolver.errors == 0)
    let aged = report.connections.filter { $0.debug == "max_age" }
    #expect(aged.allSatisfy { $0.code == "NO_ERROR" && $0.lastStream != nil && $0.age != nil })
  }

  @Test("times agree with the lab's own to within 50 ms")
  func times() async throws {
    // A channel that hears of the pod's end from the API might close before the GOAWAY comes.
    let watched = try await watch([.dns]) { lab, _ in
      try await lab.answered(5, by: 2)
      try await lab.scale(to: 4)
      try await lab.drain(pod: 1)
      try await lab.answered(10, by: 3)
    }
    func theirs(_ pod: String, _ kind: LabEvent.Kind) throws -> Double {
      let event = try #require(
        watched.labEvents.first { $0.pod == pod && $0.kind == kind }, "\(pod) \(kind)")
      return Double(event.time.nanoseconds - watched.start) / 1e9
    }
    func ours(_ pod: String, _ event: String) throws -> Double {
      try #require(watched.events.first { $0.pod == pod && $0.event == event }, "\(pod) \(event)")
        .time
    }
    let goAway = try #require(
      watched.labEvents.first {
        if case .goAway = $0.kind { $0.pod == "mygrpc-1" } else { false }
      })
    let differences = try [
      ours("mygrpc-3", "ready") - theirs("mygrpc-3", .inAPI),
      ours("mygrpc-3", "first_rpc") - theirs("mygrpc-3", .firstRequest),
      ours("mygrpc-1", "terminating") - theirs("mygrpc-1", .leftAPI),
      ours("mygrpc-1", "goaway") - Double(goAway.time.nanoseconds - watched.start) / 1e9,
      ours("mygrpc-1", "gone") - theirs("mygrpc-1", .gone),
    ]
    for difference in differences { #expect(abs(difference) <= 0.05, "\(differences)") }
  }

  @Test("DNS and the API that fail and come back are events; the run goes on")
  func outages() async throws {
    let watched = try await watch([.dns, .kubernetes]) { lab, _ in
      try await lab.answered(5, by: 2)
      let asked = lab.dns.zone.queryCounts.values.reduce(0, +)
      lab.dns.zone.setFault(.serverFailure, for: lab.names.headless)
      // One for the channel's watch and one for the observer's.
      let api = try #require(lab.kubernetes)
      let watches = try await api.openWatches()
      try await api.answerNext(2, with: .status(503))
      try await api.cutWatches()
      while lab.dns.zone.queryCounts.values.reduce(0, +) < asked + 8 {
        try await Task.sleep(for: .milliseconds(5))
      }
      lab.dns.zone.setFault(nil, for: lab.names.headless)
      while try await api.openWatches() < watches { try await Task.sleep(for: .milliseconds(5)) }
      try await lab.scale(to: 4)
      try await lab.answered(1, by: 3)
      for pod in lab.pods { try await pod.ageConnections() }
    }
    let outages = Set(watched.events.filter { $0.event == "outage" }.compactMap(\.text))
    #expect(outages.contains { $0.hasPrefix("dns: SERVFAIL") }, "\(outages)")
    #expect(outages.contains { $0.hasPrefix("kubernetes: ") }, "\(outages)")
    #expect(
      Set(watched.events.filter { $0.event == "recovered" }.compactMap(\.text))
        == ["dns", "kubernetes"])
    #expect(watched.report.resolvers.allSatisfy { $0.errors == 0 })
  }

  @Test(
    "without Kubernetes access DNS tells of the pods, and the report says what it could not see")
  func blind() async throws {
    let watched = try await watch([.dns], seesAPI: false) { lab, _ in
      try await lab.answered(5, by: 2)
      try await lab.drain(pod: 1)
    }
    #expect(watched.report.head.blind.map(\.source) == ["kubernetes"])
    #expect(!watched.report.head.seesAPI)
    let pod = try #require(watched.report.pods.first { $0.pod == "mygrpc-1" })
    #expect(pod.terminating == nil && pod.leftDNS != nil)
    #expect(watched.report.resolvers[0].lingering?.count == 1)
    #expect(render(watched.report, as: .table, style: Style()).contains("Not seen"))
  }

  @Test("stopped early it reports what it saw")
  func interrupted() async throws {
    let watched = try await watch([.dns]) { lab, control in
      try await lab.answered(5, by: 2)
      control.stop()
    }
    #expect(watched.report.interrupted && watched.report.settled == nil)
    #expect(watched.report.resolvers[0].sent > 0)
    #expect(watched.report.lifetime.oldest <= watched.report.duration)
  }
}
