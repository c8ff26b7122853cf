private import Glibc
internal import NIOCore
internal import NIOPosix
internal import Naming

/// The parts of a lab that must agree on addresses and port.
struct LabParts {
  static let dnsHost = IPAddress.v4(0x7F00_0001)
  private static let attempts = 20

  let pods: [Pod]
  let virtualIP: VirtualIP
  let proxy: L7Proxy?
  let dns: DNSServer
  let certificates: LabCertificates?
  let kubernetes: KubernetesAPI?

  static func start(
    _ options: LabOptions, on group: MultiThreadedEventLoopGroup
  ) async throws -> LabParts {
    var generator = SystemRandomNumberGenerator()
    var attempt = 1
    while true {
      let block = AddressBlock(using: &generator)
      var started: [Pod] = []
      do {
        return try await start(options, in: block, started: &started, on: group)
      } catch let error as IOError where error.errnoCode == EADDRINUSE && attempt < attempts {
        for pod in started { try await pod.kill() }
        attempt += 1
      }
    }
  }

  private static func start(
    _ options: LabOptions, in block: AddressBlock, started: inout [Pod],
    on group: MultiThreadedEventLoopGroup
  ) async throws -> LabParts {
    let certificates = try options.security == .plaintext ? nil : certificates(options, block)
    let tls = try certificates.map {
      try ServerTLS(certificates: $0, requireClientCertificate: options.security == .mutualTLS)
    }
    var port = options.port
    for index in 0..<options.pods {
      let pod = try await Pod.start(
        name: options.names.pod(index), address: block.pod(index), port: port,
        behaviour: options.behaviour, tls: tls, on: group.next())
      started.append(pod)
      port = pod.port
    }
    let virtualIP = try await VirtualIP.start(
      address: block.virtualIP, port: port, seed: options.seed, on: group.next())
    let proxy =
      options.security == .plaintext
      ? try await L7Proxy.start(address: block.proxy, port: port, on: group.next()) : nil
    let zone = DNSZone(origin: options.names.clusterDomain, order: options.dnsOrder)
    let dns = try await DNSServer.start(zone: zone, host: dnsHost.description, group: group)
    var kubernetes: KubernetesAPI?
    if let options = options.kubernetes {
      kubernetes = try await KubernetesAPI.start(options, on: group.next())
    }
    return LabParts(
      pods: started, virtualIP: virtualIP, proxy: proxy, dns: dns, certificates: certificates,
      kubernetes: kubernetes)
  }

  private static func certificates(
    _ options: LabOptions, _ block: AddressBlock
  ) throws -> LabCertificates {
    let names = options.names
    return try LabCertificates(
      names: [names.headless, "*.\(names.headless)", names.clusterIP, "localhost"],
      addresses: [block.virtualIP] + (0..<options.pods).map(block.pod))
  }
}
