import Naming
import Testing

@Suite("What a kuberesolver client makes of the API's answers")
struct KuberesolverTests {
  @Test("v6 takes one slice for everything: only pods that are said to be ready, every address")
  func slice() {
    var slice = EndpointSlice.v4("a", "10.0.0.1", "10.0.0.2", "10.0.0.3")
    slice.members[1].ready = nil
    slice.members[2].addresses.append("10.0.0.4")
    #expect(
      slice.kuberesolverList(.first)?.map(\.text)
        == ["10.0.0.1:50051", "10.0.0.3:50051", "10.0.0.4:50051"])
  }

  @Test("a list without addresses is ignored")
  func empty() {
    #expect(EndpointSlice.v4("a").kuberesolverList(.first) == nil)
    let gone = LegacyEndpoints(
      name: "a",
      subsets: [
        .init(
          addresses: [], notReady: [.init(ip: "10.0.0.1")], ports: [.init(name: "", number: 1)])
      ])
    #expect(gone.kuberesolverList(.first) == nil)
  }

  @Test("a numeric port is the pods' own, a name the slice's, an unknown name nobody's address")
  func ports() {
    let slice = EndpointSlice.v4("a", "10.0.0.1")
    #expect(slice.kuberesolverList(.number(80))?.map(\.text) == ["10.0.0.1:80"])
    #expect(slice.kuberesolverList(.name("grpc"))?.map(\.text) == ["10.0.0.1:50051"])
    #expect(
      slice.kuberesolverList(.name("web"))?.map(\.addresses)
        == [[.unresolved(host: "10.0.0.1:web", port: 0)]])
  }

  @Test("v5 takes the first port where it does not find the name")
  func legacyPorts() {
    let endpoints = LegacyEndpoints(
      name: "a",
      subsets: [
        .init(
          addresses: [.init(ip: "10.0.0.1", pod: "x")], notReady: [.init(ip: "10.0.0.2")],
          ports: [.init(name: "metrics", number: 9090), .init(name: "grpc", number: 50051)]),
        .init(addresses: [.init(ip: "10.0.0.3")], ports: [.init(name: "grpc", number: 50052)]),
      ])
    #expect(
      endpoints.kuberesolverList(.name("grpc"))?.map(\.text)
        == ["10.0.0.1:50051", "10.0.0.3:50052"])
    #expect(
      endpoints.kuberesolverList(.name("web"))?.map(\.text)
        == ["10.0.0.1:9090", "10.0.0.3:50052"])
    #expect(endpoints.kuberesolverList(.first)?.first?.pod == "x")
  }

  @Test("for everybody else a number that the Service has is the Service's port, as for kubectl")
  func servicePort() {
    let service = KubernetesService(
      name: "a", namespace: "default",
      ports: [
        .init(name: "grpc", number: 80, target: .name("grpc")),
        .init(name: "dns", number: 53, target: .number(53), transport: "UDP"),
      ])
    #expect(ServiceReference.Port.number(80).ofPods(behind: service) == .name("grpc"))
    #expect(ServiceReference.Port.number(53).ofPods(behind: service) == .number(53))
    #expect(ServiceReference.Port.number(50051).ofPods(behind: service) == .number(50051))
    #expect(ServiceReference.Port.name("x").ofPods(behind: service) == .name("x"))
  }
}
