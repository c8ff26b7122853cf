private import Glibc
internal import NIOCore
internal import NIOPosix
package import Naming

/// A small Kubernetes-like cluster in this process, reached over sockets only: pods that share one
/// port, a virtual IP and an L7 proxy in front of them, and the DNS server that knows them by their
/// names. The caller that starts it must call `stop()`.
package actor LabCluster {
  package nonisolated let names: LabNames
  package nonisolated let pods: [Pod]
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
    var state = PodState.ready
    var started = time(nil)
    var changed = time(nil)
  }

  private let group: MultiThreadedEventLoopGroup
  private let ttl: UInt32
  private var statuses: [PodStatus]
  private var isStopped = false

  /// Throws `IOError` where the machine has no sockets or loopback addresses to give; a port that
  /// is taken on one of the addresses is retried elsewhere, unless `options.port` asks for it.
  package static func start(_ options: LabOptions = LabOptions()) async throws -> LabCluster {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
    do {
      let parts = try await LabParts.start(options, on: group)
      let cluster = LabCluster(options, parts, group)
      try await cluster.publish()
      return cluster
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  private init(_ options: LabOptions, _ parts: LabParts, _ group: MultiThreadedEventLoopGroup) {
    names = options.names
    pods = parts.pods
    virtualIP = parts.virtualIP
    proxy = parts.proxy
    dns = parts.dns
    certificates = parts.certificates
    kubernetes = parts.kubernetes
    self.group = group
    ttl = options.ttl
    statuses = Array(repeating: PodStatus(), count: parts.pods.count)
  }

  /// The port of every pod, of the virtual IP and of the proxy.
  package nonisolated var port: UInt16 { virtualIP.port }

  /// Where the DNS server listens, over UDP and TCP.
  package nonisolated var dnsServer: TransportAddress {
    .ip(LabParts.dnsHost, port: UInt16(dns.port))
  }

  /// A pod that is not ready leaves DNS and gets no new connections through the virtual IP; the
  /// ones it has live on, and whoever knows its address may still connect. Of a pod that was
  /// drained nobody asks.
  package func setReady(_ isReady: Bool, pod: Int) throws {
    guard statuses[pod].state == .ready || statuses[pod].state == .notReady else { return }
    try setState(isReady ? .ready : .notReady, pod: pod)
  }

  package func readyPods() -> [Int] {
    statuses.indices.filter { statuses[$0].state == .ready }
  }

  /// A crash. The pod stays in DNS until somebody says that it is not ready, as a crashed
  /// container does until its probe has failed.
  package func kill(pod: Int, _ ending: Ending = .fin) async throws {
    try await pods[pod].kill(ending)
  }

  /// What deleting a pod does: it is no longer ready, then it stops gracefully, and is gone from
  /// Kubernetes when its last connection has ended. Returns when it has begun.
  package func drain(pod: Int) async throws {
    try setState(.terminating, pod: pod)
    try await pods[pod].drain()
    guard !isStopped else { return }
    let ended = pods[pod].ended()
    Task {
      try await ended.get()
      if statuses[pod].state == .terminating { try setState(.gone, pod: pod) }
    }
  }

  /// A killed or drained pod listens again and is ready.
  package func revive(pod: Int) async throws {
    try await pods[pod].revive()
    if statuses[pod].state == .gone { statuses[pod].started = time(nil) }
    try setState(.ready, pod: pod)
  }

  /// By pod index.
  package func counts() async throws -> [PodCounts] {
    var all: [PodCounts] = []
    for pod in pods { all.append(try await pod.counts()) }
    return all
  }

  /// Ends everything at once. Read the counts before.
  package func stop() async throws {
    isStopped = true
    try await group.shutdownGracefully()
  }

  private func setState(_ state: PodState, pod: Int) throws {
    if statuses[pod].state != state {
      statuses[pod].state = state
      statuses[pod].changed = time(nil)
    }
    if !isStopped { try publish() }
  }

  /// Tells the virtual IP, the proxy, DNS and Kubernetes which pods are ready. Without ready pods the headless
  /// names do not exist, as the Kubernetes DNS specification has it.
  private func publish() throws {
    let ready = readyPods()
    try virtualIP.setBackends(ready.map { (pods[$0].address, port) })
    try proxy?.setBackends(ready.map { (pods[$0].address, port) })

    let zone = dns.zone
    let grpc = names.serviceRecord(of: names.headless)
    if ready.isEmpty {
      zone.remove(names.headless)
      zone.remove(grpc)
    } else {
      zone.setAddresses(names.headless, ready.map { pods[$0].address }, ttl: ttl)
      zone.setRecords(grpc, .srv, ready.map { serviceRecord(names.podHost($0)) }, ttl: ttl)
    }
    for (index, pod) in pods.enumerated() {
      if statuses[index].state == .ready {
        zone.setAddresses(names.podHost(index), [pod.address], ttl: ttl)
      } else {
        zone.remove(names.podHost(index))
      }
    }
    publish(names.clusterIP, at: virtualIP.address)
    if let proxy { publish(names.proxy, at: proxy.address) }
    kubernetes?.publish(snapshot)
  }

  /// A Service with one address of its own, whatever becomes of the pods behind it.
  private func publish(_ name: String, at address: IPAddress) {
    dns.zone.setAddresses(name, [address], ttl: ttl)
    dns.zone.setRecords(names.serviceRecord(of: name), .srv, [serviceRecord(name)], ttl: ttl)
  }

  private var snapshot: LabSnapshot {
    let views = zip(pods, statuses).enumerated().map { index, pair in
      let (pod, status) = pair
      let place = LabSnapshot.place(ofPod: index)
      return LabSnapshot.Pod(
        name: pod.name, address: pod.address, port: pod.port, node: place.node, zone: place.zone,
        state: status.state, started: status.started, changed: status.changed)
    }
    return LabSnapshot(names: names, virtualIP: virtualIP.address, port: port, pods: views)
  }

  private func serviceRecord(_ target: String) -> ZoneRecord {
    .srv(priority: 0, weight: 100, port: port, target: target)
  }
}
