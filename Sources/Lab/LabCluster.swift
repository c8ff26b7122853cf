internal import NIOCore
internal import NIOPosix
package import Naming

/// A small Kubernetes-like cluster in this process, reached over sockets only: pods that share one
/// port, a virtual IP in front of them, and the DNS server that knows them by their names. The
/// caller that starts it must call `stop()`.
package actor LabCluster {
  package nonisolated let names: LabNames
  package nonisolated let pods: [Pod]
  package nonisolated let virtualIP: VirtualIP
  /// Its zone may be given more records, and faults.
  package nonisolated let dns: DNSServer
  /// Nil in a plaintext lab.
  package nonisolated let certificates: LabCertificates?

  private let group: MultiThreadedEventLoopGroup
  private let ttl: UInt32
  private var ready: [Bool]

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
    dns = parts.dns
    certificates = parts.certificates
    self.group = group
    ttl = options.ttl
    ready = Array(repeating: true, count: parts.pods.count)
  }

  /// The port of every pod and of the virtual IP.
  package nonisolated var port: UInt16 { virtualIP.port }

  /// Where the DNS server listens, over UDP and TCP.
  package nonisolated var dnsServer: TransportAddress {
    .ip(LabParts.dnsHost, port: UInt16(dns.port))
  }

  /// A pod that is not ready leaves DNS and gets no new connections through the virtual IP; the
  /// ones it has live on, and whoever knows its address may still connect.
  package func setReady(_ isReady: Bool, pod: Int) throws {
    ready[pod] = isReady
    try publish()
  }

  package func readyPods() -> [Int] {
    ready.indices.filter { ready[$0] }
  }

  /// A crash. The pod stays in DNS until somebody says that it is not ready, as a crashed
  /// container does until its probe has failed.
  package func kill(pod: Int, _ ending: Ending = .fin) async throws {
    try await pods[pod].kill(ending)
  }

  /// What deleting a pod does: it is no longer ready, then it stops gracefully.
  package func drain(pod: Int) async throws {
    try setReady(false, pod: pod)
    try await pods[pod].drain()
  }

  /// A killed or drained pod listens again and is ready.
  package func revive(pod: Int) async throws {
    try await pods[pod].revive()
    try setReady(true, pod: pod)
  }

  /// By pod index.
  package func counts() async throws -> [PodCounts] {
    var all: [PodCounts] = []
    for pod in pods { all.append(try await pod.counts()) }
    return all
  }

  /// Ends everything at once. Read the counts before.
  package func stop() async throws {
    try await group.shutdownGracefully()
  }

  /// Tells the virtual IP and DNS which pods are ready. Without ready pods the headless names do
  /// not exist, as the Kubernetes DNS specification has it.
  private func publish() throws {
    let ready = readyPods()
    try virtualIP.setBackends(ready.map { (pods[$0].address, port) })

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
      if self.ready[index] {
        zone.setAddresses(names.podHost(index), [pod.address], ttl: ttl)
      } else {
        zone.remove(names.podHost(index))
      }
    }
    zone.setAddresses(names.clusterIP, [virtualIP.address], ttl: ttl)
    zone.setRecords(
      names.serviceRecord(of: names.clusterIP), .srv, [serviceRecord(names.clusterIP)], ttl: ttl)
  }

  private func serviceRecord(_ target: String) -> ZoneRecord {
    .srv(priority: 0, weight: 100, port: port, target: target)
  }
}
