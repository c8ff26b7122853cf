import Naming
import Testing

@testable import Kubernetes

@Suite("Recorded answers of a Kubernetes 1.36 API server")
struct RecordingTests {
  /// What a body is, by its request and status.
  private enum Kind {
    case status, slices, slice, endpoints, service, services, review, subject, version
    /// Nothing that this client asks for.
    case unused
  }

  private func kind(_ fixture: Fixture) throws -> Kind {
    let (target, status) = try fixture.exchange
    if status >= 400 { return .status }
    let path = target.split(separator: "?")[0].split(separator: "/").map(String.init)
    if path == ["version"] { return .version }
    if path.last == "selfsubjectaccessreviews" { return .review }
    if path.last == "selfsubjectreviews" { return .subject }
    guard let namespaces = path.firstIndex(of: "namespaces"), path.count > namespaces + 2 else {
      return .unused
    }
    let isOne = path.count > namespaces + 3
    switch path[namespaces + 2] {
    case "endpointslices": return isOne ? .slice : .slices
    case "endpoints": return isOne ? .endpoints : .unused
    case "services": return isOne ? .service : .services
    default: return .unused
    }
  }

  @Test("every body decodes as what it is", arguments: Fixture.all.filter { !$0.isWatch })
  func bodies(_ fixture: Fixture) throws {
    switch try kind(fixture) {
    case .status:
      let status = try fixture.decode(APIStatus.self)
      #expect(status.isStatus)
      #expect(status.message?.isEmpty == false)
      #expect(status.code == (try fixture.exchange.status))
    case .slices:
      let list = try fixture.decode(APIList<EndpointSliceObject>.self)
      #expect(list.metadata.resourceVersion?.isEmpty == false)
    case .slice: #expect(try !fixture.decode(EndpointSliceObject.self).value.members.isEmpty)
    case .endpoints: #expect(try !fixture.decode(EndpointsObject.self).value.name.isEmpty)
    case .service: #expect(try !fixture.decode(ServiceObject.self).value.name.isEmpty)
    case .services: #expect(try fixture.decode(APIList<ServiceObject>.self).items?.isEmpty == false)
    case .review: _ = try #require(try fixture.decode(AccessReview.self).status)
    case .subject: _ = try #require(try fixture.decode(SubjectReview.self).status)
    case .version: #expect(try fixture.decode(ServerVersion.self).gitVersion == "v1.36.2")
    case .unused:
      let isKnown = ["api-", "pod", "ssrr-"].contains { fixture.name.hasPrefix($0) }
      #expect(isKnown, "a body that no test looks at")
    }
  }

  @Test("every event of every watch decodes", arguments: Fixture.all.filter(\.isWatch))
  func watches(_ fixture: Fixture) throws {
    let target = try fixture.exchange.target
    let count = try fixture.body.count { $0 == UInt8(ascii: "\n") }
    if target.contains("/endpointslices") {
      try check(try fixture.lines(EndpointSliceObject.self), count)
    } else if target.contains("/endpoints") {
      try check(try fixture.lines(EndpointsObject.self), count)
    } else {
      #expect(target.contains("/services"))
      try check(try fixture.lines(ServiceObject.self), count)
    }
  }

  private func check<Object>(_ lines: [WatchLine<Object>], _ count: Int) throws {
    #expect(lines.count == count)
    for line in lines {
      switch line {
      case .applied(let object), .deleted(let object):
        #expect(object.metadata.name?.isEmpty == false)
        #expect(object.metadata.resourceVersion?.isEmpty == false)
      case .bookmark(let version): #expect(version?.isEmpty == false)
      case .error(let status): #expect(status.isStatus)
      case .unknown: Issue.record("an event of an unknown type")
      }
    }
  }

  @Test("nothing is missing among the recordings")
  func completeness() {
    #expect(Fixture.all.count { !$0.isWatch } == 66)
    #expect(Fixture.all.count { $0.isWatch } == 12)
  }

