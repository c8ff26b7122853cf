import Naming
import Reporting
import Testing

@testable import Diagnosis

@Suite("What the Kubernetes API's answer shows about clients that read it")
struct ClusterFindingsTests {
  private func slice(_ name: String, _ addresses: [String], ready: Bool? = true) -> EndpointSlice {
    EndpointSlice(
      name: name, addressType: .ipv4, ports: [.init(name: "grpc", number: 50051)],
      members: addresses.map { .init(addresses: [$0], ready: ready) })
  }

  private func findings(
    _ slices: [EndpointSlice], port: ServiceReference.Port = .first,
    service: KubernetesService? = KubernetesService(
      name: "mygrpc", namespace: "default",
      ports: [.init(name: "grpc", number: 80, target: .name("grpc"))])
  ) -> [Report.Finding] {
    let podPort = service.map { port.ofPods(behind: $0) } ?? port
    var set = EndpointSliceSet(port: podPort)
    set.apply(.listed(slices))
    return ClusterFindings(
      ServiceReference(service: "mygrpc", port: port), namespace: "default",
      ClusterService.Answer(
        service: service, slices: slices, set: set, port: podPort, legacy: nil)
    ).all
  }

  @Test("one slice whose conditions are said holds nothing to find")
  func plain() {
    #expect(findings([slice("a", ["10.0.0.1", "10.0.0.2"])]).isEmpty)
  }

  @Test("several slices: kuberesolver v6 keeps the last one")
  func slices() throws {
    let all = findings([slice("a", ["10.0.0.1", "10.0.0.2"]), slice("b", ["10.0.0.3"])])
    let finding = try #require(all.first)
    #expect(all.count == 1)
    #expect(finding.code == "LBC0130")
    #expect(finding.message.contains("would reach 1 of 3"))
    #expect(finding.evidence?.contains("has 2") == true)
  }

  @Test("an absent ready condition is not ready for kuberesolver")
  func conditions() throws {
    let finding = try #require(findings([slice("a", ["10.0.0.1"], ready: nil)]).first)
    #expect(finding.message.contains("would reach 0 of 1"))
  }

  @Test("the Service's port is dialled on pods that do not listen on it")
  func port() throws {
    let finding = try #require(findings([slice("a", ["10.0.0.1"])], port: .number(80)).first)
    #expect(finding.evidence?.contains("dials port 80") == true)
  }

  @Test("a Service that may not be read is said, with what that means for a numeric port")
  func unreadable() throws {
    let all = findings([slice("a", ["10.0.0.1"])], port: .number(50051), service: nil)
    #expect(all.map(\.code) == ["LBC0132"])
    #expect(all[0].message.contains("taken as the pods' own"))
  }
}
