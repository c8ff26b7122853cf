import Lab
import NIOCore
import NIOSSL
import Naming
import Testing

@Suite("The lab's TLS", .timeLimit(.minutes(1)))
struct LabTLSTests {
  private func withLab(
    _ security: LabOptions.Security, _ body: (LabCluster, LabCertificates) async throws -> Void
  ) async throws {
    var options = LabOptions()
    options.pods = 2
    options.security = security
    try await LabTests.withLab(options) { try await body($0, try #require($0.certificates)) }
  }

  private func context(
    _ certificates: LabCertificates, protocols: [String] = ["h2"], withClient: Bool = false
  ) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(
      try NIOSSLCertificate.fromPEMBytes(Array(certificates.authority.utf8)))
    configuration.applicationProtocols = protocols
    if withClient {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(
        Array(certificates.client.certificate.utf8)
      ).map { .certificate($0) }
      configuration.privateKey = .privateKey(
        try NIOSSLPrivateKey(bytes: Array(certificates.client.key.utf8), format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  @Test("serves its names and its addresses with a certificate of the lab's authority")
  func verified() async throws {
    try await withLab(.tls) { lab, certificates in
      let tls = try context(certificates)
      let names = [
        lab.names.headless, lab.names.clusterIP, lab.names.podHost(1), "localhost", nil,
      ]
      for name in names {
        for address in lab.pods.map(\.address) + [lab.virtualIP.address] {
          let client = try await TestClient.connect(address, lab.port, tls: tls, name: name)
          #expect(try await client.call().grpcStatus == 0)
        }
      }
      #expect(try await lab.counts().map(\.answered).reduce(0, +) == 15)
    }
  }

  @Test("has no other names")
  func otherName() async throws {
    let certificates = try LabCertificates(names: ["a.example"], addresses: [])
    let server = try ServerTLS(certificates: certificates, requireClientCertificate: false)
    try await withPod(tls: server) { pod in
      let tls = try context(certificates)
      let client = try await TestClient.connect(pod.address, pod.port, tls: tls, name: "a.example")
      #expect(try await client.call().grpcStatus == 0)
      for name in ["b.example", nil] {
        await #expect(throws: (any Error).self) {
          try await TestClient.connect(pod.address, pod.port, tls: tls, name: name)
        }
      }
    }
  }

  @Test("is not trusted by a client with another authority")
  func otherAuthority() async throws {
    try await withLab(.tls) { lab, _ in
      let other = try LabCertificates(names: [lab.names.headless], addresses: [])
      let tls = try context(other)
      await #expect(throws: (any Error).self) {
        try await TestClient.connect(
          lab.pods[0].address, lab.port, tls: tls, name: lab.names.headless)
      }
    }
  }

  @Test("requires a client certificate where it is told to")
  func mutual() async throws {
    try await withLab(.mutualTLS) { lab, certificates in
      let name = lab.names.headless
      let with = try context(certificates, withClient: true)
      let client = try await TestClient.connect(
        lab.pods[0].address, lab.port, tls: with, name: name)
      #expect(try await client.call().grpcStatus == 0)
      let without = try context(certificates)
      await #expect(throws: (any Error).self) {
        let client = try await TestClient.connect(
          lab.pods[0].address, lab.port, tls: without, name: name)
        // In TLS 1.3 the client learns only after its own handshake that it was turned away.
        let reply = try await client.call()
        if reply.end == .connectionLost { throw ChannelError.eof }
      }
      #expect(try await lab.counts().map(\.answered) == [1, 0])
    }
  }

  @Test("drains and kills TLS connections as well")
  func endings() async throws {
    try await withLab(.tls) { lab, certificates in
      let tls = try context(certificates)
      let name = lab.names.headless
      let drained = try await TestClient.connect(
        lab.pods[0].address, lab.port, tls: tls, name: name)
      #expect(try await drained.call().grpcStatus == 0)
      try await lab.drain(pod: 0)
      try await drained.channel.closeFuture.soon()
      #expect(try await drained.goAways().map(\.lastStream) == [0x7FFF_FFFF, 1])

      let killed = try await TestClient.connect(lab.pods[1].address, lab.port, tls: tls, name: name)
      #expect(try await killed.call().grpcStatus == 0)
      try await lab.kill(pod: 1)
      try await killed.channel.closeFuture.soon()
      #expect(try await killed.goAways() == [])
      #expect(try await lab.counts().map(\.answered) == [1, 1])
    }
  }

  @Test("drains a TLS connection only after its requests are answered, large answers too")
  func drainWaits() async throws {
    try await withLab(.tls) { lab, certificates in
      var behaviour = PodBehaviour()
      behaviour.delay = .milliseconds(100)
      try await lab.pods[0].setBehaviour(behaviour)
      let client = try await TestClient.connect(
        lab.pods[0].address, lab.port, tls: try context(certificates), name: lab.names.headless)
      let calls = try await (0..<50).mapAsync { _ in try await client.start() }
      try await until { try await lab.counts()[0].received == 50 }
      try await lab.drain(pod: 0)
      for call in calls { #expect(try await call.soon().grpcStatus == 0) }
      #expect(try await lab.counts()[0].answered == 50)
    }
  }

  @Test("a pod that speaks only HTTP/1.1 says so by ALPN")
  func http1() async throws {
    try await withLab(.tls) { lab, certificates in
      var behaviour = PodBehaviour()
      behaviour.greeting = .http1
      try await lab.pods[0].setBehaviour(behaviour)
      for (protocols, chosen) in [(["h2", "http/1.1"], "http/1.1"), (["h2"], nil)] {
        let negotiated = try await negotiatedProtocol(
          lab.pods[0], try context(certificates, protocols: protocols), lab.names.headless)
        #expect(negotiated == chosen)
      }
      let well = try await negotiatedProtocol(
        lab.pods[1], try context(certificates, protocols: ["http/1.1", "h2"]), lab.names.headless)
      #expect(well == "h2")
      let plain = try await negotiatedProtocol(
        lab.pods[1], try context(certificates, protocols: ["http/1.1"]), lab.names.headless)
      #expect(plain == "http/1.1")
    }
  }
}
