internal import NIOCore
internal import Naming
private import Synchronization

/// Tells DNS, the Kubernetes API, the virtual IP and the proxy which pods there are, each after its
/// delay, and notes when each was told.
final class LabPublication: Sendable {
  private let dns: DNSServer
  private let virtualIP: VirtualIP
  private let proxy: L7Proxy?
  private let kubernetes: KubernetesAPI?
  private let ttl: UInt32
  private let delay: PublicationDelay
  private let log: LabEventLog
  private let loop: any EventLoop
  /// The pods that were ready when last published, by the event that said so.
  private let known = Mutex<[LabEvent.Kind: Set<String>]>([:])

  init(_ options: LabOptions, _ parts: LabParts, on loop: any EventLoop) {
    dns = parts.dns
    virtualIP = parts.virtualIP
    proxy = parts.proxy
    kubernetes = parts.kubernetes
    ttl = options.ttl
    delay = options.publicationDelay
    log = parts.log
    self.loop = loop
  }

  /// Without delay it is in force when this returns. What is published later stays in order.
  func publish(_ lab: LabSnapshot) {
    after(delay.api) { $0.tellAPI(lab) }
    after(delay.dns) { $0.tellDNS(lab) }
  }

  /// The lab as it is when it starts: known everywhere at once.
  func begin(_ lab: LabSnapshot) {
    tellAPI(lab)
    tellDNS(lab)
    publish(lab.names.clusterIP, of: lab, at: virtualIP.address)
    if let proxy { publish(lab.names.proxy, of: lab, at: proxy.address) }
  }

  private func after(_ delay: Duration, _ tell: @escaping @Sendable (LabPublication) -> Void) {
    guard delay > .zero else { return tell(self) }
    loop.scheduleTask(in: TimeAmount(delay)) { tell(self) }
  }

  private func tellAPI(_ lab: LabSnapshot) {
    let ready = lab.readyPods
    // They throw for what is no address only.
    try? virtualIP.setBackends(ready.map { ($0.address, $0.port) })
    try? proxy?.setBackends(ready.map { ($0.address, $0.port) })
    kubernetes?.publish(lab)
    note(ready, .inAPI, .leftAPI)
  }

  /// Without ready pods the headless names do not exist, as the Kubernetes DNS specification has it.
  private func tellDNS(_ lab: LabSnapshot) {
    let ready = lab.readyPods
    let (zone, names) = (dns.zone, lab.names)
    let grpc = names.serviceRecord(of: names.headless)
    if ready.isEmpty {
      zone.remove(names.headless)
      zone.remove(grpc)
    } else {
      zone.setAddresses(names.headless, ready.map(\.address), ttl: ttl)
      zone.setRecords(
        grpc, .srv, ready.map { record(names.host(ofPod: $0.name), $0.port) }, ttl: ttl)
    }
    for pod in lab.pods {
      let host = names.host(ofPod: pod.name)
      if pod.state == .ready {
        zone.setAddresses(host, [pod.address], ttl: ttl)
      } else {
        zone.remove(host)
      }
    }
    note(ready, .inDNS, .leftDNS)
  }

  /// A Service with one address of its own, whatever becomes of the pods behind it.
  private func publish(_ name: String, of lab: LabSnapshot, at address: IPAddress) {
    dns.zone.setAddresses(name, [address], ttl: ttl)
    dns.zone.setRecords(
      lab.names.serviceRecord(of: name), .srv, [record(name, lab.port)], ttl: ttl)
  }

  private func record(_ target: String, _ port: UInt16) -> ZoneRecord {
    .srv(priority: 0, weight: 100, port: port, target: target)
  }

  private func note(
    _ ready: [LabSnapshot.Pod], _ came: LabEvent.Kind, _ went: LabEvent.Kind
  ) {
    let now = ready.map(\.name)
    let before = known.withLock { $0.updateValue(Set(now), forKey: came) } ?? []
    for pod in now where !before.contains(pod) { log.note(came, pod: pod) }
    for pod in before.subtracting(now).sorted() { log.note(went, pod: pod) }
  }
}
