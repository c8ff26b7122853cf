import Naming
import Testing

@Suite("All EndpointSlices of a Service as one list")
struct EndpointSliceSetTests {
  private func set(
    _ slices: EndpointSlice..., port: ServiceReference.Port = .first
  ) -> EndpointSliceSet {
    var set = EndpointSliceSet(port: port)
    set.apply(.listed(slices))
    return set
  }

  @Test("slices are united, in the order of their names")
  func union() {
    let set = set(.v4("b", "10.0.0.3"), .v4("a", "10.0.0.1", "10.0.0.2"))
    #expect(set.ready.map(\.text) == ["10.0.0.1:50051", "10.0.0.2:50051", "10.0.0.3:50051"])
    #expect(set.sliceCount == 2)
  }

  @Test("a pod with an address in each family is one endpoint")
  func dualStack() {
    let set = set(
      .v4("s-4", pods: ["a": "10.0.0.1", "b": "10.0.0.2"]),
      .v6("s-6", pods: ["a": "fd00::1", "c": "fd00::3"]))
    #expect(set.ready.map(\.pod) == ["a", "b", "c"])
    #expect(
      set.ready.map(\.text) == [
        "10.0.0.1:50051,[fd00::1]:50051", "10.0.0.2:50051", "[fd00::3]:50051",
      ])
  }

  @Test("a pod in two slices is one endpoint, ready if one of them says so")
  func duplicates() {
    var old = EndpointSlice.v4("a", pods: ["x": "10.0.0.1"])
    old.members[0].ready = false
    let set = set(old, .v4("b", pods: ["x": "10.0.0.1"]))
    #expect(set.endpoints.count == 1)
    #expect(set.ready.map(\.text) == ["10.0.0.1:50051"])
  }

  @Test("what the API leaves out is read as its documentation says")
  func conditions() {
    var slice = EndpointSlice.v4("a", "10.0.0.1", "10.0.0.2", "10.0.0.3")
    slice.members[0].ready = nil
    slice.members[1].ready = false
    slice.members[2] = EndpointSlice.Member(
      addresses: ["10.0.0.3"], ready: false, serving: true, terminating: true)
    let endpoints = set(slice).endpoints
    #expect(endpoints.map(\.ready) == [true, false, false])
    #expect(endpoints.map(\.serving) == [true, false, true])
    #expect(endpoints.map(\.terminating) == [false, false, true])
  }

  @Test("a named port may have another number in each slice, and be missing in some")
  func namedPorts() {
    var first = EndpointSlice.v4("a", "10.0.0.1")
    first.ports = [.init(name: "grpc", number: 50051), .init(name: "admin", number: 80)]
    var second = EndpointSlice.v4("b", "10.0.0.2")
    second.ports = [.init(name: "grpc", number: 50052)]
    #expect(
      set(first, second, port: .name("grpc")).ready.map(\.text)
        == ["10.0.0.1:50051", "10.0.0.2:50052"])
    #expect(set(first, second, port: .name("admin")).ready.map(\.text) == ["10.0.0.1:80"])
    #expect(set(first, second, port: .name("none")).endpoints.isEmpty)
    #expect(set(first, second).ports.map(\.name) == ["grpc", "admin", "grpc"])
    #expect(
      set(first, second, port: .number(7)).ready.map(\.text) == ["10.0.0.1:7", "10.0.0.2:7"])
  }

  @Test("a slice without ports has no address, unless the target gives the number")
  func noPorts() {
    var slice = EndpointSlice.v4("a", "10.0.0.1")
    slice.ports = []
    #expect(set(slice).endpoints.isEmpty)
    #expect(set(slice, port: .number(50051)).ready.map(\.text) == ["10.0.0.1:50051"])
  }

  @Test("gRPC does not run over UDP")
  func udp() {
    var slice = EndpointSlice.v4("a", "10.0.0.1")
    slice.ports = [
      .init(name: "dns", number: 53, transport: "UDP"), .init(name: "grpc", number: 50051),
    ]
    #expect(set(slice).ready.map(\.text) == ["10.0.0.1:50051"])
    #expect(set(slice, port: .name("dns")).endpoints.isEmpty)
  }

  @Test("a deleted slice takes its endpoints with it, but not those that another slice has too")
  func deletion() {
    var set = set(
      .v4("a", pods: ["x": "10.0.0.1", "y": "10.0.0.2"]), .v4("b", pods: ["y": "10.0.0.2"]))
    set.apply(.deleted(.v4("a")))
    #expect(set.ready.map(\.pod) == ["y"])
    set.apply(.deleted(.v4("b")))
    #expect(set.ready.isEmpty)
  }

  @Test("changes one by one come to the same as one list", arguments: UInt64(1)...40)
  func random(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var model: [String: EndpointSlice] = [:]
    var set = EndpointSliceSet(port: .first)
    for _ in 0..<100 {
      let name = "s\(Int.random(in: 0..<6, using: &random))"
      if let slice = model[name], Bool.random(using: &random) {
        model[name] = nil
        set.apply(.deleted(slice))
      } else {
        let slice = EndpointSlice.random(name, using: &random)
        model[name] = slice
        set.apply(.applied(slice))
      }
      var whole = EndpointSliceSet(port: .first)
      whole.apply(.listed(model.values.sorted { $0.name < $1.name }))
      let (expected, merged) = (whole.endpoints, set.endpoints)
      #expect(expected == merged)
      let pods = Set(model.values.flatMap { $0.members.compactMap(\.pod) })
      #expect(merged.count == pods.count)
      let ready = model.values.flatMap { $0.members.filter(\.isReady).compactMap(\.pod) }
      #expect(Set(set.ready.compactMap(\.pod)) == Set(ready))
    }
  }
}
