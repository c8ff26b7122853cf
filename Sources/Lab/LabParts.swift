private import Glibc
internal import NIOCore
internal import NIOPosix
internal import Naming

/// The parts of a lab that must agree on addresses and port.
struct LabParts {
  static let dnsHost = IPAddress.v4(0x7F00_0001)
  private static let attempts = 20

  let pods: [Pod]
  let coldStart: ColdStart
  let virtualIP: VirtualIP
  let proxy: L7Proxy?
  let dns: DNSServer
  let certificates: LabCertificates?
  let kubernetes: KubernetesAPI?
  let factory: PodFactory
  let log: LabEventLog

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
    let log = LabEventLog()
    let coldStart = ColdStart()
    var factory = PodFactory(
      options, in: block, tls: tls, coldStart: coldStart, log: log, on: group)
    for _ in 0..<options.pods { started.append(try await factory.start()) }
    let port = factory.port
    let virtualIP = try await VirtualIP.start(
      address: block.virtualIP, port: port, seed: options.seed, on: group.next())
    let proxy =
      options.security == .plaintext
      ? try await L7Proxy.start(address: block.proxy, port: port, on: group.next()) : nil
    let zone = DNSZone(
      origin: options.names.clusterDomain, order: options.dnsOrder, cache: options.dnsCache)
    let dns = try await DNSServer.start(zone: zone, host: dnsHost.description, group: group)
    var kubernetes: KubernetesAPI?
    if let options = options.kubernetes {
      kubernetes = try await KubernetesAPI.start(options, on: group.next())
    }
    return LabParts(
      pods: started, coldStart: coldStart, virtualIP: virtualIP, proxy: proxy, dns: dns,
      certificates: certificates, kubernetes: kubernetes, factory: factory, log: log)
  }

  /// So many pods more have addresses that the certificate names; those after them have not.
  private static let spareAddresses = 50

  private static func certificates(
    _ options: LabOptions, _ block: AddressBlock
  ) throws -> LabCertificates {
    let names = options.names
    return try LabCertificates(
      names: [names.headless, "*.\(names.headless)", names.clusterIP, "localhost"],
      addresses: [block.virtualIP] + (0..<options.pods + spareAddresses).map(block.pod))
  }
}