  @Test("the pages of a Service with many slices add up to the list, and to its pods")
  func pages() throws {
    let pages = try (1...4).map {
      try Fixture.named("endpointslices-list-many-page\($0)")
        .decode(APIList<EndpointSliceObject>.self)
    }
    #expect(pages.dropLast().allSatisfy { $0.metadata.continue?.isEmpty == false })
    let whole = try Fixture.named("endpointslices-list-many")
      .decode(APIList<EndpointSliceObject>.self)
    let slices = pages.flatMap { $0.items ?? [] }.map(\.value)
    #expect(slices == whole.items?.map(\.value))
    let pods = Set(slices.flatMap(\.members).compactMap(\.pod))
    #expect(
      pods == Set((1...5).flatMap { ["many-a\($0)", "many-b\($0)"] } + ["many-v6"]))
    #expect(slices.count { $0.addressType == .ipv6 } == 1)
    #expect(slices.allSatisfy { $0.ports == [.init(name: "grpc", number: 50051)] })
  }

  @Test("250 pods of the real controller in three slices")
  func big() throws {
    let list = try Fixture.named("kcm-endpointslices-big250")
      .decode(APIList<EndpointSliceObject>.self)
    let slices = try #require(list.items).map(\.value)
    #expect(slices.map(\.members.count).sorted() == [50, 100, 100])
    #expect(Set(slices.flatMap(\.members).flatMap(\.addresses)).count == 250)
  }

  @Test("conditions, names and zones come as they are")
  func conditions() throws {
    let list = try Fixture.named("endpointslices-list-headless")
      .decode(APIList<EndpointSliceObject>.self)
    let slice = try #require(list.items?.first).value
    #expect(slice.name == "greeter-headless-abc12")
    #expect(slice.ports.first?.appProtocol == "kubernetes.io/h2c")
    #expect(
      slice.members.last
        == EndpointSlice.Member(
          addresses: ["10.244.2.15"], ready: false, serving: true, terminating: true,
          pod: "greeter-terminating", node: "node-2", zone: "zone-b"))
  }

  @Test("lists that are null are empty")
  func nulls() throws {
    let list = try Fixture.named("kcm-endpointslices-real-nomatch")
      .decode(APIList<EndpointSliceObject>.self)
    let slice = try #require(list.items?.first).value
    #expect(slice.ports.isEmpty && slice.members.isEmpty)
    #expect(
      try Fixture.named("endpointslices-list-empty").decode(APIList<EndpointSliceObject>.self)
        .items?.isEmpty == true)
  }

  @Test("Services: virtual IP, headless, ExternalName, named target port")
  func services() throws {
    func service(_ name: String) throws -> KubernetesService {
      try Fixture.named(name).decode(ServiceObject.self).value
    }
    let clusterIP = try service("service-clusterip")
    #expect(!clusterIP.isHeadless && clusterIP.clusterIPs.count == 1)
    let headless = try service("kcm-service-real-headless")
    #expect(headless.isHeadless && headless.clusterIPs.isEmpty && headless.hasSelector)
    #expect(headless.ports == [.init(name: "grpc", number: 50051, target: .name("grpc"))])
    let external = try service("service-externalname")
    #expect(external.kind == .externalName)
    #expect(external.externalName == "greeter.example.test")
    #expect(external.clusterIPs.isEmpty && !external.hasSelector)
    #expect(try service("kcm-service-real-publish-notready").publishesNotReady)
    #expect(try service("service-headless").namespace == "demo")
  }

  @Test("Endpoints keep ready and unready addresses apart")
  func endpoints() throws {
    let endpoints = try Fixture.named("endpoints-get").decode(EndpointsObject.self).value
    #expect(!endpoints.isTruncated)
    #expect(endpoints.subsets.contains { !$0.addresses.isEmpty })
    #expect(endpoints.subsets.contains { !$0.notReady.isEmpty })
    let cut = #"""
      {"metadata":{"name":"big","annotations":{"a":"b",
       "endpoints.kubernetes.io/over-capacity":"truncated"}}}
      """#
    let object = try decoded(EndpointsObject.self, Array(cut.utf8)).get()
    #expect(object.value == LegacyEndpoints(name: "big", subsets: [], isTruncated: true))
  }

  @Test("what a later version may say is tolerated")
  func unknowns() throws {
    let text = #"""
      {"metadata":{"name":"x","new":1},"addressType":"IPv9","novel":[],
       "endpoints":[{"addresses":["a"],"conditions":{"novel":true}},{"targetRef":{"kind":"VM"}}],
       "ports":[{"port":null},{"port":99999999}]}
      """#
    let slice = try decoded(EndpointSliceObject.self, Array(text.utf8)).get().value
    #expect(slice.addressType == .fqdn)
    #expect(slice.members.map(\.addresses) == [["a"], []])
    #expect(slice.members.allSatisfy { $0.ready == nil && $0.pod == nil })
    #expect(slice.ports.map(\.number) == [nil, nil])
    let event = #"{"type":"NOVEL","object":{}}"#
    let line = try decoded(WatchLine<EndpointSliceObject>.self, Array(event.utf8)).get()
    guard case .unknown = line else {
      Issue.record("\(line)")
      return
    }
  }
}
