import Naming
import Reporting
import Testing

@testable import Diagnosis

@Suite("DNS and the Kubernetes API on the same Service")
struct ServiceComparisonTests {
  private func address(_ last: UInt32, port: UInt16 = 50051) -> TransportAddress {
    .ip(.v4(0x0A00_0000 + last), port: port)
  }

  private func endpoint(
    _ last: UInt32, ready: Bool = true, terminating: Bool = false
  ) -> ServiceEndpoint {
    ServiceEndpoint(
      addresses: [address(last)], pod: "pod-\(last)", node: "node-1", zone: "zone-a", ready: ready,
      serving: ready, terminating: terminating)
  }

  private func headless(
    _ endpoints: [ServiceEndpoint], dns: [UInt32]?, port: UInt16? = 50051
  ) -> ServiceComparison {
    ServiceComparison(
      service: KubernetesService(name: "mygrpc", namespace: "default", isHeadless: true),
      endpoints: endpoints, podPorts: [50051],
      dns: dns.map { $0.map { Endpoint(address($0, port: port ?? 0)) } },
      dnsPort: port, ttl: 30)
  }

  private func summary(_ comparison: ServiceComparison) -> [String] {
    comparison.rows.map {
      "\($0.address) \($0.kubernetes.rawValue) \($0.dns.map(String.init) ?? "-")"
    }
  }

  @Test("answers that agree have rows and no difference")
  func agreement() {
    let comparison = headless([endpoint(1), endpoint(2)], dns: [2, 1])
    #expect(summary(comparison) == ["10.0.0.1 ready true", "10.0.0.2 ready true"])
    #expect(comparison.rows.first?.pod == "pod-1")
    #expect(comparison.rows.first?.zone == "zone-a")
    #expect(comparison.differences.isEmpty)
  }

  @Test("stale, missing and unready addresses are named")
  func disagreement() {
    let comparison = headless(
      [endpoint(1), endpoint(2), endpoint(3, ready: false, terminating: true)], dns: [1, 3, 9])
    #expect(
      summary(comparison) == [
        "10.0.0.1 ready true", "10.0.0.2 ready false", "10.0.0.3 terminating true",
        "10.0.0.9 absent true",
      ])
    #expect(comparison.differences.count == 3)
    #expect(comparison.differences[0].hasPrefix("10.0.0.9 is in DNS only"))
    #expect(comparison.differences[0].contains("TTL 30 s"))
    #expect(comparison.differences[1].hasPrefix("10.0.0.2 is ready, but not in DNS"))
    #expect(comparison.differences[2].hasPrefix("10.0.0.3 is in DNS, but not ready"))
  }

  @Test("without an answer from DNS there is nothing to compare")
  func alone() {
    let comparison = headless([endpoint(1)], dns: nil)
    #expect(summary(comparison) == ["10.0.0.1 ready -"])
    #expect(comparison.differences.isEmpty)
  }

  @Test("a client that dials the Service's port of a headless Service finds nobody")
  func port() {
    let comparison = headless([endpoint(1)], dns: [1], port: 80)
    #expect(comparison.differences.count == 1)
    #expect(comparison.differences[0].contains("dials port 80, but the pods listen on 50051"))
  }

  @Test("a virtual IP in DNS is told apart from pods")
  func virtualIP() {
    let comparison = ServiceComparison(
      service: KubernetesService(name: "mygrpc", namespace: "default", clusterIPs: ["10.0.0.50"]),
      endpoints: [endpoint(1), endpoint(2)], dns: [Endpoint(address(50))], dnsPort: 80)
    #expect(
      summary(comparison) == [
        "10.0.0.1 ready false", "10.0.0.2 ready false", "10.0.0.50 virtual IP true",
      ])
    #expect(comparison.differences.count == 1)
    #expect(comparison.differences[0].hasPrefix("DNS gives the virtual IP 10.0.0.50, the API 2"))
  }

  @Test("the deprecated Endpoints object is compared as well")
  func legacy() {
    var comparison = headless([endpoint(1), endpoint(2)], dns: nil)
    comparison.legacy = LegacyEndpoints(
      name: "mygrpc",
      subsets: [.init(addresses: [.init(ip: "10.0.0.1")], ports: [.init(name: "", number: 1)])],
      isTruncated: true)
    #expect(comparison.rows.map(\.endpoints) == [true, false])
    #expect(comparison.differences.count == 2)
    #expect(comparison.differences[0].hasPrefix("10.0.0.2 is not in the Endpoints object"))
    #expect(comparison.differences[1].contains("truncated"))
  }
}
