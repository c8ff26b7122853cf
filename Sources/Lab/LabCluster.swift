private import Glibc
internal import NIOCore
internal import NIOPosix
package import Naming
private import Synchronization

/// A small Kubernetes-like cluster in this process, reached over sockets only: pods that share one
/// port, a virtual IP and an L7 proxy in front of them, and the DNS server that knows them by their
/// names. The caller that starts it must call `stop()`.
package actor LabCluster {
  package nonisolated let names: LabNames
  package nonisolated let virtualIP: VirtualIP
  /// Nil in a lab that speaks TLS.
  package nonisolated let proxy: L7Proxy?
  /// Its zone may be given more records, and faults.
  package nonisolated let dns: DNSServer
  /// Nil in a plaintext lab.
  package nonisolated let certificates: LabCertificates?
  /// Knows the pods, as Kubernetes would. Nil where the options do not ask for it.
  package nonisolated let kubernetes: KubernetesAPI?

  private struct PodStatus {
    var state: PodState
    var started = time(nil)
    var changed = time(nil)
    /// How often the state changed: a timer that was set in an earlier state has no say.
    var changes = 0
  }

  private nonisolated let roster: Mutex<[Pod]>
  private nonisolated let log: LabEventLog
  private nonisolated let coldStart: ColdStart
  private let group: MultiThreadedEventLoopGroup
  private let publication: LabPublication
  private let life: PodLife
  private var factory: PodFactory
  private var statuses: [PodStatus]
  private var turns = Turns()
  /// How often the set of ready pods changed.
  package private(set) var membershipChanges = 0
  private var isStopped = false

  /// Throws `IOError` where the machine has no sockets or loopback addresses to give; a port that
  /// is taken on one of the addresses is retried elsewhere, unless `options.port` asks for it.
  package static func start(_ options: LabOptions = LabOptions()) async throws -> LabCluster {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
    do {
      let parts = try await LabParts.start(options, on: group)
      let cluster = LabCluster(options, parts, group)
      await cluster.begin()
      return cluster
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  /// An error of starting a lab in the system's own words, where it has some.
  package static func words(_ error: any Error) -> String {
    (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
  }

  private init(_ options: LabOptions, _ parts: LabParts, _ group: MultiThreadedEventLoopGroup) {
    names = options.names
    roster = Mutex(parts.pods)
    coldStart = parts.coldStart
    virtualIP = parts.virtualIP
    proxy = parts.proxy
    dns = parts.dns
    certificates = parts.certificates
    kubernetes = parts.kubernetes
    log = parts.log
    factory = parts.factory
    life = options.life
    publication = LabPublication(options, parts, on: group.next())
    self.group = group
    statuses = Array(repeating: PodStatus(state: .ready), count: parts.pods.count)
  }

  /// Every pod that the lab has had, in the order of their creation: an index stays with its pod,
  /// and a name or address never comes again. Those that are gone are among them with their counts.
  package nonisolated var pods: [Pod] { roster.withLock { $0 } }

  /// The port of every pod, of the virtual IP and of the proxy.
  package nonisolated var port: UInt16 { virtualIP.port }

  /// Where the DNS server listens, over UDP and TCP.
  package nonisolated var dnsServer: TransportAddress {
    .ip(LabParts.dnsHost, port: UInt16(dns.port))
  }

  package func readyPods() -> [Int] {
    statuses.indices.filter { statuses[$0].state == .ready }
  }

  /// Those that a Deployment would count: neither terminating nor gone.
  package func presentPods() -> [Int] {
    statuses.indices.filter { [.pending, .ready, .notReady].contains(statuses[$0].state) }
  }

  /// By pod index.
  package func counts() async throws -> [PodCounts] {
    var all: [PodCounts] = []
    for pod in pods { all.append(try await pod.counts()) }
    return all
  }

  /// What happened, in order, with the first and the last request of each pod so far. At least the
  /// newest 10,000 events.
  package func events() async throws -> [LabEvent] {
    var events = log.events
    for (pod, counts) in zip(pods, try await counts()) {
      if let first = counts.firstRequest {
        events.append(LabEvent(.firstRequest, pod: pod.name, at: first))
      }
      if let last = counts.lastRequest {
        events.append(LabEvent(.lastRequest, pod: pod.name, at: last))
      }
    }
    return events.sorted { $0.time < $1.time }
  }

  /// When every ready pod had answered twice; nil where a client's RPCs went to some pods only.
  package nonisolated var warmSince: LabInstant? { coldStart.ended }

  /// Returns when no pod has a connection left, or after a tenth of a second: what a client that has
  /// ended sent last is in the counts then.
  package func settle() async throws {
    for _ in 0..<20 {
      let open = try await counts().contains { $0.openConnections > 0 }
      guard open else { return }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Ends everything at once. Read the counts before.
  package func stop() async throws {
    isStopped = true
    try await group.shutdownGracefully()
  }

  // MARK: - One pod

  /// A pod that is not ready leaves DNS and gets no new connections through the virtual IP; the
  /// ones it has live on, and whoever knows its address may still connect. Of a pod that is
  /// pending or was drained nobody asks.
  package func setReady(_ isReady: Bool, pod: Int) throws {
    guard statuses[pod].state == .ready || statuses[pod].state == .notReady else { return }
    setState(isReady ? .ready : .notReady, pods: [pod])
  }

  /// A crash. The pod stays in DNS until somebody says that it is not ready, as a crashed
  /// container does until its probe has failed.
  package func kill(pod: Int, _ ending: Ending = .fin) async throws {
    log.note(.killed, pod: pods[pod].name)
    try await pods[pod].kill(ending)
  }

  /// The pod's node vanishes: nothing that is sent to it arrives, nothing comes from it, and new
  /// connections hang. It stays in DNS, as after a crash.
  package func blackHole(pod: Int) async throws {
    log.note(.blackHoled, pod: pods[pod].name)
    try await pods[pod].blackHole()
  }

  /// What deleting a pod does: it is no longer ready, then it stops gracefully, and is gone from
  /// Kubernetes when its last connection has ended or its grace period is over. Returns when it has
  /// begun.
  package func drain(pod: Int) async throws {
    guard presentPods().contains(pod) else { return }
    let wasPending = statuses[pod].state == .pending
    setState(.terminating, pods: [pod])
    let change = statuses[pod].changes
    let heeds = life.heedsTermination || wasPending
    if heeds { try await pods[pod].drain() }
    guard !isStopped else { return }
    Task {
      try await pause(life.grace)
      guard statuses[pod].changes == change else { return }
      try await pods[pod].kill()
      leave(pod, after: change)
    }
    guard heeds else { return }
    let ended = pods[pod].ended()
    Task {
      try await ended.get()
      leave(pod, after: change)
    }
  }

  /// A pod that was killed, drained or black-holed listens again and is ready.
  package func revive(pod: Int) async throws {
    try await pods[pod].revive()
    log.note(.revived, pod: pods[pod].name)
    if statuses[pod].state == .gone { statuses[pod].started = time(nil) }
    setState(.ready, pods: [pod])
  }

  private func leave(_ pod: Int, after change: Int) {
    guard statuses[pod].changes == change else { return }
    setState(.gone, pods: [pod])
  }

  // MARK: - All pods

  /// Adds pods, which become ready after their start-up time, or deletes those with the highest
  /// numbers. Returns when it has begun; without a start-up time the new ones are ready then.
  /// Throws `IOError` where a new pod finds no address to listen on.
  package func scale(to count: Int) async throws {
    await takeTurn()
    defer { turns.pass() }
    let present = presentPods()
    for pod in present.dropFirst(count).reversed() { try await drain(pod: pod) }
    guard count > present.count else { return }
    let added = try await add(count - present.count)
    guard life.startUp > .zero else { return becomeReady(added) }
    Task {
      try await pause(life.startUp)
      becomeReady(added)
    }
  }

  /// What `kubectl rollout restart` does to a Deployment with a surge of 1: for each pod a new one is
  /// created, and when that is ready the old one is deleted. Returns when the last old one has begun
  /// to end.
  package func restart() async throws {
    await takeTurn()
    defer { turns.pass() }
    for old in presentPods() {
      let added = try await add(1)
      if life.startUp > .zero { try await pause(life.startUp) }
      becomeReady(added)
      try await drain(pod: old)
    }
  }

  /// The new pods are pending. Where one cannot be had there are none.
  private func add(_ count: Int) async throws -> [Int] {
    var factory = factory
    var started: [Pod] = []
    do {
      for _ in 0..<count { started.append(try await factory.startAnywhere()) }
    } catch {
      for pod in started { try? await pod.kill() }
      throw error
    }
    self.factory = factory
    let pods = roster.withLock { pods in
      pods += started
      return pods
    }
    for pod in started {
      statuses.append(PodStatus(state: .pending))
      log.note(.created, pod: pod.name)
    }
    publish()
    return Array(pods.indices.suffix(count))
  }

  private func becomeReady(_ pods: [Int]) {
    setState(.ready, pods: pods.filter { statuses[$0].state == .pending })
  }

  private func takeTurn() async {
    guard !turns.take() else { return }
    await withCheckedContinuation { turns.wait($0) }
  }

  /// Throws where the lab is stopped meanwhile.
  private func pause(_ time: Duration) async throws {
    try await group.next().scheduleTask(in: TimeAmount(time)) {}.futureResult.get()
  }

  // MARK: - States

  private func begin() {
    for pod in pods {
      log.note(.created, pod: pod.name)
      log.note(.ready, pod: pod.name)
    }
    coldStart.setReady(readyPods())
    publication.begin(snapshot)
  }

  private func setState(_ state: PodState, pods indices: [Int]) {
    let pods = pods
    let before = readyPods()
    for pod in indices where statuses[pod].state != state {
      statuses[pod].state = state
      statuses[pod].changed = time(nil)
      statuses[pod].changes += 1
      if let event = state.event { log.note(event, pod: pods[pod].name) }
    }
    let ready = readyPods()
    if ready != before { membershipChanges += 1 }
    coldStart.setReady(ready)
    publish()
  }

  private func publish() {
    if !isStopped { publication.publish(snapshot) }
  }

  private var snapshot: LabSnapshot {
    let grace = Int((life.grace / .seconds(1)).rounded(.up))
    let views = zip(pods, statuses).enumerated().map { index, pair in
      let (pod, status) = pair
      let place = LabSnapshot.place(ofPod: index)
      return LabSnapshot.Pod(
        name: pod.name, address: pod.address, port: pod.port, node: place.node, zone: place.zone,
        state: status.state, started: status.started, changed: status.changed, grace: grace)
    }
    return LabSnapshot(names: names, virtualIP: virtualIP.address, port: port, pods: views)
  }
}

extension PodState {
  /// What is said when a pod comes into the state.
  fileprivate var event: LabEvent.Kind? {
    switch self {
    case .pending: nil
    case .ready: .ready
    case .notReady: .notReady
    case .terminating: .terminating
    case .gone: .gone
    }
  }
}
